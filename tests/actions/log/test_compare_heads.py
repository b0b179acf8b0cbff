"""Two heads compared by tiles that somebody shows: a source that mixes the tiles of two histories is not believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from ledger.actions.log.compare_heads import Relation, Side, TilesContradictCheckpoint, compare
from ledger.evidence.merkle import Digest, HashReader, leaf_hash, reader_of
from ledger.evidence.tile import TILE_WIDTH, TileAddress
from tests.witnessed_log import MadeLog

SHARED, SMALL, LARGE = 280, 300, 600
HONEST, FORKED = MadeLog(), MadeLog(history="other")


def side(log: MadeLog, size: int, source: Any = None) -> Side:
    note = log.note(size, shared=SHARED)
    return Side("shown", note.to_bytes(), log.checkpoint(size, shared=SHARED), source)


@dataclass
class Tiles:
    """The tiles of one log, but for those rows of leaves that are shown of another."""

    log: MadeLog
    swapped: dict[int, MadeLog]

    def tile(self, address: TileAddress) -> bytes:
        log = self.swapped.get(address.index, self.log) if address.level == 0 else self.log
        read: HashReader = reader_of(log.leaves(LARGE, shared=SHARED))
        first = address.index * TILE_WIDTH
        hashes: list[Digest] = [read(8 * address.level, first + at) for at in range(address.width)]
        return b"".join(hashes)


def test_the_tiles_of_one_log_tell_one_history_from_a_fork() -> None:
    shown = side(FORKED, LARGE, Tiles(FORKED, {}))
    assert compare(side(FORKED, SMALL), shown).relation is Relation.ONE_HISTORY
    fork = compare(shown, side(HONEST, SMALL))
    assert fork.relation is Relation.FORK
    assert fork.evidence is not None
    fork.evidence.refuse_one_history()


def test_a_fork_is_not_hidden_by_the_tiles_of_the_other_history() -> None:
    # The upper tile leads to the checkpoint's root, and the row below it is never looked at for that.
    liar = Tiles(FORKED, {1: HONEST})
    with pytest.raises(TilesContradictCheckpoint):
        compare(side(HONEST, SMALL), side(FORKED, LARGE, liar))


def test_one_history_is_not_made_a_fork_by_wrong_tiles() -> None:
    liar = Tiles(FORKED, {1: HONEST})
    with pytest.raises(TilesContradictCheckpoint):
        compare(side(FORKED, SMALL), side(FORKED, LARGE, liar))


def test_tiles_that_do_not_lead_to_the_checkpoint_are_refused_at_once() -> None:
    assert leaf_hash(b"honest 599") != leaf_hash(b"other 599")
    with pytest.raises(TilesContradictCheckpoint):
        compare(side(FORKED, SMALL), side(FORKED, LARGE, Tiles(FORKED, {2: HONEST})))
