"""Erase a record: with the keys that the operator holds, or by a record that its parties signed elsewhere."""

from __future__ import annotations

from ledger.actions.capture.submit_document import Queue
from ledger.actions.erasure.plan_erasure import ErasurePlan
from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.record_governance import record_governance, record_signed_governance
from ledger.errors import Conflict, Unprocessable
from ledger.evidence.record import read_record
from ledger.storage.position import Position
from ledger.trade.parties.bodies import RecordErased, read_body


class ErasureUnsigned(Conflict):
    title = "the operator does not hold the keys that must sign this erasure"
    default_hint = "--out FILE writes the record for its parties to sign themselves"


class NotThisErasure(Unprocessable):
    title = "the document does not erase the record at this address"


def erase_by_held_keys(ledger: Ledger, plan: ErasurePlan) -> Sequenced:
    """Write the erasure, signed for everybody whom it takes.

    Raises:
        ErasureUnsigned: names who must sign themselves.
        GovernanceRefused leaves: something changed since it was planned.
    """
    if not plan.is_held:
        missing = " and ".join(f"{seat.seat.value} ({', '.join(seat.parties) or 'nobody is admitted'})" for seat in plan.missing)
        raise ErasureUnsigned(seen=f"no key of {missing}", wanted=", ".join(plan.parties))
    issuer, *signers = plan.parties
    return record_governance(ledger, plan.body, issuer=issuer, signers=signers)


def erase_signed(ledger: Ledger, position: Position, data: bytes, *, note: bytes, seed: bytes, queue: Queue) -> Sequenced:
    """Write the `RecordErased` in `data`, which must name `position`, under a note that its parties signed.

    Raises:
        NotThisErasure, and what `record_signed_governance` raises.
    """
    body = read_body(read_record(data))
    if not isinstance(body, RecordErased):
        raise NotThisErasure(seen=type(body).__name__, wanted=RecordErased.__name__, pointer="/type")
    if (body.origin, body.entry, body.place) != (ledger.origin, *position):
        seen = f"{body.origin}, {body.entry}/{body.place}"
        raise NotThisErasure(seen=seen, wanted=f"{ledger.origin}, {position.entry}/{position.place}", pointer="/entry")
    return record_signed_governance(ledger, data, note=note, seed=seed, queue=queue)
