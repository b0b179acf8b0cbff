"""Proposals: what holds them together when a process ends between two signatures, and how many may wait."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ledger.actions.escrow import proposals
from ledger.actions.escrow.proposals import (
    DOCUMENT_BYTES_MAX,
    ProposalsTooMany,
    ProposalTooLarge,
    propose_held,
    show_proposal,
    sign_held,
)
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.staging import Outcome, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.errors import Unavailable
from ledger.storage.database import reading
from ledger.storage.jobs import Job
from ledger.storage.proposals import Proposal, ProposalAbsent
from tests.actions.conftest import Clock
from tests.market import HOST, Market

DAY_MS = 86_400_000
SEED = bytes(range(32))


class Busy:
    """A queue that takes nothing."""

    def submit(self, staged: StagedBatch) -> Outcome:
        raise Unavailable(seen=staged.signed.batch.issuer)

    def keep_job(self, job: Job) -> None:
        raise Unavailable(seen=job.id)


@pytest.fixture
def buyer(market: Market) -> str:
    return admit_party(market.ledger, Admission("buyer", ["buyer"], "SG")).party


def propose(market: Market, buyer: str, *, name: str = "p", days: int = 5) -> Proposal:
    document = market.terms(buyer).to_body()
    return propose_held(market.ledger, document, issuer=f"{HOST}/tea", signers=[buyer], name=name, seed=SEED, days=days)


def rows(ledger: Ledger) -> tuple[int, int]:
    with reading(ledger.engine) as connection:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("escrow_proposals", "escrow_proposal_signers")
        ]
    return counts[0], counts[1]


def test_the_last_signature_is_kept_though_the_batch_could_not_be_written(market: Market, buyer: str) -> None:
    propose(market, buyer)
    with pytest.raises(Unavailable):
        sign_held(market.ledger, "p", party=buyer, queue=Busy())
    kept, _ = show_proposal(market.ledger, "p", party=buyer)
    assert (kept.missing, kept.entry) == ((), None)
    done = sign_held(market.ledger, "p", party=buyer, queue=OwnTurn(market.ledger))
    assert done.written is not None
    assert (done.written.accepted, done.written.repeated) == (True, False)
    again = sign_held(market.ledger, "p", party=f"{HOST}/tea", queue=OwnTurn(market.ledger))
    assert again.written is not None
    assert (again.written.entry, again.written.repeated) == (done.written.entry, True)


def test_the_same_proposal_again_is_the_first(market: Market, clock: Clock, buyer: str) -> None:
    first = propose(market, buyer)
    clock.advance(1_000)
    assert propose(market, buyer) == first
    assert rows(market.ledger) == (1, 2)


def test_the_seed_is_sealed_at_rest_and_shown_to_the_parties(market: Market, buyer: str) -> None:
    proposal = propose(market, buyer)
    assert SEED not in proposal.seed
    assert show_proposal(market.ledger, "p", party=buyer)[1] == SEED
    with pytest.raises(ProposalAbsent):
        show_proposal(market.ledger, "p", party=f"{HOST}/bank")


def test_what_has_expired_goes_with_the_next_proposal(market: Market, clock: Clock, buyer: str) -> None:
    propose(market, buyer, days=1)
    clock.advance(DAY_MS)
    with pytest.raises(ProposalAbsent):
        sign_held(market.ledger, "p", party=buyer, queue=OwnTurn(market.ledger))
    propose(market, buyer, name="q")
    assert rows(market.ledger) == (1, 2)


def test_not_too_many_wait_at_once(market: Market, buyer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "OPEN_MAX", 2)
    for name in ("a", "b"):
        propose(market, buyer, name=name)
    with pytest.raises(ProposalsTooMany):
        propose(market, buyer, name="c")


def test_a_proposal_holds_no_more_than_a_mebibyte(market: Market, buyer: str) -> None:
    with pytest.raises(ProposalTooLarge):
        propose_held(market.ledger, b" " * (DOCUMENT_BYTES_MAX + 1), issuer=f"{HOST}/tea", signers=[buyer], name="p", seed=SEED)


def test_a_stale_proposal_is_written_and_refused(market: Market, buyer: str) -> None:
    """Two proposals over the same state of a line: the second finds that the line has moved on."""
    propose(market, buyer, name="a")
    propose_held(market.ledger, market.terms(buyer).to_body(), issuer=f"{HOST}/tea", signers=[buyer], name="b", seed=SEED[::-1])
    queue = OwnTurn(market.ledger)
    first, second = (sign_held(market.ledger, name, party=buyer, queue=queue).written for name in ("a", "b"))
    assert first is not None
    assert second is not None
    assert first.accepted
    assert [verdict.refusal for verdict in second.verdicts] == ["line_exists"]
