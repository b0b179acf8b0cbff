"""Tiles: whatever the steps in which a log grew, its tiles are those of the whole."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.evidence.merkle import reader_of, root_of
from ledger.evidence.tile import TileAddress, tiles_of
from ledger.storage.database import reading, writing
from ledger.storage.tiles import TileAbsent, extend_tiles, read_tile, tree_reader, tree_root

LEAVES = [hashlib.sha256(str(n).encode()).digest() for n in range(70_000)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(1, 700), min_size=1, max_size=8))
def test_tiles_do_not_depend_on_the_steps(engine: Engine, steps: list[int]) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM tiles")
        size = 0
        for step in steps:
            extend_tiles(connection, size=size, leaves=LEAVES[size : size + step])
            size += step
            assert tree_root(connection, size) == root_of(LEAVES[:size])
    whole = reader_of(LEAVES[:size])
    with reading(engine) as connection:
        for address in tiles_of(size):
            hashes = [whole(8 * address.level, address.index * 256 + at) for at in range(address.width)]
            assert read_tile(connection, address) == b"".join(hashes)


def test_a_tree_of_three_levels(engine: Engine) -> None:
    with writing(engine) as connection:
        extend_tiles(connection, size=0, leaves=LEAVES[:69_000])
        extend_tiles(connection, size=69_000, leaves=LEAVES[69_000:])
    with reading(engine) as connection:
        assert tree_root(connection, 70_000) == root_of(LEAVES)
        assert tree_root(connection, 65_536) == root_of(LEAVES[:65_536])
        assert tree_reader(connection, 70_000)(16, 0) == root_of(LEAVES[:65_536])
        assert len(read_tile(connection, TileAddress(1, 1, 17))) == 17 * 32


def test_a_narrower_tile_is_a_prefix_and_a_wider_one_is_absent(engine: Engine) -> None:
    with writing(engine) as connection:
        extend_tiles(connection, size=0, leaves=LEAVES[:5])
    with reading(engine) as connection:
        assert read_tile(connection, TileAddress(0, 0, 3)) == b"".join(LEAVES[:3])
        with pytest.raises(TileAbsent, match="at most 5"):
            read_tile(connection, TileAddress(0, 0, 6))
