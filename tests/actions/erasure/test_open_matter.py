"""A record under an open dispute, hold or recall: its issuer alone may not let go of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.dossier.post_records import post_held
from ledger.actions.erasure.plan_erasure import ErasurePlan, plan_erasure
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.record_governance import record_governance
from ledger.evidence.authority import ReadRule
from ledger.storage.database import reading
from ledger.storage.entries import read_record
from ledger.storage.position import Position
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.escrow.money import Money
from ledger.trade.parties.refusals import SignersInsufficient
from ledger.trade.parties.signers import Seat
from ledger.trade.shapes.address import Address
from tests.actions.conftest import ORIGIN, Clock
from tests.documents import bare
from tests.market import HOST, Market, found_market
from tests.trade.dossier.samples import MOMENT, words

TIN = "https://id.gs1.org/01/09521234000013/21/T1"
OTHER = "https://id.gs1.org/01/09521234000013/21/T2"
TEA = f"{HOST}/tea"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    ledger, _ = found_market(tmp_path / "data", Clock())
    admit_party(ledger, Admission("protector", ["data-protection"], "SG"))
    admit_party(ledger, Admission("customs", ["customs"], "SG"))
    admit_party(ledger, Admission("authority", ["authority"], "SG"))
    admit_party(ledger, Admission("buyer-1", ["buyer"], "SG"))
    yield Market(ledger)
    ledger.close()


def told(market: Market, thing: str = TIN, number: int = 1) -> Position:
    """An event of the merchant about one thing."""
    taken = submit_event(market.ledger, bare(number, epcList=[thing]), HeldAuthor(TEA, ReadRule.CODE), OwnTurn(market.ledger))
    return taken.position


def planned(market: Market, position: Position) -> ErasurePlan:
    return plan_erasure(market.ledger, position, "person-request")


def in_matter(market: Market, position: Position) -> bool:
    return planned(market, position).record.in_open_matter


def say(market: Market, party: str, body: DossierBody) -> Position:
    written = post_held(
        market.ledger, [body.to_body()], issuer=f"{HOST}/{party}", queue=OwnTurn(market.ledger), read=ReadRule.PUBLIC
    )
    return Position(written.entry, 0)


def dispute(market: Market, line: str, *evidence: bytes) -> None:
    money = Money(market.line(line).currency, 900)
    market.do("DisputeOpened", line, "buyer-1", amount=money, reason="damaged", evidence=tuple(evidence))


def test_an_item_whose_line_is_disputed_keeps_its_records(market: Market) -> None:
    position, other = told(market), told(market, OTHER, 2)
    line = market.delivered(f"{HOST}/buyer-1")
    assert not in_matter(market, position)
    dispute(market, line, hashlib.sha256(b"photo").digest())
    assert (in_matter(market, position), in_matter(market, other)) == (True, False)
    assert {seat.seat for seat in planned(market, position).way} == {
        Seat.RECORD_ISSUER,
        Seat.DATA_PROTECTION,
        Seat.THRESHOLD,
    }
    market.do("DisputeWithdrawn", line, "buyer-1")
    assert not in_matter(market, position)


@pytest.mark.parametrize("named_by", ["commitment", "body"])
def test_evidence_of_an_open_case_is_kept(market: Market, named_by: str) -> None:
    position = told(market, OTHER)
    with reading(market.ledger.engine) as connection:
        record = read_record(connection, position)
    digest = record.commitment if named_by == "commitment" else hashlib.sha256(record.body or b"").digest()
    line = market.delivered(f"{HOST}/buyer-1", serial=None)
    dispute(market, line, digest)
    assert in_matter(market, position)
    assert not in_matter(market, told(market, OTHER, 3))


def test_a_legal_hold_keeps_the_records_of_the_item(market: Market) -> None:
    position = told(market)
    line = market.agree(f"{HOST}/buyer-1")
    market.fund(line)
    market.do("LegalHoldPlaced", line, "bank", reason="court_order")
    assert in_matter(market, position)


@pytest.mark.parametrize("subject", [TIN, "https://id.gs1.org/01/09521234000013"])
def test_a_recall_of_the_item_or_its_product_keeps_its_records_until_it_ends(market: Market, subject: str) -> None:
    position = told(market)
    recall = say(market, "customs", RecallIssued(MOMENT, (subject,), "safety", "return", words("Glass in it")))
    assert in_matter(market, position)
    say(market, "authority", RecallEnded(Address(ORIGIN, *recall), words("No glass was found")))
    assert not in_matter(market, position)


def test_the_sequencer_refuses_what_the_threshold_did_not_sign(market: Market) -> None:
    position = told(market)
    say(market, "customs", RecallIssued(MOMENT, (TIN,), "safety", "return", words("Glass in it")))
    plan = planned(market, position)
    with pytest.raises(SignersInsufficient, match="threshold"):
        record_governance(market.ledger, plan.body, issuer=TEA, signers=[f"{HOST}/protector"])
    issuer, *signers = plan.parties
    written = record_governance(market.ledger, plan.body, issuer=issuer, signers=signers)
    assert written.entry > position.entry
