"""A connection that is kept: what it meets is named as elsewhere, and a failure is never inherited."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ledger.storage.bulk import run
from ledger.storage.database import LedgerBusy, reading, writing
from ledger.storage.kept_connection import KeptConnection


@pytest.fixture
def kept(engine: Engine) -> KeptConnection:
    with writing(engine) as connection:
        run(connection, "CREATE TABLE said (word TEXT)")
    return KeptConnection(engine)


def _said(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [word for (word,) in run(connection, "SELECT word FROM said").fetchall()]


def test_it_writes_again_and_again_and_sees_what_others_write(engine: Engine, kept: KeptConnection) -> None:
    for word in ("one", "two"):
        with kept.writing() as connection:
            run(connection, "INSERT INTO said VALUES (?)", (word,))
    with writing(engine) as beside:
        run(beside, "INSERT INTO said VALUES ('three')")
    with kept.reading() as connection:
        assert run(connection, "SELECT count(*) FROM said").fetchall() == [(3,)]
        run(connection, "INSERT INTO said VALUES ('taken back')")
    assert _said(engine) == ["one", "two", "three"]
    kept.close()


def test_a_failure_writes_nothing_and_the_next_round_is_a_new_one(engine: Engine, kept: KeptConnection) -> None:
    with pytest.raises(ZeroDivisionError), kept.writing() as connection:
        run(connection, "INSERT INTO said VALUES ('lost')")
        _ = 1 / 0
    with pytest.raises(LedgerBusy) as busy, kept.writing() as connection:
        run(connection, "INSERT INTO nowhere VALUES (1)")
    assert isinstance(busy.value.__cause__, OperationalError)
    with kept.writing() as connection:
        run(connection, "INSERT INTO said VALUES ('kept')")
    assert _said(engine) == ["kept"]
    kept.close()


def test_nobody_is_kept_from_writing_between_its_rounds(engine: Engine, kept: KeptConnection) -> None:
    with kept.reading() as connection:
        run(connection, "SELECT * FROM said").fetchall()
        with writing(engine) as beside:
            run(beside, "INSERT INTO said VALUES ('during')")
    with kept.writing() as connection:
        run(connection, "INSERT INTO said VALUES ('after')")
    assert _said(engine) == ["during", "after"]
    kept.close()


def test_only_it_has_a_large_cache(engine: Engine, kept: KeptConnection) -> None:
    with kept.reading() as connection:
        assert run(connection, "PRAGMA cache_size").fetchone() == (-131072,)
    kept.close()
    with reading(engine) as connection:
        assert run(connection, "PRAGMA cache_size").fetchone() == (-8192,)
