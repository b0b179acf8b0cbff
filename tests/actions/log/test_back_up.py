"""A backup is whole, of one moment, private, and never overwrites anything."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from ledger.actions.log.back_up import BackupExists, back_up
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.storage.database import DATABASE_FILE, LedgerAbsent
from ledger.storage.sqlite import DatabaseUnreadable
from tests.actions.conftest import World


def test_it_is_one_file_for_its_owner_only(world: World, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = back_up(world.ledger.data, tmp_path / "copy", progress=lambda *pages: told.append(pages))
    assert (made.origin, made.entries) == (world.ledger.origin, world.ledger.head().size)
    assert made.bytes == made.file.stat().st_size > 0
    assert made.file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "data"]
    assert told[-1][0] == told[-1][1] > 0


def test_the_ledger_goes_on_while_it_is_copied(world: World, tmp_path: Path) -> None:
    """Somebody writes at every step of the copy: it still ends, and shows one moment."""
    before = world.ledger.head().size
    admitted: list[str] = []

    def write_meanwhile(done: int, pages: int) -> None:
        if len(admitted) < 3:
            name = f"late-{len(admitted)}"
            thread = threading.Thread(
                target=lambda: admitted.append(admit_party(world.ledger, Admission(name, ["shop"], "SG")).party)
            )
            thread.start()
            thread.join()

    made = back_up(world.ledger.data, tmp_path / "copy", progress=write_meanwhile)
    assert admitted
    assert made.entries == before
    assert world.ledger.head().size == before + len(admitted)


def test_it_holds_no_secret_in_the_clear(world: World, tmp_path: Path) -> None:
    made = back_up(world.ledger.data, tmp_path / "copy")
    unlock = (world.ledger.data / "unlock").read_text().split("\n")[1].encode()
    assert unlock not in made.file.read_bytes()
    with sqlite3.connect(made.file) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nothing_is_overwritten(world: World, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("something dear")
    with pytest.raises(BackupExists):
        back_up(world.ledger.data, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "something dear"


def test_there_must_be_a_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerAbsent):
        back_up(tmp_path, tmp_path / "copy")


def test_what_is_no_database_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_text("no database at all, " * 100)
    with pytest.raises(DatabaseUnreadable):
        back_up(tmp_path, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE_FILE]
