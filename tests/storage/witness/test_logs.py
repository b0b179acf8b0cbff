"""The logs of a witness: read back as written, and moved by exactly one of several."""

from __future__ import annotations

from sqlalchemy import Engine

from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.witness.logs import (
    Cosigned,
    KnownLog,
    change_keys,
    count_logs,
    insert_log,
    move_log,
    origin_hash,
    read_log,
    read_log_by_hash,
    read_logs,
)
from ledger.storage.witness.store import writing
from tests.witnessed_log import ORIGIN, key_of

FIRST, SECOND = key_of("first").verifier, key_of("second").verifier
HEAD = Cosigned(7, b"r" * 32, 1_700_000_000, b"note")


def added(store: Engine) -> KnownLog:
    with writing(store) as connection:
        insert_log(connection, ORIGIN, [FIRST, SECOND], keys_size=3, now=Instant(5))
    with reading(store) as connection:
        found = read_log(connection, ORIGIN)
    assert found is not None
    return found


def test_a_log_reads_back_as_it_was_written(store: Engine) -> None:
    log = added(store)
    assert log == KnownLog(ORIGIN, (FIRST, SECOND), 3, Instant(5), None, 0)
    with writing(store) as connection:
        assert move_log(connection, log, HEAD)
    with reading(store) as connection:
        assert read_log(connection, ORIGIN) == KnownLog(ORIGIN, (FIRST, SECOND), 3, Instant(5), HEAD, 1)
        assert read_log_by_hash(connection, origin_hash(ORIGIN)) == read_log(connection, ORIGIN)
        assert read_log_by_hash(connection, origin_hash("other")) is read_log(connection, "other") is None


def test_of_two_that_saw_the_same_one_moves(store: Engine) -> None:
    log = added(store)
    other = Cosigned(9, b"s" * 32, HEAD.time_s, b"other")
    with writing(store) as connection:
        assert move_log(connection, log, HEAD)
    with writing(store) as connection:
        assert not move_log(connection, log, other)
    with reading(store) as connection:
        (found,) = read_logs(connection)
    assert found.cosigned == HEAD


def test_keys_that_change_meanwhile_stop_a_move_too(store: Engine) -> None:
    log = added(store)
    with writing(store) as connection:
        change_keys(connection, ORIGIN, [SECOND], keys_size=8)
        assert not move_log(connection, log, HEAD)


def test_a_log_that_was_taken_off_is_not_counted_and_keeps_its_head(store: Engine) -> None:
    log = added(store)
    with writing(store) as connection:
        move_log(connection, log, HEAD)
        assert count_logs(connection) == 1
        change_keys(connection, ORIGIN, [], keys_size=3)
        assert count_logs(connection) == 0
        found = read_log(connection, ORIGIN)
    assert found is not None
    assert (found.keys, found.cosigned) == ((), HEAD)
