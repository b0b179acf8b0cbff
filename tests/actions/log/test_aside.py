"""Small writes that share a round's transaction: all of them durable, and one that refuses is alone with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from ledger.actions.log.aside import Desk, OwnDesk
from ledger.actions.log.writer import Writer
from ledger.errors import Conflict
from ledger.storage.database import reading
from tests.actions.conftest import World


class NotThis(Conflict):
    title = "the test refuses"


def put(desk: Desk, key: str) -> str:
    def work(connection: Connection) -> str:
        if key == "bad":
            raise NotThis(seen=key)
        connection.exec_driver_sql("INSERT INTO escrow_settlements (bank, reference, position) VALUES ('b', ?, 0)", (key,))
        return key

    return desk.write_aside(work)


def kept(world: World) -> set[str]:
    with reading(world.ledger.engine) as connection:
        return set(connection.exec_driver_sql("SELECT reference FROM escrow_settlements").scalars())


def test_many_at_once_are_written_and_each_has_its_own_answer(world: World) -> None:
    names = [f"k{number}" for number in range(20)]
    with Writer(world.ledger) as writer, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda name: put(writer, name), names)) == names
        assert kept(world) == set(names)


def test_one_that_refuses_does_not_disturb_the_others(world: World) -> None:
    with Writer(world.ledger) as writer, ThreadPoolExecutor(8) as pool:
        running = {name: pool.submit(put, writer, name) for name in ("a", "bad", "c")}
        assert (running["a"].result(), running["c"].result()) == ("a", "c")
        with pytest.raises(NotThis):
            running["bad"].result()
    assert kept(world) == {"a", "c"}


def test_without_a_writer_each_has_its_own_transaction(world: World) -> None:
    assert put(OwnDesk(world.ledger), "x") == "x"
    with pytest.raises(NotThis):
        put(OwnDesk(world.ledger), "bad")
    assert kept(world) == {"x"}
