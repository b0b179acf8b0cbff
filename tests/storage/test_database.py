"""The database: durable settings, one schema version, and ledger tables that nothing can change."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from ledger.storage.bulk import insert_rows
from ledger.storage.database import LedgerAbsent, SchemaDiffers, check_schema, open_engine, reading, upgrade_schema, writing
from ledger.storage.tables import access, claims, codes, erasing, escrow, log, media, parties, requests

TABLES = (access, claims, codes, erasing, escrow, log, media, parties, requests)


def test_connections_are_durable_and_forget_what_is_erased(engine: Engine) -> None:
    with reading(engine) as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    assert TABLES
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade_schema(engine)
    check_schema(engine)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar_one() == 1


def test_a_database_of_another_version_is_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(SchemaDiffers, match="later"):
        check_schema(engine)


def test_a_directory_without_ledger_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerAbsent, match="suyuan init"):
        open_engine(tmp_path / "nothing")


ENTRY = (7, b"entry", b"h" * 32)
BATCH = (7, "a/party/b", "epcis", "code", 1, b"r" * 32, b"{}")
RECORD = (7 << 14, b"c" * 32, b"s" * 16, b"{}")
ROWS = ((log.EntryRow, ENTRY), (log.BatchRow, BATCH), (log.RecordRow, RECORD))


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with writing(engine) as connection:
        for table, row in ROWS:
            insert_rows(connection, table, [row])
    return engine


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = x'00'",
        "UPDATE batches SET issuer = 'x'",
        "UPDATE records SET body = x'00'",
        "UPDATE records SET body = NULL, salt = NULL",
        "UPDATE records SET commitment = x'00'",
        "DELETE FROM entries",
        "DELETE FROM batches",
        "DELETE FROM records",
        "INSERT OR REPLACE INTO entries VALUES (7, x'00', x'00')",
        "INSERT OR REPLACE INTO batches VALUES (7, 'x', 'epcis', 'code', 1, x'00', NULL)",
        f"INSERT OR REPLACE INTO records VALUES ({7 << 14}, x'00', x'00', x'00')",
        "INSERT INTO entries VALUES (7, x'00', x'00') ON CONFLICT DO UPDATE SET body = x'00'",
    ],
)
def test_ledger_tables_take_no_change(filled: Engine, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), writing(filled) as connection:
        connection.exec_driver_sql(statement)
    with reading(filled) as connection:
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM entries")] == [ENTRY]
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM batches")] == [BATCH]
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM records")] == [RECORD]


def test_only_body_and_salt_of_a_record_noted_as_erased_may_go(filled: Engine) -> None:
    with writing(filled) as connection:
        insert_rows(connection, log.ErasureRow, [(7 << 14, 9, "person-request")])
    with pytest.raises(IntegrityError, match="append-only"), writing(filled) as connection:
        connection.exec_driver_sql("UPDATE records SET body = x'7b7d', salt = NULL")
    with pytest.raises(IntegrityError, match="append-only"), writing(filled) as connection:
        connection.exec_driver_sql("UPDATE records SET body = NULL, salt = NULL, commitment = x'00'")
    with writing(filled) as connection:
        connection.exec_driver_sql("UPDATE records SET body = NULL, salt = NULL")
    with reading(filled) as connection:
        assert connection.exec_driver_sql("SELECT commitment, salt, body FROM records").one() == (b"c" * 32, None, None)


def test_a_path_may_hold_what_an_address_would_escape(tmp_path: Path) -> None:
    odd = tmp_path / "data? 100% #1 溯源"
    written = open_engine(odd, create=True)
    upgrade_schema(written)
    read = open_engine(odd, read_only=True)
    check_schema(read)
    for engine in (written, read):
        engine.dispose()
    assert (odd / "ledger.sqlite").is_file()


def test_a_read_only_engine_writes_nothing(filled: Engine, tmp_path: Path) -> None:
    read_only = open_engine(tmp_path, read_only=True)
    with pytest.raises(OperationalError, match=r"readonly|read-only|attempt to write"), reading(read_only) as connection:
        connection.exec_driver_sql("DELETE FROM head")
    read_only.dispose()
    with reading(filled) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one() == 1
