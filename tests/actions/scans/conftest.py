"""A ledger with a party of the operator, one registered item with a PIN, and short ways to write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.scans.claim_item import Desks
from ledger.actions.scans.set_pins import set_pins
from ledger.evidence.authority import ReadRule
from ledger.storage.database import reading
from ledger.storage.entries import iterate_records
from ledger.trade.digital_link import DigitalLink, parse_digital_link
from tests.actions.conftest import ORIGIN, Clock
from tests.documents import document, event

ITEM = "https://id.gs1.org/01/09506000134352/21/S1"
OTHER = "https://id.gs1.org/01/09506000134352/21/S2"
LOT = "https://id.gs1.org/01/09506000134352/10/L1"
PIN = "04711123"
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Codes:
    """The ledger, and how to write on it."""

    ledger: Ledger
    clock: Clock
    operator: str
    tea: str

    @property
    def desks(self) -> Desks:
        return Desks(OwnTurn(self.ledger), OwnDesk(self.ledger))

    def told(self, number: int, **changed: object) -> None:
        """Capture one event; see `tests.documents.event`."""
        submission = Submission(document(event(number, **changed)), HeldAuthor(self.tea, ReadRule.CODE))
        job = submit_document(self.ledger, submission, OwnTurn(self.ledger))
        assert [outcome.verdict for outcome in job.events] == ["accepted"]

    def records(self, entry: int) -> list[dict[str, object]]:
        with reading(self.ledger.engine) as connection:
            return [json.loads(record.body or b"null") for record in iterate_records(connection, entry)]


def link(identifier: str = ITEM) -> DigitalLink:
    return parse_digital_link(identifier)


@pytest.fixture
def codes(tmp_path: Path) -> Iterator[Codes]:
    clock = Clock()
    ledger = found_ledger(tmp_path / "data", Founding(ORIGIN), clock=clock)
    operator = admit_party(ledger, Admission("clock", ["operator"], "-")).party
    tea = admit_party(ledger, Admission("tea", ["merchant"], "CN")).party
    set_pins(ledger, [(ITEM, PIN)], desk=OwnDesk(ledger))
    yield Codes(ledger, clock, operator, tea)
    ledger.close()
