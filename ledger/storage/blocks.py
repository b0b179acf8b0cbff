"""Paths inside large batches: roots over each 256 commitments, so that a path reads one block, not the whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from ledger.evidence.merkle import Digest, HashReader, inclusion_proof, reader_of, refuse_lengths, root_of
from ledger.evidence.tile import tree_over
from ledger.storage.bulk import insert_rows, marks, run
from ledger.storage.entries import read_commitments
from ledger.storage.tables.log import BlocksRow

BLOCK: Final = 256
_BLOCK_LEVEL: Final = 8
_BLOCKS: Final = "SELECT hashes FROM blocks WHERE entry = {0}"


def block_roots(commitments: Sequence[Digest]) -> bytes:
    """The roots over each full block of 256 commitments, joined; a last part block has none."""
    full = len(commitments) // BLOCK
    return b"".join(root_of(commitments[at * BLOCK : (at + 1) * BLOCK]) for at in range(full))


def write_blocks(connection: Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    """Keep (entry, joined block roots) of batches larger than one block."""
    insert_rows(connection, BlocksRow, rows)


def batch_path(connection: Connection, *, entry: int, place: int, size: int) -> list[Digest]:
    """The inclusion path of `place` in the batch of `entry`, which has `size` records; leaf to root."""
    stored = run(connection, _BLOCKS.format(marks(connection, 1)), (entry,)).fetchone() if size > BLOCK else None
    if stored is None:
        return inclusion_proof(index=place, size=size, read=_tree(read_commitments(connection, entry)))
    return inclusion_proof(index=place, size=size, read=_reader(connection, entry, bytes(stored[0])))


def _tree(commitments: Sequence[Digest]) -> HashReader:
    if len(commitments) > BLOCK:
        return reader_of(commitments)
    # Whoever sent a document asks for the receipts of all its events, one after the other.
    refuse_lengths(commitments)
    return tree_over(b"".join(commitments))


def _reader(connection: Connection, entry: int, stored: bytes) -> HashReader:
    above = reader_of([stored[at : at + 32] for at in range(0, len(stored), 32)])
    below: dict[int, HashReader] = {}

    def read(level: int, index: int) -> Digest:
        if level >= _BLOCK_LEVEL:
            return above(level - _BLOCK_LEVEL, index)
        block = (index << level) // BLOCK
        if block not in below:
            below[block] = _tree(read_commitments(connection, entry, block * BLOCK, (block + 1) * BLOCK))
        return below[block](level, index - (block * BLOCK >> level))

    return read
