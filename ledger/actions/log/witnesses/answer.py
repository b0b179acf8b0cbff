"""What a witness answers, read strictly: cosignature lines of its own keys that verify, or the size that it cosigned last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.actions.log.witnesses.refusals import CosignatureMissing, WitnessAnswerMalformed
from ledger.errors import Malformed
from ledger.evidence.checkpoint import cosignature_time
from ledger.evidence.key import index_keys
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.policy import WitnessLine
from ledger.evidence.spelling import parse_size

LINES_MAX: Final = 16
ANSWER_BYTES_MAX: Final = 65_536
"""Sixteen ML-DSA-44 lines are 53 kB."""

_SIZE_BYTES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One verified line: `name` is the policy's for the witness, `time_s` the POSIX seconds that it claims."""

    name: str
    line: SignatureLine
    time_s: int


def cosignatures_in(answer: bytes, note: SignedNote, witnesses: Sequence[WitnessLine]) -> tuple[Cosignature, ...]:
    """The lines of `answer` by keys of `witnesses`, each verified over `note`; lines by other keys are left out.

    Raises:
        WitnessAnswerMalformed: not UTF-8, not 1 to 16 signature lines that each end with LF.
        SignatureWrong, CosignatureMalformed: a line by one of the keys does not verify.
        CosignatureMissing: no line is by one of the keys, or its time is 0.
    """
    keys, names = index_keys(line.key for line in witnesses), {line.key: line.name for line in witnesses}
    found: dict[str, Cosignature] = {}
    for line in _lines(answer):
        key = keys.get((line.name, line.key_id))
        if key is None:
            continue
        time_s = cosignature_time(note, line, key)
        if time_s == 0:
            raise CosignatureMissing(seen="a line with time 0", wanted="the time of the cosignature")
        found.setdefault(names[key], Cosignature(names[key], line, time_s))
    if not found:
        raise CosignatureMissing(wanted=", ".join(line.key.short for line in witnesses))
    return tuple(found.values())


def conflict_in(answer: bytes, *, asked_from: int) -> int:
    """The size that the witness says it cosigned last, where that is not the size it was asked from.

    Raises:
        WitnessAnswerMalformed: no size, or the very one it was asked from.
    """
    try:
        size = parse_size(answer[: _SIZE_BYTES_MAX + 1].decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, Malformed) as reason:
        raise WitnessAnswerMalformed(seen=answer[:40], wanted="the size it cosigned last") from reason
    if size == asked_from:
        raise WitnessAnswerMalformed(seen=f"a conflict with size {size}", wanted="another size than it was asked from")
    return size


def _lines(answer: bytes) -> list[SignatureLine]:
    wanted = f"1 to {LINES_MAX} signature lines"
    try:
        text = answer.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise WitnessAnswerMalformed(seen=f"byte {answer[reason.start]:#04x}", wanted=f"{wanted} in UTF-8") from reason
    lines = text.split("\n", LINES_MAX + 1)
    if not 2 <= len(lines) <= LINES_MAX + 1 or lines[-1]:
        raise WitnessAnswerMalformed(seen=text[:80], wanted=wanted)
    try:
        return [SignatureLine.parse(line) for line in lines[:-1]]
    except Malformed as reason:
        raise WitnessAnswerMalformed(seen=str(reason), wanted=wanted) from reason
