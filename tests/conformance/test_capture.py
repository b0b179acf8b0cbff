"""Foreign documents through the whole way in: kept byte for byte, or refused with a pointer and nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.errors import Malformed
from ledger.evidence.authority import ReadRule
from ledger.storage.database import reading
from ledger.storage.entries import iterate_records
from ledger.trade.epcis.document import split_document
from tests.actions.auditing import audited

pytestmark = pytest.mark.conformance


def documents(conformance: Path) -> list[Path]:
    official = sorted((conformance / "epcis/json").rglob("*.jsonld"))
    captures = sorted((conformance / "epcis/openepcis/2.0/JSON/Capture/Documents").glob("*.json"))
    return official + captures


def open_world(folder: Path) -> tuple[Ledger, HeldAuthor, OwnTurn]:
    ledger = found_ledger(folder, Founding("ledger.example/main"))
    party = admit_party(ledger, Admission("merchant", ["merchant"], "CN")).party
    return ledger, HeldAuthor(party, ReadRule.CODE), OwnTurn(ledger)


def test_every_valid_document_is_kept_byte_for_byte(conformance: Path, tmp_path: Path) -> None:
    found = documents(conformance)
    assert len(found) >= 50
    for number, path in enumerate(found):
        data = path.read_bytes()
        ledger, author, turn = open_world(tmp_path / str(number))
        job = submit_document(ledger, Submission(data, author), turn)
        refused = [(f.code, f.pointer, f.seen) for e in job.events for f in e.findings if f.severity == "refuse"]
        assert job.success, (path.name, refused, job.errors)
        split = split_document(data)
        with reading(ledger.engine) as connection:
            kept = [record.body for record in iterate_records(connection, job.entry or 0)]
        assert kept == [split.record, *split.events], path.name
        assert all(event in data for event in split.events), path.name
        publish_checkpoint(ledger)
        assert audited(tmp_path / str(number)).clean, path.name


def test_every_invalid_document_is_refused_with_a_pointer_and_leaves_nothing(conformance: Path, tmp_path: Path) -> None:
    found = sorted((conformance / "epcis/openepcis/2.0/JSON/Capture/Invalid").glob("*.json"))
    assert len(found) >= 8
    ledger, author, turn = open_world(tmp_path / "data")
    for path in found:
        before = ledger.head()
        try:
            job = submit_document(ledger, Submission(path.read_bytes(), author), turn)
        except Malformed as refusal:
            assert refusal.pointer is not None, path.name
        else:
            findings = [*job.errors, *(f for e in job.events for f in e.findings)]
            assert any(f.severity == "refuse" and f.pointer for f in findings), path.name
            assert not job.success
            assert not any(e.verdict == "accepted" for e in job.events), path.name
        assert ledger.head() == before, path.name
