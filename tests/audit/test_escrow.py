"""The audit of the escrow: every record judged anew, every table held against the outcome, nothing in doubt called clean."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.actions.log.open_source import open_source
from ledger.actions.open_ledger import open_ledger
from ledger.audit import escrow as escrow_module
from ledger.audit.escrow import EscrowReplay
from ledger.audit.finding import MEANING, FindingKind
from ledger.audit.journal import Journal
from ledger.audit.replay import audit, replay_escrow
from ledger.audit.report import AuditVerdict
from ledger.evidence.authority import TYPES, RecordClass
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.forging import EscrowScene
from ledger.storage.journal_reading import balances, lines_of
from ledger.storage.position import pack
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.invariants import INVARIANTS
from tests.audit.escrow_world import DOCUMENT, RECORDS, REFUSED, Veiled, audited, bend, build, found, policy_of, replayed


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EscrowScene]:
    data = tmp_path_factory.mktemp("escrow") / "data"
    return data, build(data)


@pytest.fixture
def data(honest: tuple[Path, EscrowScene], tmp_path: Path) -> Path:
    shutil.copytree(honest[0], tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def scene(honest: tuple[Path, EscrowScene]) -> EscrowScene:
    return honest[1]


def test_an_honest_escrow_is_clean_and_was_looked_at(data: Path) -> None:
    report = audited(data)
    assert report.findings == ()
    assert report.clean
    assert report.checked.escrow_records == RECORDS


def test_the_replay_gives_what_the_tables_hold(data: Path, scene: EscrowScene) -> None:
    report = replayed(data)
    with closing(open_ledger(data)) as ledger, reading(ledger.engine) as connection:
        kept = {(account, currency): balance for account, currency, balance in balances(connection)}
        lines = {kept.line.name: kept.line for kept in lines_of(connection, None)}
    assert report.books.balances == kept
    assert report.books.lines == lines
    assert kept[scene.account, "SGD"] == 9_900
    assert (report.records, report.accepted, report.refusals) == (RECORDS, RECORDS - REFUSED, {"stale_prev": REFUSED})
    assert (report.zero_sum, report.segregated, report.invariants) == (True, True, ())
    assert report.verdict is AuditVerdict.CLEAN


def test_the_replay_never_reads_the_tables(data: Path) -> None:
    before = replayed(data).to_json()
    tables = ("verdicts", "legs", "leg_sums", "accounts", "lines", "line_parties", "settlements", "closings", "owners")
    bend(data, *(f"DROP TABLE escrow_{table}" for table in (*tables, "statements", "zero")))
    assert replayed(data).to_json() == before


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("escrow_verdicts", "DROP TABLE escrow_verdicts"),
        ("escrow_legs", "DROP TABLE escrow_legs"),
        ("escrow_lines", "ALTER TABLE escrow_lines RENAME COLUMN state TO condition"),
        ("escrow_accounts", "DROP TABLE escrow_accounts"),
        ("escrow_owners", "UPDATE escrow_owners SET owner = CAST(x'ff' AS TEXT)"),
    ],
)
def test_a_damaged_table_is_a_finding_and_hides_no_other(data: Path, table: str, statement: str) -> None:
    bend(data, statement, "UPDATE escrow_statements SET difference = 0")
    kinds = found(audited(data))
    assert ("SourceUnreadable", table) in kinds
    assert [kind for kind, position in kinds if position.startswith("escrow_statements")] == ["EscrowStatementDiffers"]
    assert {kind for kind, _ in kinds} == {"SourceUnreadable", "EscrowStatementDiffers"}


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("EscrowLegsDiffer", "INSERT INTO escrow_legs VALUES ('abc', 0, 'custody:x', 'SGD', 5)"),
        ("EscrowLegsDiffer", "INSERT INTO escrow_legs VALUES (5.5, 0, 'custody:x', 'SGD', 5)"),
        ("EscrowLegsDiffer", "INSERT INTO escrow_leg_sums VALUES (-1, 'SGD', 0)"),
        ("EscrowVerdictDiffers", f"INSERT INTO escrow_verdicts VALUES ({pack(10**6, 0)}, 'FeePaid', NULL, NULL, NULL, NULL, '')"),
        ("EscrowLineDiffers", "UPDATE escrow_lines SET terms = 'x', due = 'soon', serial = 7"),
        ("EscrowLineDiffers", "UPDATE escrow_lines SET state = ''"),
        (
            "EscrowLineDiffers",
            "INSERT INTO escrow_lines SELECT 'x/y/1', 0, '', '', '', '', '', '', 0, 0, 0, NULL, '' FROM escrow_zero",
        ),
        ("EscrowBalanceDiffers", "UPDATE escrow_accounts SET balance = 9900.5 WHERE kind = 'asset'"),
        ("EscrowBalanceDiffers", "UPDATE escrow_accounts SET kind = 'neutral' WHERE kind = 'asset'"),
        ("EscrowBalanceDiffers", "INSERT INTO escrow_accounts VALUES (x'ff', 'SGD', 'asset', 1)"),
        ("EscrowSettlementDiffers", "UPDATE escrow_settlements SET position = position + 1"),
        ("EscrowStatementDiffers", "DELETE FROM escrow_statements"),
        ("EscrowReaderDiffers", "DELETE FROM escrow_line_parties"),
        ("EscrowLegsDiffer", "DELETE FROM escrow_zero"),
    ],
)
def test_whatever_lies_in_a_column_is_compared(data: Path, kind: str, statement: str) -> None:
    bend(data, statement)
    report = audited(data)
    assert {finding.kind.value for finding in report.findings} == {kind}
    assert report.verdict is AuditVerdict.BROKEN


def test_a_state_that_reads_the_same_is_the_same(data: Path) -> None:
    bend(data, "UPDATE escrow_lines SET state = CAST(' ' || CAST(state AS TEXT) AS BLOB)")
    assert audited(data).clean


def test_a_deeply_nested_state_is_told(data: Path, scene: EscrowScene) -> None:
    bend(data, f"UPDATE escrow_lines SET state = CAST('{{\"x\":{'[' * 50_000}' AS BLOB) WHERE name = '{scene.line}'")
    assert found(audited(data)) == [("EscrowLineDiffers", f"escrow_lines {scene.line}")]


def test_withheld_bodies_leave_the_escrow_in_doubt(data: Path, scene: EscrowScene) -> None:
    with open_source(str(data)) as source:
        report = audit(Veiled(source, frozenset({scene.paid})), policy_of(data))
    assert report.findings == ()
    assert report.verdict is AuditVerdict.INCOMPLETE
    assert any(what.startswith(f"the escrow from entry {scene.paid} on") for what in report.not_checked)
    assert report.checked.escrow_records == 2


def test_tables_are_not_held_against_what_is_in_doubt(data: Path, scene: EscrowScene) -> None:
    bend(data, f"UPDATE escrow_legs SET amount = 1 WHERE position = {pack(scene.paid, 0)}")
    with open_source(str(data)) as source:
        report = audit(Veiled(source, frozenset({scene.paid}), kept=source.kept), policy_of(data))
    assert report.findings == ()
    assert report.verdict is AuditVerdict.INCOMPLETE


def test_a_governance_record_that_nobody_shows_leaves_the_escrow_in_doubt(data: Path, scene: EscrowScene) -> None:
    with open_source(str(data)) as source:
        report = replay_escrow(Veiled(source, frozenset({scene.spare})), policy_of(data))
    assert report.records == 0
    assert report.until == scene.agreed
    assert report.verdict is AuditVerdict.INCOMPLETE


def test_a_rule_pack_of_a_later_release_leaves_the_escrow_in_doubt(
    data: Path, scene: EscrowScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escrow_module, "shipped_packs", dict)
    report = audited(data)
    assert report.findings == ()
    (left,) = (what for what in report.not_checked if "escrow" in what)
    assert left.startswith(f"the escrow from entry {scene.agreed} on: the rule pack SG@2026.1 ")


def test_an_altered_entry_of_the_escrow_stops_the_judging(data: Path, scene: EscrowScene) -> None:
    bend(data, f"UPDATE entries SET body = replace(body, 'class escrow', 'class Escrow') WHERE \"index\" = {scene.paid}")
    report = audited(data)
    assert ("EntryAltered", f"entry {scene.paid}") in found(report)
    assert not [kind for kind, _ in found(report) if kind.startswith("Escrow")]
    assert report.checked.escrow_records == 2
    assert any(what.startswith(f"the escrow from entry {scene.paid} on") for what in report.not_checked)


def test_an_altered_entry_of_another_class_hides_nothing_of_the_escrow(data: Path, scene: EscrowScene) -> None:
    with open_source(str(data)) as source:
        entry = Entry.parse(source.entries(DOCUMENT, DOCUMENT + 1)[0] or b"")
    later = replace(entry, time=Instant(entry.time + 1)).to_bytes()
    bend(data, f"UPDATE entries SET body = x'{later.hex()}' WHERE \"index\" = {DOCUMENT}", "UPDATE escrow_owners SET owner = 'x'")
    wanted = [("EscrowOwnerDiffers", f"escrow_owners {scene.serial.hex()}"), ("EntryAltered", f"entry {DOCUMENT}")]
    assert sorted(found(audited(data))) == sorted(wanted)


def test_without_signatures_it_is_never_clean(data: Path) -> None:
    report = replayed(data, signatures=False)
    assert report.audit.findings == ()
    assert report.verdict is AuditVerdict.INCOMPLETE
    assert any("signatures" in what for what in report.audit.not_checked)
    assert report.to_json()["signatures"] is False
    assert report.to_json()["balances"] == replayed(data).to_json()["balances"]


def test_books_that_break_an_invariant_are_told(data: Path) -> None:
    journal = Journal()
    replay = EscrowReplay(journal, None)
    replay.records = 1
    replay.notes.books.balances["custody:bank", "SGD"] = 5
    replay.finish(1)
    told = Counter(finding.kind for finding in journal.findings)
    assert set(told) == {FindingKind.ESCROW_INVARIANT_BROKEN}
    assert {finding.message.partition(":")[0] for finding in journal.findings} == {"I2", "I4"} <= set(INVARIANTS)


def test_the_class_escrow_has_exactly_the_types_of_the_rules() -> None:
    assert TYPES[RecordClass.ESCROW] == set(BODIES)


def test_every_finding_about_the_escrow_has_a_meaning() -> None:
    kinds = [kind for kind in FindingKind if kind.value.startswith("Escrow")]
    assert len(kinds) == 11
    assert all(MEANING[kind].sentence and MEANING[kind].hint for kind in kinds)
