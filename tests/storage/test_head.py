"""The head: two writers who both believe it is their turn, of whom one wins."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from ledger.evidence.frontier import EMPTY_FRONTIER
from ledger.evidence.instant import Instant
from ledger.storage.database import reading, writing
from ledger.storage.head import AlreadyFounded, Head, LogMoved, advance_head, read_head

FIRST = Head("log.example/main", b"0" * 32, Instant(1), EMPTY_FRONTIER.append(b"0" * 32))


def after(head: Head, leaf: bytes) -> Head:
    return Head(head.origin, leaf, Instant(head.time + 1), head.frontier.append(leaf))


@pytest.fixture
def founded(engine: Engine) -> Engine:
    with writing(engine) as connection:
        advance_head(connection, None, FIRST)
    return engine


def test_before_founding_there_is_no_head(engine: Engine) -> None:
    with reading(engine) as connection:
        assert read_head(connection) is None


def test_a_head_is_read_back_as_written(founded: Engine) -> None:
    with writing(founded) as connection:
        advance_head(connection, FIRST, after(FIRST, b"1" * 32))
    with reading(founded) as connection:
        assert read_head(connection) == after(FIRST, b"1" * 32)


def test_of_two_writers_from_the_same_head_one_wins(founded: Engine) -> None:
    with writing(founded) as connection:
        advance_head(connection, FIRST, after(FIRST, b"1" * 32))
    with pytest.raises(LogMoved, match="size 1"), writing(founded) as connection:
        advance_head(connection, FIRST, after(FIRST, b"2" * 32))
    with reading(founded) as connection:
        head = read_head(connection)
    assert head is not None
    assert head.leaf_hash == b"1" * 32


def test_a_ledger_is_founded_once(founded: Engine) -> None:
    with pytest.raises(AlreadyFounded), writing(founded) as connection:
        advance_head(connection, None, FIRST)
