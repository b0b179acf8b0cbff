"""The same log by its address and by its directory; what a reader may not see; what a hostile file or server may do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.open_source import open_source
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.evidence.policy import Policy
from tests.actions.conftest import World
from tests.api.serving import listening, serving

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EVENT = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:0e1f0001-0000-4000-8000-000000000000",
    "eventTime": "2026-11-20T07:00:00.000Z",
    "eventTimeZoneOffset": "+08:00",
    "epcList": ["https://id.gs1.org/01/09521321000014/21/1"],
    "action": "OBSERVE",
}
DOCUMENT = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-20T07:00:00Z"}


@pytest.fixture
def written(world: World) -> World:
    data = json.dumps({**DOCUMENT, "epcisBody": {"eventList": [EVENT]}}).encode()
    assert submit_document(world.ledger, Submission(data, world.held), world.turn).success
    publish_checkpoint(world.ledger)
    return world


@pytest.fixture
def served(written: World) -> Iterator[str]:
    with listening() as (bound, url):
        app = create_app(Settings(data=written.ledger.data, public_url=url), clock=written.clock)
        with serving(app, bound):
            yield url


def report_of(world: World, name: object, *, api_key: str | None = None) -> AuditReport:
    policy = Policy.parse((world.ledger.data / "policy").read_text())
    with open_source(str(name), api_key=api_key) as source:
        return audit(source, policy)


def bend(data: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(data / "ledger.sqlite") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement, values)
    connection.close()


def test_a_directory_is_clean(written: World) -> None:
    report = report_of(written, written.ledger.data)
    assert report.findings == ()
    assert report.clean


def test_an_address_without_rights_is_incomplete(written: World, served: str) -> None:
    report = report_of(written, served)
    assert report.findings == ()
    assert report.verdict is AuditVerdict.INCOMPLETE
    assert report.checked.entries == report.size == 4
    assert any("may not read" in what for what in report.not_checked)


def test_an_address_with_the_issuers_key_is_clean(written: World, served: str) -> None:
    key = admit_party(written.ledger, Admission("reader", ["customs"], "SG")).api_key
    publish_checkpoint(written.ledger)
    report = report_of(written, served, api_key=key)
    assert report.findings == ()
    assert report.verdict in (AuditVerdict.CLEAN, AuditVerdict.INCOMPLETE)
    assert report.clean == (report.checked.bodies == report.checked.records)


def test_an_altered_body_is_found_through_the_address(written: World, served: str) -> None:
    bend(written.ledger.data, "UPDATE records SET body = CAST(replace(body, 'CN', 'SG') AS BLOB) WHERE position = ?", 1 << 14)
    report = report_of(written, served)
    assert [(found.kind.value, found.position) for found in report.findings] == [("BodyAltered", "entry 1 place 0")]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE records SET body = 'text' WHERE position = 49153", "BodyAltered"),
        ("UPDATE records SET salt = 7 WHERE position = 49153", "BodyAltered"),
        ("UPDATE records SET commitment = 'short' WHERE position = 49153", "CommitmentWrong"),
        ("UPDATE entries SET body = 'text' WHERE \"index\" = 3", "EntryAltered"),
        ('UPDATE entries SET leaf_hash = 1.5 WHERE "index" = 3', "LeafHashWrong"),
        ("UPDATE batches SET size = 'many' WHERE entry = 3", "BatchRowWrong"),
        ("UPDATE batches SET issuer = x'ff' WHERE entry = 3", "BatchRowWrong"),
        ("UPDATE batches SET context = 5 WHERE entry = 3", "ContextWrong"),
        ("UPDATE head SET size = 'all'", "HeadWrong"),
        ("INSERT INTO head SELECT 'another', size, leaf_hash, time, frontier FROM head", "HeadWrong"),
        ("UPDATE tiles SET hashes = 'none'", "TileWrong"),
        ("INSERT INTO tiles VALUES ('x', 'y', x'00')", "TileWrong"),
        ("UPDATE checkpoints SET note = 'note' WHERE size = 1", "CheckpointMalformed"),
        ("INSERT INTO identifiers VALUES (1, 'key', 'position')", "IdentifierIndexWrong"),
        ("INSERT INTO note_keys VALUES (1, 'entry')", "NoteKeyWrong"),
        ("INSERT INTO erasures VALUES (49153, 'now', x'00')", "ErasureRowWrong"),
        ("UPDATE register_lines SET valid_until = 'never' WHERE valid_from = 1", "RegisterLineWrong"),
        ("INSERT INTO governance SELECT 'another', upto, version, snapshot FROM governance", "GovernanceSnapshotWrong"),
        ("INSERT INTO entries VALUES (1000000000000, x'00', x'00')", "EntryUnknown"),
        ("INSERT INTO records VALUES (-1, x'00', x'00', x'00')", "RecordUnknown"),
    ],
)
def test_values_of_any_kind_in_any_column_are_findings_not_faults(written: World, statement: str, kind: str) -> None:
    bend(written.ledger.data, statement)
    assert kind in {found.kind.value for found in report_of(written, written.ledger.data).findings}


def test_a_missing_table_is_named(written: World) -> None:
    bend(written.ledger.data, "DROP TABLE identifiers")
    report = report_of(written, written.ledger.data)
    assert [(found.kind.value, found.position) for found in report.findings] == [("SourceUnreadable", "identifiers")]
    assert report.checked.bodies == report.checked.records


@pytest.mark.parametrize(
    "table",
    [
        "entries",
        "records",
        "batches",
        "tiles",
        "checkpoints",
        "blocks",
        "head",
        "register_lines",
        "governance",
        "erasures",
        "event_keys",
        "note_keys",
        "secrets",
    ],
)
def test_any_missing_table_is_a_finding_and_the_rest_is_checked(written: World, table: str) -> None:
    bend(written.ledger.data, f"DROP TABLE {table}")
    report = report_of(written, written.ledger.data)
    assert report.verdict is AuditVerdict.BROKEN
    assert {found.kind.value for found in report.findings} == {"SourceUnreadable"}
    assert any(table in found.position for found in report.findings)
    assert report.checked.entries == (0 if table == "entries" else 4)
