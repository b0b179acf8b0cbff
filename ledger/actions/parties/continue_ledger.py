"""What a new ledger says of the one that it continues: its last checkpoint, verified before anything is founded."""

from __future__ import annotations

from typing import Any, Final

from ledger.audit.source import LogSource
from ledger.errors import Conflict, SuyuanError, Unprocessable
from ledger.evidence.policy import Policy
from ledger.evidence.record import read_record
from ledger.trade.parties.bodies import LedgerClosed, LedgerContinued

_CLOSED: Final = LedgerClosed.__name__


class NothingToContinue(Unprocessable):
    title = "the checkpoint is of a log without entries, so there is nothing to go on from"


class PredecessorOpen(Conflict):
    title = "the ledger before does not end by naming this one"
    default_hint = (
        "close it first: suyuan log close --successor; of one that nobody can close any more, give a checkpoint in a file"
    )


def continuation_of(checkpoint_note: bytes, policy: Policy) -> LedgerContinued:
    """Return the record that names the ledger of `policy`, and this checkpoint as its end.

    Raises:
        NoteUnsigned, SignatureWrong, CheckpointOfAnotherLog, QuorumUnmet: the policy does not accept the checkpoint.
        NothingToContinue: it is of size 0. NoteMalformed, CheckpointMalformed, ...: it does not parse.
    """
    checkpoint = policy.open(checkpoint_note).checkpoint
    if checkpoint.size == 0:
        raise NothingToContinue(seen=f"size 0 of {checkpoint.origin}", wanted="at least the founding entry")
    return LedgerContinued(policy.origin, policy.first_entry, checkpoint.size, checkpoint.root)


def refuse_open(source: LogSource, size: int, *, successor: str) -> None:
    """Return if the last of `size` entries closes the log and names `successor`.

    Nothing is verified: it keeps an operator from moving in the wrong order. `suyuan log follow` is for who distrusts.

    Raises:
        PredecessorOpen: something else stands there.
    """
    said = [_record(body) for body in next(source.records(size - 1, size)).bodies]
    if not any((record.get("type"), record.get("successor")) == (_CLOSED, successor) for record in said):
        seen = ", ".join(f"{record.get('type')}, successor {record.get('successor')}" for record in said[:1])
        raise PredecessorOpen(seen=f"entry {size - 1}: {seen or 'nothing to read'}", wanted=f"{_CLOSED}, successor {successor}")


def _record(body: bytes | None) -> dict[str, Any]:
    try:
        return read_record(body or b"")
    except SuyuanError:
        return {}
