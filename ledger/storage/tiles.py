"""Tiles of the tree as rows: appended to while they fill, read at any width they ever had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from ledger.errors import Absent
from ledger.evidence.merkle import Digest, HashReader, root_at, root_of
from ledger.evidence.tile import TileAddress, reader_over_tiles
from ledger.storage.bulk import insert_rows, marks, run
from ledger.storage.tables.log import TileRow

_TILE_HASHES: Final = 256
_DIGEST_BYTES: Final = 32
_REPLACE: Final = 'ON CONFLICT (level, "index") DO UPDATE SET hashes = excluded.hashes'
_TILE: Final = 'SELECT hashes FROM tiles WHERE level = {0} AND "index" = {0}'


class TileAbsent(Absent):
    title = "the log has no such tile yet"
    default_hint = "widths follow from the size of a published checkpoint"


def extend_tiles(connection: Connection, *, size: int, leaves: Sequence[Digest]) -> None:
    """Add the leaf hashes of entries `size`, `size + 1`, … to the tiles of every level. The caller commits."""
    level, start, fresh = 0, size, list(leaves)
    while fresh:
        start, fresh = _extend_level(connection, level, start, fresh)
        level += 1


def read_tile(connection: Connection, address: TileAddress) -> bytes:
    """The tile's bytes at exactly `address.width`; narrower than now is a prefix of it."""
    hashes = _hashes(connection, address.level, address.index)
    if len(hashes) < address.width * _DIGEST_BYTES:
        raise TileAbsent(seen=address.path, wanted=f"a width of at most {len(hashes) // _DIGEST_BYTES}")
    return hashes[: address.width * _DIGEST_BYTES]


def tree_reader(connection: Connection, size: int) -> HashReader:
    """Hashes of perfect subtrees of the log at `size`, read from the tiles."""
    return reader_over_tiles(size, lambda address: read_tile(connection, address))


def tree_root(connection: Connection, size: int) -> Digest:
    """The root of the log's tree at `size`, at most its size now."""
    return root_at(size=size, read=tree_reader(connection, size))


def _extend_level(connection: Connection, level: int, start: int, fresh: list[Digest]) -> tuple[int, list[Digest]]:
    """Append `fresh` at hash `start` of `level`; return where and which hashes of full tiles go one level up."""
    first, filled = divmod(start, _TILE_HASHES)
    kept = _hashes(connection, level, first)[: filled * _DIGEST_BYTES] if filled else b""
    hashes = kept + b"".join(fresh)
    rows: list[tuple[int, int, bytes]] = []
    full: list[Digest] = []
    tile_bytes = _TILE_HASHES * _DIGEST_BYTES
    for offset in range(0, len(hashes), tile_bytes):
        tile = hashes[offset : offset + tile_bytes]
        rows.append((level, first + offset // tile_bytes, tile))
        if len(tile) == tile_bytes:
            full.append(root_of([tile[at : at + _DIGEST_BYTES] for at in range(0, tile_bytes, _DIGEST_BYTES)]))
    insert_rows(connection, TileRow, rows, on_conflict=_REPLACE)
    return first, full


def _hashes(connection: Connection, level: int, index: int) -> bytes:
    row = run(connection, _TILE.format(marks(connection, 1)), (level, index)).fetchone()
    return b"" if row is None else bytes(row[0])
