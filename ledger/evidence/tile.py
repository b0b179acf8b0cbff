"""C2SP tiles and entry bundles: which files a log of a size serves, and how proofs are read from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.errors import Malformed, TooLarge
from ledger.evidence.merkle import DIGEST_BYTES, Digest, HashReader, LeafOutsideTree, reader_of
from ledger.evidence.spelling import SIZE_LIMIT

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
ENTRIES_LEVEL: Final = -1
"""The level of entry bundles, whose places are those of level 0."""

BUNDLE_ENTRY_BYTES_MAX: Final = (1 << 16) - 1

_LEVEL_MAX: Final = 63
_TREES_KEPT: Final = 128
"""Of 40 KiB each."""
_TILES_KEPT: Final = 64
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(x[0-9]{3}/){0,6}[0-9]{3})(\.p/(?P<width>[0-9]{1,3}))?", re.ASCII
)


class TileAddressMalformed(Malformed):
    title = "not the address of a tile"


class TileMalformed(Malformed):
    title = "a tile does not hold one hash per place of its width"


class BundleMalformed(Malformed):
    title = "an entry bundle is not a sequence of 1 to 256 entries, each after its length"


class BundleEntryTooLarge(TooLarge):
    title = "an entry is too large for a bundle"


@dataclass(frozen=True, slots=True, order=True)
class TileAddress:
    """Where a tile is served: `tile/<level>/<index>` and, while it is not full, `.p/<width>`.

    Args:
        level: 0 to 63 for hashes, `ENTRIES_LEVEL` for entries.
        index: place of the tile in its level.
        width: hashes or entries in it, 1 to 256.

    Raises:
        TileAddressMalformed: a value out of range.

    Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        in_range = ENTRIES_LEVEL <= self.level <= _LEVEL_MAX and 0 <= self.index < SIZE_LIMIT and 1 <= self.width <= TILE_WIDTH
        if not in_range:
            raise TileAddressMalformed(
                seen=f"level {self.level}, index {self.index}, width {self.width}", wanted="a tile's place"
            )

    @property
    def path(self) -> str:
        digits = f"{self.index:d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        level = "entries" if self.level == ENTRIES_LEVEL else self.level
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join([*(f'x{group}' for group in groups[:-1]), groups[-1]])}{partial}"

    @classmethod
    def parse(cls, path: str) -> TileAddress:
        """Read exactly what `path` prints, without a slash before it.

        Raises:
            TileAddressMalformed: it is spelled otherwise.
        """
        parts = _PATH.fullmatch(path)
        if not parts:
            raise TileAddressMalformed(seen=path, wanted="tile/<level or entries>/<index>[.p/<width>]")
        level = ENTRIES_LEVEL if parts["level"] == "entries" else int(parts["level"])
        index = int(parts["index"].replace("x", "").replace("/", ""))
        address = cls(level, index, int(parts["width"] or TILE_WIDTH))
        if address.path != path:
            raise TileAddressMalformed(seen=path, wanted=address.path)
        return address

    @classmethod
    def within(cls, size: int, *, level: int, index: int) -> TileAddress:
        """Return the address, as wide as a log of `size` entries makes it, of a tile.

        Raises:
            TileAddressMalformed: a log of that size has no such tile.
        """
        return cls(level, index, min(TILE_WIDTH, _places(size, level) - index * TILE_WIDTH))


def tiles_of(size: int) -> Iterator[TileAddress]:
    """Yield every hash tile that a log of `size` entries serves, level by level from the leaves."""
    level = 0
    while _places(size, level):
        yield from _row(size, level)
        level += 1


def bundles_of(size: int) -> Iterator[TileAddress]:
    """Yield every entry bundle that a log of `size` entries serves, in order."""
    return _row(size, ENTRIES_LEVEL)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the entries, each after its length as u16 big-endian.

    Raises:
        BundleMalformed: not 1 to 256 entries. BundleEntryTooLarge: one over 65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise BundleMalformed(seen=f"{len(entries)} entries", wanted=f"1 to {TILE_WIDTH}")
    parts = []
    for place, entry in enumerate(entries):
        if len(entry) > BUNDLE_ENTRY_BYTES_MAX:
            raise BundleEntryTooLarge(seen=f"{len(entry)} bytes", wanted=f"at most {BUNDLE_ENTRY_BYTES_MAX}", pointer=f"/{place}")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def decode_bundle(data: bytes) -> list[bytes]:
    """Read exactly what `encode_bundle` prints.

    Raises:
        BundleMalformed: it ends inside an entry, or holds none or more than 256.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        end = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or end > len(data) or len(entries) == TILE_WIDTH:
            raise BundleMalformed(seen=f"{len(data)} bytes", wanted="1 to 256 whole entries", pointer=f"byte {at}")
        entries.append(data[start:end])
        at = end
    if not entries:
        raise BundleMalformed(seen="no entry", wanted="at least one")
    return entries


def decode_tile(address: TileAddress, data: bytes) -> list[Digest]:
    """Return the hashes of a tile, one per place of its width.

    Raises:
        TileMalformed: it holds more or less.
    """
    if len(data) != address.width * DIGEST_BYTES:
        raise TileMalformed(seen=f"{len(data)} bytes", wanted=f"{address.width * DIGEST_BYTES}", pointer=address.path)
    return [data[at : at + DIGEST_BYTES] for at in range(0, len(data), DIGEST_BYTES)]


def reader_over_tiles(size: int, read_tile: Callable[[TileAddress], bytes]) -> HashReader:
    """Return a reader of the perfect subtrees of the first `size` entries, over the tiles of a log of that size.

    A tile holds every eighth level; the levels between are hashed from it. The tiles last used are kept, so one
    reader may serve many proofs. What it returns is as true as the tiles: compare the root it leads to.

    Args:
        size: entries in the log; decides how wide the last tile of each level is.
        read_tile: returns a tile's bytes at exactly the width of its address.

    Raises (from the reader):
        LeafOutsideTree: the subtree is not wholly inside. TileMalformed: a tile has the wrong length.
    """

    @lru_cache(maxsize=_TILES_KEPT)
    def inside(tile_level: int, tile_index: int) -> HashReader:
        address = TileAddress.within(size, level=tile_level, index=tile_index)
        data = read_tile(address)
        hashes = decode_tile(address, data)
        return tree_over(data) if len(hashes) == TILE_WIDTH else reader_of(hashes)

    def read(level: int, index: int) -> Digest:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise LeafOutsideTree(seen=f"subtree {index} of level {level}", wanted=f"one inside {size} leaves")
        tile_level, depth = divmod(level, TILE_HEIGHT)
        tile_index, place = divmod(index << depth, TILE_WIDTH)
        return inside(tile_level, tile_index)(depth, place >> depth)

    return read


@lru_cache(maxsize=_TREES_KEPT)
def tree_over(hashes: bytes) -> HashReader:
    """Return a reader over 32-byte hashes that stand one after the other, up to a tile full; the ones used last are kept.

    A full tile never changes, and most proofs of a log need the same few. What is kept is found by all of its bytes.
    """
    return reader_of([hashes[at : at + DIGEST_BYTES] for at in range(0, len(hashes), DIGEST_BYTES)])


def _places(size: int, level: int) -> int:
    """How many hashes, or entries, a log of `size` has at a level; only full tiles count one level up."""
    return size >> TILE_HEIGHT * max(level, 0)


def _row(size: int, level: int) -> Iterator[TileAddress]:
    full, partial = divmod(_places(size, level), TILE_WIDTH)
    for index in range(full):
        yield TileAddress(level, index)
    if partial:
        yield TileAddress(level, full, partial)
