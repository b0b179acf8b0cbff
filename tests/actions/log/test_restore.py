"""A restored ledger is audited before it stands, and a copy that does not hold never stands."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger.actions.log.back_up import back_up
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.restore import DirectoryNotEmpty, restore
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.audit.report import AuditVerdict
from ledger.evidence.policy import Policy
from ledger.storage.sqlite import DatabaseUnreadable
from tests.actions.conftest import World


@pytest.fixture
def backup(world: World, tmp_path: Path) -> Path:
    publish_checkpoint(world.ledger)
    return back_up(world.ledger.data, tmp_path / "backup").file


def policy_of(data: Path) -> Policy:
    return Policy.parse((data / POLICY_FILE).read_text(encoding="utf-8"))


def test_there_and_back_is_the_same_ledger(world: World, backup: Path, tmp_path: Path) -> None:
    unlock = world.ledger.data / "unlock"
    restored = restore(backup, tmp_path / "again", policy=policy_of(world.ledger.data), unlock=unlock)
    assert (restored.report.verdict, restored.in_place) == (AuditVerdict.CLEAN, True)
    assert (tmp_path / "again" / POLICY_FILE).read_bytes() == (world.ledger.data / POLICY_FILE).read_bytes()
    assert (tmp_path / "again" / "ledger.sqlite").stat().st_mode & 0o777 == 0o600
    again = open_ledger(tmp_path / "again", unlock=unlock, clock=world.clock)
    assert again.head() == world.ledger.head()
    assert admit_party(again, Admission("new", ["shop"], "SG")).sequenced.entry == world.ledger.head().size
    again.close()


def test_without_a_policy_it_is_checked_against_itself(world: World, backup: Path, tmp_path: Path) -> None:
    restored = restore(backup, tmp_path / "again", unlock=world.ledger.data / "unlock")
    assert restored.report.clean
    assert policy_of(tmp_path / "again") == policy_of(world.ledger.data)


def test_without_the_unlock_file_it_says_what_was_not_checked(backup: Path, tmp_path: Path) -> None:
    restored = restore(backup, tmp_path / "again")
    assert (restored.report.verdict, restored.in_place) == (AuditVerdict.INCOMPLETE, True)
    assert restored.report.not_checked


def test_a_changed_copy_never_stands(backup: Path, tmp_path: Path) -> None:
    with sqlite3.connect(backup) as copy:
        copy.execute("DROP TRIGGER entries_fixed")
        copy.execute('UPDATE entries SET leaf_hash = zeroblob(32) WHERE "index" = 1')
    restored = restore(backup, tmp_path / "again")
    assert (restored.report.verdict, restored.in_place) == (AuditVerdict.BROKEN, False)
    assert not (tmp_path / "again").exists()


def test_another_ledger_never_stands_for_this_one(world: World, backup: Path, tmp_path: Path) -> None:
    found_ledger(tmp_path / "other", Founding(world.ledger.origin), clock=world.clock).close()
    restored = restore(backup, tmp_path / "again", policy=policy_of(tmp_path / "other"))
    assert not restored.in_place
    assert restored.report.verdict in (AuditVerdict.BROKEN, AuditVerdict.DISTRUSTED)


def test_an_older_copy_is_found_out_by_a_kept_checkpoint(world: World, backup: Path, tmp_path: Path) -> None:
    admit_party(world.ledger, Admission("later", ["shop"], "SG"))
    kept = publish_checkpoint(world.ledger).note
    restored = restore(backup, tmp_path / "again", kept=kept)
    assert not restored.in_place
    assert restored.report.findings


def test_what_is_there_stays(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "letter").write_text("dear")
    with pytest.raises(DirectoryNotEmpty):
        restore(backup, tmp_path / "again")
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["letter"]


def test_something_else_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear, " * 1000)
    with pytest.raises(DatabaseUnreadable):
        restore(tmp_path / "letter", tmp_path / "again")
    assert not (tmp_path / "again").exists()
