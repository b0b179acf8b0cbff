"""The database of a witness: a file of its own, durable, with its own tables."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel

from ledger.storage.database import reading
from ledger.storage.witness.identity import Identity, WitnessFormDiffers, keep_identity, read_identity
from ledger.storage.witness.store import WITNESS_FILE, WitnessBusy, WitnessUnfounded, open_store, writing
from ledger.storage.witness.tables import WITNESS_TABLES


def test_every_commit_is_synced(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "w", create=True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    open_store(tmp_path / "w", create=True).dispose()
    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "w" / WITNESS_FILE).stat().st_mode) == 0o600


def test_a_ledger_knows_nothing_of_its_tables(tmp_path: Path) -> None:
    engine = open_store(tmp_path, create=True)
    assert set(inspect(engine).get_table_names()) - {"sqlite_sequence"} == set(WITNESS_TABLES.tables)
    assert not set(WITNESS_TABLES.tables) & set(SQLModel.metadata.tables)
    engine.dispose()


def test_no_witness_is_said_by_name_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(WitnessUnfounded):
        open_store(tmp_path)
    assert not list(tmp_path.iterdir())


def test_who_it_is_is_written_once_and_completed(tmp_path: Path) -> None:
    engine = open_store(tmp_path, create=True)
    with writing(engine) as connection:
        assert read_identity(connection) is None
        keep_identity(connection, Identity("w"))
        keep_identity(connection, Identity("w", "vkey"))
    with reading(engine) as connection:
        assert read_identity(connection) == Identity("w", "vkey")
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE witness_identity SET form = 99")
    with reading(engine) as connection, pytest.raises(WitnessFormDiffers):
        read_identity(connection)
    engine.dispose()


def test_a_full_disk_is_said_by_name_and_leaves_nothing(tmp_path: Path) -> None:
    engine = open_store(tmp_path, create=True)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(WitnessBusy, match="full"), writing(engine) as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        keep_identity(connection, Identity("w", "v" * 100_000))
    with reading(engine) as connection:
        assert read_identity(connection) is None
    engine.dispose()
