"""Write a governance record: signed with the keys the operator holds, or with notes signed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.actions.capture.stage_batch import NoHeldKey, Statement, held_key, sign_for, take_signed
from ledger.actions.capture.submit_document import Queue
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.staging import KeysTaken, Sequenced, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unprocessable
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignedBatch
from ledger.evidence.record import read_record
from ledger.trade.parties.bodies import read_body
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.signers import SIGNERS, Seat
from ledger.trade.parties.state import Governance


class NoteNotGovernance(Unprocessable):
    title = "a governance record is posted under a note of class governance"


def record_governance(ledger: Ledger, body: GovernanceBody, *, issuer: str, signers: Sequence[str] = ()) -> Sequenced:
    """Write `body`, signed by `issuer` and `signers` with the keys held for them.

    Raises:
        NoHeldKey: the operator cannot sign for one of them.
        GovernanceRefused leaves: signers, keys or state do not allow it.
    """
    statement = _statement(body.to_body(), body, issuer)
    staged = sign_for(ledger, ledger.state(), statement, now=ledger.clock(), signers=sorted(signers))
    return _take_turn(OwnTurn(ledger), staged)


def record_by_held_keys(ledger: Ledger, body: GovernanceBody) -> Sequenced:
    """Write `body`, signed by those for whom the operator holds keys and whom it needs.

    Raises:
        NoHeldKey: the operator holds too few of the keys that the record needs.
        GovernanceRefused leaves: the state does not allow it.
    """
    issuer, *signers = held_signers(ledger, ledger.state(), body)
    return record_governance(ledger, body, issuer=issuer, signers=signers)


def record_signed_governance(ledger: Ledger, data: bytes, *, note: bytes, seed: bytes, queue: Queue | None = None) -> Sequenced:
    """Write the record `data` under a note that its parties signed themselves.

    Args:
        queue: the writer of a server; a turn of one's own unless given.

    Raises:
        BodyMalformed, NoteNotGovernance, RootDiffers, and what `record_governance` raises.
    """
    signed = SignedBatch.parse(note)
    if signed.batch.klass is not RecordClass.GOVERNANCE:
        raise NoteNotGovernance(seen=signed.batch.klass.value, wanted="class governance")
    statement = _statement(data, read_body(read_record(data)), signed.batch.issuer)
    return _take_turn(queue or OwnTurn(ledger), take_signed(ledger.state(), statement, signed=signed, seed=seed))


def held_signers(ledger: Ledger, state: Governance, body: GovernanceBody) -> tuple[str, ...]:
    """Parties whose held keys suffice for `body`: a registrar where one may sign, else a threshold of governance keys.

    Raises:
        NoHeldKey: the operator holds too few of them; they must sign themselves.
    """
    alternatives = SIGNERS[type(body).__name__]
    if (Seat.REGISTRAR,) in alternatives:
        for registrar in state.registrars:
            if holds_key(ledger, state, registrar):
                return (registrar,)
    seats = [seat for seat in state.seats if holds_key(ledger, state, seat)][: state.threshold]
    if len(seats) < state.threshold:
        wanted = f"{state.threshold} governance keys held by the operator"
        raise NoHeldKey(seen=f"{len(seats)} held", wanted=wanted, hint="have the governance parties sign the record themselves")
    return tuple(sorted(seats))


def holds_key(ledger: Ledger, state: Governance, party: str) -> bool:
    """Whether the operator holds a key of `party` that is valid now."""
    try:
        held_key(ledger, state, party)
    except NoHeldKey:
        return False
    return True


def _statement(data: bytes, body: GovernanceBody, issuer: str) -> Statement:
    return Statement(issuer, RecordClass.GOVERNANCE, ReadRule.PUBLIC, [data], governance_body=body)


def _take_turn(queue: Queue, staged: StagedBatch) -> Sequenced:
    outcome = queue.submit(staged)
    if isinstance(outcome, SuyuanError):
        raise outcome
    if isinstance(outcome, KeysTaken):
        raise AssertionError("a governance record has no event keys")
    return outcome
