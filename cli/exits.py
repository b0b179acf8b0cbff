"""What the exit code of a command says: one table from error class to code."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from ledger.errors import (
    Absent,
    Conflict,
    Malformed,
    MediaTypeUnsupported,
    Misused,
    SuyuanError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Untrusted,
)


class ExitCode(IntEnum):
    """Codes 0 to 4 are the verdicts of `verify` and `audit`; the others say why no verdict was reached."""

    CLEAN = 0
    INTEGRITY_FAILURE = 1
    MISUSED = 2
    INCOMPLETE = 3
    POLICY_FAILURE = 4
    MALFORMED = 5
    UNAUTHENTICATED = 6
    ABSENT = 7
    CONFLICT = 8
    TOO_LARGE = 9
    MEDIA_TYPE_UNSUPPORTED = 10
    UNAVAILABLE = 11
    FILE_FAILURE = 12
    OTHER_FAILURE = 70
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141


MEANING: Final = {
    ExitCode.CLEAN: "done; for `verify` and `audit`: everything was checked and holds",
    ExitCode.INTEGRITY_FAILURE: "a proof, a signature or an authority does not hold",
    ExitCode.MISUSED: "the command or a setting was used wrongly",
    ExitCode.INCOMPLETE: "what was checked holds, but not everything could be checked",
    ExitCode.POLICY_FAILURE: "the evidence does not satisfy the policy file, or the policy file cannot be used",
    ExitCode.MALFORMED: "an input does not follow its format or breaks a rule",
    ExitCode.UNAUTHENTICATED: "the caller is not known to the ledger",
    ExitCode.ABSENT: "there is no such thing",
    ExitCode.CONFLICT: "it contradicts what is already recorded",
    ExitCode.TOO_LARGE: "an input is over a stated limit",
    ExitCode.MEDIA_TYPE_UNSUPPORTED: "this media type is not read",
    ExitCode.UNAVAILABLE: "not possible right now; nothing was written, unless the message says what was",
    ExitCode.FILE_FAILURE: "a file or a connection of the operating system failed",
    ExitCode.OTHER_FAILURE: "a fault of the program itself",
    ExitCode.INTERRUPTED: "interrupted from the keyboard",
    ExitCode.OUTPUT_CLOSED: "whoever read the output stopped reading",
}

_CODE_OF: Final[dict[type[SuyuanError], ExitCode]] = {
    SuyuanError: ExitCode.OTHER_FAILURE,
    Malformed: ExitCode.MALFORMED,
    Untrusted: ExitCode.INTEGRITY_FAILURE,
    Unauthenticated: ExitCode.UNAUTHENTICATED,
    Absent: ExitCode.ABSENT,
    Conflict: ExitCode.CONFLICT,
    TooLarge: ExitCode.TOO_LARGE,
    MediaTypeUnsupported: ExitCode.MEDIA_TYPE_UNSUPPORTED,
    Unavailable: ExitCode.UNAVAILABLE,
    Misused: ExitCode.MISUSED,
}


POLICY_CODES: Final = frozenset({"CheckpointOfAnotherLog", "NoteUnsigned", "PolicyMalformed", "QuorumUnmet"})
"""Leaves that say: not what the policy file asks for. By name, which is stable, so that this table loads no room."""


def exit_code_of(kind: type[SuyuanError]) -> ExitCode:
    """The exit code of an error class: that of the nearest class above it that stands in the table."""
    if kind.__name__ in POLICY_CODES:
        return ExitCode.POLICY_FAILURE
    return next(_CODE_OF[ancestor] for ancestor in kind.__mro__ if ancestor in _CODE_OF)


def verdict_of(kind: type[SuyuanError]) -> ExitCode:
    """The exit code where an error is found in evidence that is being judged, as by `verify`.

    There a byte that does not parse is as bad as one that does not verify: somebody changed the evidence.
    """
    code = exit_code_of(kind)
    return ExitCode.INTEGRITY_FAILURE if code in (ExitCode.MALFORMED, ExitCode.TOO_LARGE) else code
