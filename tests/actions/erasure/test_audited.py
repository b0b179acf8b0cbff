"""What an audit says of erasures: intact commitments are counted, evidence of an open dispute asks for the threshold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.erasure.erase_disclosure import erase_disclosure
from ledger.actions.erasure.erase_record import erase_by_held_keys
from ledger.actions.erasure.plan_erasure import plan_erasure
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.audit.finding import FindingKind
from ledger.evidence.authority import ReadRule
from ledger.evidence.disclosure import Disclosure, format_base64url
from ledger.storage.database import reading, writing
from ledger.storage.entries import read_record
from ledger.storage.position import Position
from ledger.trade.escrow.money import Money
from tests.actions.auditing import audited
from tests.actions.conftest import Clock
from tests.documents import bare
from tests.market import HOST, Market, found_market

DISCLOSURE = Disclosure.of(bytes(range(16)), "x:who", b'"Mei"')
TEA = f"{HOST}/tea"
OTHER = "https://id.gs1.org/01/09521234000013/21/T2"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    ledger, _ = found_market(tmp_path / "data", Clock())
    admit_party(ledger, Admission("protector", ["data-protection"], "SG"))
    admit_party(ledger, Admission("buyer-1", ["buyer"], "SG"))
    yield Market(ledger)
    ledger.close()


def told(market: Market, number: int = 1, *, withheld: bool = False) -> Position:
    digests = {"suyuan:_sd": [format_base64url(DISCLOSURE.digest)]} if withheld else {}
    author = HeldAuthor(TEA, ReadRule.CODE, disclosures=(DISCLOSURE,) if withheld else ())
    return submit_event(market.ledger, bare(number, epcList=[OTHER], **digests), author, OwnTurn(market.ledger)).position


def erase(market: Market, position: Position) -> int:
    return erase_by_held_keys(market.ledger, plan_erasure(market.ledger, position, "person-request")).entry


def found(market: Market) -> list[tuple[FindingKind, str]]:
    publish_checkpoint(market.ledger)
    return [(finding.kind, finding.position) for finding in audited(market.ledger.data).findings]


def test_erased_records_are_counted_where_their_commitment_is_intact(market: Market) -> None:
    first, second = told(market), told(market, 2, withheld=True)
    erase(market, first)
    erase(market, second)
    publish_checkpoint(market.ledger)
    report = audited(market.ledger.data)
    assert (report.clean, report.checked.erased) == (True, 2)


def test_evidence_needs_the_threshold_and_the_audit_finds_where_it_is_missing(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = told(market)
    with reading(market.ledger.engine) as connection:
        commitment = read_record(connection, position).commitment
    line = market.delivered(f"{HOST}/buyer-1", serial=None)
    money = Money(market.line(line).currency, 900)
    market.do("DisputeOpened", line, "buyer-1", amount=money, reason="damaged", evidence=(commitment,))
    # A sequencer that does not look lets the issuer and its helper erase what the dispute rests on.
    monkeypatch.setattr("ledger.actions.log.erasing.is_in_open_matter", lambda *_: False)
    entry = erase(market, position)
    assert (FindingKind.GOVERNANCE_REFUSED, f"entry {entry}") in found(market)


def test_with_the_threshold_the_audit_is_content(market: Market) -> None:
    position = told(market)
    with reading(market.ledger.engine) as connection:
        commitment = read_record(connection, position).commitment
    line = market.delivered(f"{HOST}/buyer-1", serial=None)
    money = Money(market.line(line).currency, 900)
    market.do("DisputeOpened", line, "buyer-1", amount=money, reason="damaged", evidence=(commitment,))
    erase(market, position)
    assert found(market) == []


def test_disclosures_belong_to_their_records(market: Market) -> None:
    position, other = told(market, withheld=True), told(market, 2)
    assert found(market) == []
    erase_disclosure(market.ledger, position, DISCLOSURE.digest, "consent-withdrawn")
    assert found(market) == []
    with writing(market.ledger.engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO disclosures SELECT ?, 0, digest, ?, NULL FROM disclosures", (other.entry << 14, DISCLOSURE.text.encode())
        )
    assert found(market) == [(FindingKind.DISCLOSURE_WRONG, f"disclosures entry {other.entry} place 0")]


def test_a_disclosure_that_outlives_its_record_is_found(market: Market) -> None:
    position = told(market, withheld=True)
    erase(market, position)
    with writing(market.ledger.engine) as connection:
        connection.exec_driver_sql("UPDATE disclosures SET disclosure = ?", (DISCLOSURE.text.encode(),))
    assert found(market) == [(FindingKind.DISCLOSURE_WRONG, f"disclosures entry {position.entry} place 0")]
