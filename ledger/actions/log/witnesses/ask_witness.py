"""Ask one witness for its cosignature: from where it stands, with the proof that the log goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.actions.log.witnesses.answer import Cosignature, conflict_in, cosignatures_in
from ledger.actions.log.witnesses.asked import Asked
from ledger.actions.log.witnesses.exchange import Answered, Exchange
from ledger.actions.log.witnesses.refusals import (
    WitnessAhead,
    WitnessAsksToWait,
    WitnessDisagrees,
    WitnessFailed,
    WitnessForbids,
    WitnessKnowsNot,
)
from ledger.evidence.policy import WitnessLine

_ADD_CHECKPOINT: Final = "/add-checkpoint"
_ADD_LOG: Final = "/add-log"
_OK, _FORBIDDEN, _NOT_FOUND, _CONFLICT, _UNPROCESSABLE = 200, 403, 404, 409, 422
_TOO_MANY, _UNAVAILABLE = 429, 503


@dataclass(frozen=True, slots=True)
class _Way:
    """What may still be tried: each of these helps once, or never."""

    old_size: int
    may_correct: bool = True
    may_introduce: bool = True


async def ask_witness(
    exchange: Exchange, address: str, witnesses: Sequence[WitnessLine], asked: Asked, *, last_size: int
) -> tuple[Cosignature, ...]:
    """Return the verified cosignatures of the witness at `address`, at least one.

    A witness that cosigned another size than `last_size` last is asked once more from there; one that does not know the
    log, or not its new keys, is introduced to it once.

    Args:
        witnesses: whose keys answer at this address.
        last_size: what this witness cosigned last, as far as is known; 0 for nothing.

    Raises:
        the leaves of `refusals`, SignatureWrong, CosignatureMalformed: it gave none that could be taken.
    """
    way = _Way(last_size if last_size <= asked.size else 0)
    while True:
        answered = await exchange.post(address + _ADD_CHECKPOINT, asked.request(way.old_size))
        if answered.status == _OK:
            return cosignatures_in(answered.body, asked.note, witnesses)
        if answered.status == _CONFLICT and way.may_correct:
            way = replace(way, old_size=_corrected(answered.body, way.old_size, asked), may_correct=False)
        elif answered.status in (_NOT_FOUND, _FORBIDDEN) and way.may_introduce:
            await _introduce(exchange, address, asked, answered)
            way = replace(way, may_introduce=False)
        else:
            raise _refusal(answered)


def _corrected(answer: bytes, old_size: int, asked: Asked) -> int:
    size = conflict_in(answer, asked_from=old_size)
    if size > asked.size:
        raise WitnessAhead(seen=f"size {size}", wanted=f"at most {asked.size}, the size of this log's checkpoint")
    return size


async def _introduce(exchange: Exchange, address: str, asked: Asked, refused: Answered) -> None:
    answered = await exchange.post(address + _ADD_LOG, asked.introduction())
    if answered.status != _OK:
        # What it said to the checkpoint tells more: many witnesses know no introductions at all.
        raise _refusal(refused)


def _refusal(answered: Answered) -> WitnessAsksToWait | WitnessKnowsNot | WitnessForbids | WitnessDisagrees | WitnessFailed:
    if answered.status in (_TOO_MANY, _UNAVAILABLE) and answered.retry_after_s:
        return WitnessAsksToWait(status=answered.status, after_s=answered.retry_after_s)
    seen = f"status {answered.status}"
    if answered.status == _NOT_FOUND:
        return WitnessKnowsNot(seen=seen)
    if answered.status == _FORBIDDEN:
        return WitnessForbids(seen=seen)
    if answered.status == _UNPROCESSABLE:
        return WitnessDisagrees(seen=seen)
    return WitnessFailed(seen=seen, wanted="200 and a cosignature")
