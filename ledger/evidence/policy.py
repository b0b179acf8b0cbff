"""Who is trusted: a C2SP tlog-policy file with the first entry that pins a ledger.

log <vkey> [<url>]                           one per key of the log; they share its name
first-entry <origin> <base64 leaf hash>      ours, exactly one: which ledger of that name
witness <name> <vkey> [<url>]
group <name> all|any|<k> <member>...
quorum <name>|none                           exactly one
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

from ledger.errors import Malformed, Untrusted
from ledger.evidence.checkpoint import Checkpoint, cosignature_time, open_checkpoint
from ledger.evidence.key import KeyType, VerifierKey, index_keys, refuse_key_name, refuse_weak_key
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.note import SignedNote
from ledger.evidence.spelling import format_base64, parse_base64, parse_size

NO_QUORUM: Final = "none"
"""The quorum that the log's own signature satisfies."""

POLICY_CHARACTERS_MAX: Final = 1 << 20  # 500 ML-DSA-44 keys; policies also come inside proofs to keep, from whoever made them

LOG_KEY_TYPES: Final = frozenset({KeyType.ED25519, KeyType.ECDSA_P256, KeyType.MLDSA44})
WITNESS_KEY_TYPES: Final = frozenset({KeyType.COSIGNATURE, KeyType.MLDSA44})

_NOT_IN_POLICY: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_WORD: Final = re.compile("[^ \t\n]+")


class PolicyMalformed(Malformed):
    title = "a policy file breaks a rule of its format"


class QuorumUnmet(Untrusted):
    title = "too few of the witnesses that the policy asks for have cosigned"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One key that may sign the log's checkpoints. Several share a name while the log changes its key."""

    key: VerifierKey
    url: str | None = None

    def __str__(self) -> str:
        return f"log {self.key}" + (f" {self.url}" if self.url else "")


@dataclass(frozen=True, slots=True)
class FirstEntryLine:
    """The leaf hash of entry 0: a log founded again under the same name is another log."""

    origin: str
    leaf_hash: Digest

    def __str__(self) -> str:
        return f"first-entry {self.origin} {format_base64(self.leaf_hash)}"


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A cosigner under the name that groups and the quorum use."""

    name: str
    key: VerifierKey
    url: str | None = None

    def __str__(self) -> str:
        return f"witness {self.name} {self.key}" + (f" {self.url}" if self.url else "")


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Counts as one cosigner when `threshold` of its members do; `rule` is `all`, `any` or a decimal number."""

    name: str
    rule: str
    members: tuple[str, ...]

    @property
    def threshold(self) -> int:
        named = {"all": len(self.members), "any": 1}
        return named[self.rule] if self.rule in named else parse_size(self.rule)

    def __str__(self) -> str:
        return f"group {self.name} {self.rule} {' '.join(self.members)}"


@dataclass(frozen=True, slots=True)
class QuorumLine:
    """The witness or group that must have cosigned, or `none`."""

    name: str

    def __str__(self) -> str:
        return f"quorum {self.name}"


PolicyLine: TypeAlias = LogLine | FirstEntryLine | WitnessLine | GroupLine | QuorumLine
_Line = TypeVar("_Line", bound=PolicyLine)


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint that satisfied a policy, and the witnesses that say so.

    Args:
        checkpoint: origin, size and root, to be trusted as far as the policy is.
        note: the note it came in; lines by keys outside the policy are not verified.
        cosigners: (the policy's name of the witness, POSIX seconds it claims), in the order of their lines.
    """

    checkpoint: Checkpoint
    note: SignedNote
    cosigners: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Policy:
    """The lines of a policy in their order; where it has no comments, `text` is the file byte for byte.

    Raises:
        PolicyMalformed: a line breaks a rule, alone or together with the others.
        KeyRefused: a weak key. KeysCollide: two keys that a signature line cannot tell apart.

    Source: C2SP tlog-policy; `first-entry` after docs/FORMATS.md.
    """

    lines: tuple[PolicyLine, ...]

    def __post_init__(self) -> None:
        for line in self.lines:
            # Whatever was put together by hand must be a line that a file could hold.
            if _read_line(str(line)) != line:
                raise PolicyMalformed(seen=str(line), wanted="words without blanks or control characters")
        _refuse_keys(self.lines)
        _refuse_names(self.lines)
        if len(self._of(FirstEntryLine)) != 1 or len(self._of(QuorumLine)) != 1 or not self._of(LogLine):
            raise PolicyMalformed(seen=self.text, wanted="a log line, exactly one first-entry line, exactly one quorum line")
        names = {self.origin, *(key.name for key in self.log_keys)}
        if len(names) != 1:
            raise PolicyMalformed(seen=", ".join(sorted(names)), wanted="one log, with all its keys and its first entry")

    @cached_property
    def origin(self) -> str:
        return self._of(FirstEntryLine)[0].origin

    @cached_property
    def first_entry(self) -> Digest:
        return self._of(FirstEntryLine)[0].leaf_hash

    @cached_property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        return tuple(line.key for line in self._of(LogLine))

    @cached_property
    def log_url(self) -> str | None:
        """The first address that a log line gives."""
        return next((line.url for line in self._of(LogLine) if line.url), None)

    @cached_property
    def witnesses(self) -> tuple[WitnessLine, ...]:
        return self._of(WitnessLine)

    @cached_property
    def groups(self) -> tuple[GroupLine, ...]:
        return self._of(GroupLine)

    @cached_property
    def quorum(self) -> str:
        return self._of(QuorumLine)[0].name

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy file. Empty lines, comments and runs of blanks are allowed, as C2SP has it, and forgotten.

        Raises:
            PolicyMalformed, KeyMalformed, ...: see the class; the pointer names the line.
        """
        if not text.endswith("\n") or len(text) > POLICY_CHARACTERS_MAX:
            wanted = f"lines that end with LF, at most {POLICY_CHARACTERS_MAX} characters"
            raise PolicyMalformed(seen=f"{len(text)} characters, the last ones {text[-40:]!r}", wanted=wanted)
        read = [_read_line(line, pointer=f"line {number}") for number, line in enumerate(text[:-1].split("\n"), 1)]
        return cls(tuple(line for line in read if line))

    def open(self, checkpoint_note: bytes) -> VerifiedCheckpoint:
        """Return the checkpoint if the log signed it and enough witnesses cosigned it.

        Raises:
            CheckpointOfAnotherLog, NoteUnsigned, SignatureWrong, QuorumUnmet: it is not to be trusted.
            NoteMalformed, CheckpointMalformed, CosignatureMalformed, ...: it does not parse.
        """
        checkpoint, note = open_checkpoint(checkpoint_note, origin=self.origin, log_keys=self.log_keys)
        keys = index_keys(witness.key for witness in self.witnesses)
        names = {witness.key: witness.name for witness in self.witnesses}
        times: dict[str, int] = {}
        for line in note.signatures:
            key = keys.get((line.name, line.key_id))
            if key is not None:
                times.setdefault(names[key], cosignature_time(note, line, key))
        self.refuse_short_quorum(times)
        return VerifiedCheckpoint(checkpoint, note, tuple(times.items()))

    def refuse_short_quorum(self, cosigned: Collection[str]) -> None:
        """Return if these witnesses, by the names of their lines, make the quorum.

        Raises:
            QuorumUnmet: they do not.
        """
        counted = {NO_QUORUM, *cosigned}
        # Members stand on earlier lines, so one pass in file order settles nested groups.
        for group in self.groups:
            if sum(member in counted for member in group.members) >= group.threshold:
                counted.add(group.name)
        if self.quorum not in counted:
            raise QuorumUnmet(seen=f"cosigned by {', '.join(cosigned) or 'nobody'}", wanted=f"quorum {self.quorum}")

    def _of(self, kind: type[_Line]) -> tuple[_Line, ...]:
        return tuple(line for line in self.lines if isinstance(line, kind))


def _read_line(line: str, *, pointer: str | None = None) -> PolicyLine | None:
    try:
        return _parse_words(line)
    except PolicyMalformed as reason:
        raise PolicyMalformed(seen=reason.seen, wanted=reason.wanted, pointer=pointer) from reason
    except Malformed as reason:
        raise PolicyMalformed(seen=str(reason), wanted="a policy line", pointer=pointer) from reason


def _parse_words(line: str) -> PolicyLine | None:
    if _NOT_IN_POLICY.search(line):
        raise PolicyMalformed(seen=repr(line), wanted="no control character but tab")
    words = _WORD.findall(line)
    if not words or words[0].startswith("#"):
        return None
    match words:
        case ["log", vkey, *url] if len(url) <= 1:
            return LogLine(VerifierKey.parse(vkey), *url)
        case ["first-entry", origin, leaf_hash]:
            refuse_key_name(origin)
            return FirstEntryLine(origin, parse_base64(leaf_hash, length=DIGEST_BYTES))
        case ["witness", name, vkey, *url] if len(url) <= 1:
            return WitnessLine(name, VerifierKey.parse(vkey), *url)
        case ["group", name, rule, *members]:
            group = GroupLine(name, rule, tuple(members))
            if not 1 <= group.threshold <= len(members):
                raise PolicyMalformed(seen=line, wanted=f"a threshold of 1 to {len(members)} members")
            return group
        case ["quorum", name]:
            return QuorumLine(name)
    raise PolicyMalformed(seen=line, wanted="log, first-entry, witness, group or quorum, with its words")


def _refuse_keys(lines: Sequence[PolicyLine]) -> None:
    """Refuse keys of the wrong type, weak keys, one public key in two places, and two that a line cannot tell apart."""
    seen: set[bytes] = set()
    for line in lines:
        if not isinstance(line, LogLine | WitnessLine):
            continue
        accepted = LOG_KEY_TYPES if isinstance(line, LogLine) else WITNESS_KEY_TYPES
        if line.key.type not in accepted:
            raise PolicyMalformed(seen=str(line), wanted=f"a key of type {', '.join(sorted(t.name for t in accepted))}")
        refuse_weak_key(line.key)
        if line.key.public in seen:
            raise PolicyMalformed(seen=str(line), wanted="every public key once")
        seen.add(line.key.public)
    # A line that could be the log's and a witness's would fail as one of the two, and the whole checkpoint with it.
    index_keys(line.key for line in lines if isinstance(line, LogLine | WitnessLine))


def _refuse_names(lines: Iterable[PolicyLine]) -> None:
    """Refuse names defined twice, used before they are defined, or counted in two groups."""
    defined: set[str] = set()
    counted: set[str] = set()
    for line in lines:
        if isinstance(line, GroupLine):
            for member in line.members:
                if member not in defined or member in counted:
                    raise PolicyMalformed(
                        seen=f"member {member} of {line.name}", wanted="a name of an earlier line, in one group only"
                    )
                counted.add(member)
        if isinstance(line, GroupLine | WitnessLine):
            if line.name in defined or line.name == NO_QUORUM:
                raise PolicyMalformed(seen=line.name, wanted="a name of its own, other than none")
            defined.add(line.name)
        if isinstance(line, QuorumLine) and line.name not in {NO_QUORUM, *defined}:
            raise PolicyMalformed(seen=str(line), wanted="none, or a name of an earlier line")
