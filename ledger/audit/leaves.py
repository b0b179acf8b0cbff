"""Which leaf hashes the checkpoint vouches for: those of the tiles, those that entries name as their predecessors, or none.

A checkpoint vouches for leaf hashes that lead to its root. Against those, an altered entry is known at its exact place,
and nothing after it is in doubt. Tiles come first: 32 bytes an entry. If they do not lead there, the chain is asked,
in which each entry names the leaf hash of the one before. If both fail, each entry speaks for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from ledger.audit.source import LogSource
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.frontier import Frontier
from ledger.evidence.merkle import DIGEST_BYTES, Digest, leaf_hash
from ledger.evidence.spelling import parse_base64
from ledger.evidence.tile import TILE_WIDTH, TileAddress

VouchedLeaves: TypeAlias = Callable[[int, int], Sequence[Digest]]
"""(start, stop) of one bundle -> the leaf hashes that the checkpoint vouches for, as many as it covers."""

_PREV: Final = re.compile(rb"\Asuyuan\.entry/v1\nprev ([A-Za-z0-9+/]{43}=)\n")


def vouched_leaves(source: LogSource, anchor: Checkpoint | None, frontier: Frontier) -> VouchedLeaves | None:
    """A reader of vouched leaf hashes; None where neither tiles nor chain lead to the checkpoint's root.

    Args:
        frontier: of the tree that was checked before; only the leaves after it are read.
    """
    if anchor is None or frontier.size > anchor.size:
        return None
    for read in (_from_tiles(source, anchor.size), _from_chain(source, anchor.size)):
        if _lead_to_root(read, anchor, frontier):
            return read
    return None


def bundles(size: int) -> Iterator[tuple[int, int]]:
    """(start, stop) of each bundle of 256 entries in a log of this size."""
    return bundles_from(0, size)


def bundles_from(start: int, size: int, *cuts: int) -> Iterator[tuple[int, int]]:
    """The same from `start` on; a bundle that reaches over one of `cuts` comes in parts."""
    while start < size:
        stop = min(end for end in ((start // TILE_WIDTH + 1) * TILE_WIDTH, size, *cuts) if end > start)
        yield start, stop
        start = stop


def named_before(entry: bytes | None) -> Digest | None:
    """The leaf hash that an entry names as that of the entry before it; None if it cannot be read."""
    found = _PREV.match(entry) if entry is not None else None
    if found is None:
        return None
    try:
        return parse_base64(found[1].decode("ascii"), length=DIGEST_BYTES)
    except SuyuanError:
        return None


def _lead_to_root(read: VouchedLeaves, anchor: Checkpoint, frontier: Frontier) -> bool:
    for start, stop in bundles_from(frontier.size, anchor.size):
        leaves = read(start, stop)
        if len(leaves) != stop - start:
            return False
        frontier = frontier.extend(leaves)
    return frontier.root() == anchor.root


def _from_tiles(source: LogSource, size: int) -> VouchedLeaves:
    def read(start: int, stop: int) -> Sequence[Digest]:
        stop = min(stop, size)
        if stop <= start:
            return ()
        index, first = divmod(start, TILE_WIDTH)
        # Asked for as wide as a log of this size serves it, whatever part of it is wanted.
        data = source.tile(TileAddress.within(size, level=0, index=index)) or b""
        places = range(first * DIGEST_BYTES, (first + stop - start) * DIGEST_BYTES, DIGEST_BYTES)
        return [data[at : at + DIGEST_BYTES] for at in places if at < len(data)]

    def whole(start: int, stop: int) -> Sequence[Digest]:
        leaves = read(start, stop)
        return leaves if all(len(leaf) == DIGEST_BYTES for leaf in leaves) else ()

    return whole


def _from_chain(source: LogSource, size: int) -> VouchedLeaves:
    def read(start: int, stop: int) -> Sequence[Digest]:
        stop = min(stop, size)
        if stop <= start:
            return ()
        held = source.entries(start, stop)
        following = source.entries(stop, stop + 1) if stop < size else (None,)
        named = [named_before(entry) for entry in (*held[1:], *following)]
        if stop == size and held[-1] is not None:
            named[-1] = leaf_hash(held[-1])
        return [leaf for leaf in named if leaf is not None]

    return read
