"""An audit since a checkpoint: what lies before is believed as far as the tree proves it; the report says what that is not."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.log.audit_worker import NamedSource
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.run_audit import AuditWay, run_audit
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.audit.heads import KeptCheckpointUnusable
from ledger.audit.report import AuditReport, AuditVerdict
from tests.api.serving import listening, serving
from tests.audit import long_log
from tests.audit.escrow_world import bend

SINCE = long_log.EARLY


def audited(data: Path, since: bytes, *, name: str = "", jobs: int = 1) -> AuditReport:
    return run_audit(NamedSource(name or str(data)), long_log.policy_of(data), AuditWay(since=since, jobs=jobs))


@pytest.fixture
def since(long: Path) -> bytes:
    return long_log.checkpoint_of(long, SINCE)


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


def alter(data: Path, index: int) -> None:
    bend(data, f"UPDATE records SET salt = zeroblob(16) WHERE position = ({index} << 14) + 1")


def test_it_holds_and_says_what_was_not_checked(long: Path, since: bytes) -> None:
    report = audited(long, since)
    assert (found(report), report.verdict, report.size) == ([], AuditVerdict.INCOMPLETE, long_log.SIZE)
    assert any(f"before {SINCE}" in what for what in report.not_checked)
    assert any("the escrow from entry" in what for what in report.not_checked)
    whole = run_audit(NamedSource(str(long)), long_log.policy_of(long), AuditWay(jobs=1))
    assert (report.checked.entries, report.checked.tiles) == (whole.checked.entries, whole.checked.tiles)
    assert report.checked.checkpoints == whole.checked.checkpoints
    assert 0 < report.checked.bodies < whole.checked.bodies


def test_bodies_and_rows_before_it_are_left_alone_and_those_after_it_are_not(long: Path, since: bytes) -> None:
    for index in (SINCE - 1, SINCE, long_log.SIZE - 1):
        alter(long, index)
    bend(long, f"DELETE FROM identifiers WHERE position = ({SINCE - 2} << 14) + 1")
    bend(long, f"DELETE FROM identifiers WHERE position = ({SINCE + 2} << 14) + 1")
    bend(long, f"UPDATE batches SET issuer = 'nobody' WHERE entry = {SINCE - 3}")
    assert set(found(audited(long, since))) == {
        ("BodyAltered", f"entry {SINCE} place 1"),
        ("BodyAltered", f"entry {long_log.SIZE - 1} place 1"),
        ("IdentifierIndexWrong", f"identifiers entry {SINCE + 2} place 1"),
    }


def test_governance_before_it_is_read_and_judged(long: Path, since: bytes) -> None:
    bend(long, "UPDATE records SET body = CAST(replace(body, 'CN', 'SG') AS BLOB) WHERE position = 1 << 14")
    bend(long, "UPDATE governance SET snapshot = x'00'")
    assert ("BodyAltered", "entry 1 place 0") in found(audited(long, since))


def test_entries_before_it_are_still_those_of_the_tree(long: Path, since: bytes) -> None:
    bend(long, "UPDATE entries SET body = CAST(replace(body, 'size 3', 'size 4') AS BLOB) WHERE \"index\" = 40")
    assert ("EntryAltered", "entry 40") in found(audited(long, since))


def test_a_checkpoint_of_another_history_spares_nothing(long: Path, tmp_path: Path) -> None:
    fork = tmp_path / "fork"
    shutil.copytree(long, fork)
    for data, name in ((long, "one"), (fork, "other")):
        with closing(open_ledger(data, guard=[tmp_path / name])) as ledger:
            admit_party(ledger, Admission(name, ["merchant"], "CN"))
            publish_checkpoint(ledger)
    alter(fork, 59)
    report = audited(fork, long_log.checkpoint_of(long, long_log.SIZE + 1))
    contradicted = ("KeptCheckpointContradicted", f"checkpoint {long_log.SIZE + 1}")
    assert found(report) == [("BodyAltered", "entry 59 place 1"), contradicted]
    assert report.not_checked == ()


def test_a_checkpoint_beyond_the_log_spares_nothing(long: Path, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter"
    shutil.copytree(long, shorter)
    long_log.grow(long, long_log.SIZE + 2)
    report = audited(shorter, long_log.checkpoint_of(long, long_log.SIZE + 2))
    assert found(report) == [("KeptCheckpointContradicted", f"checkpoint {long_log.SIZE + 2}")]


def test_a_checkpoint_by_nobody_is_refused_by_name(long: Path) -> None:
    with pytest.raises(KeptCheckpointUnusable):
        audited(long, b"ledger.example/main\n0\n")


def test_a_served_log_on_two_processes(long: Path, since: bytes) -> None:
    with listening() as (bound, url), serving(create_app(Settings(data=long, public_url=url)), bound):
        alone = audited(long, since, name=url)
        assert (found(alone), alone.verdict) == ([], AuditVerdict.INCOMPLETE)
        assert audited(long, since, name=url, jobs=2).to_json() == alone.to_json()
