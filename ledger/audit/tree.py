"""The tree over the entries as they are read: compared with every stated head and every served tile on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ledger.audit.cosigning import CosigningCheck
from ledger.audit.finding import FindingKind, at_checkpoint, at_entry, at_tile
from ledger.audit.heads import LogKeys, StatedHead, open_published
from ledger.audit.journal import Journal
from ledger.audit.kept_state import KeptTree
from ledger.audit.source import LogSource
from ledger.evidence.frontier import EMPTY_FRONTIER, Frontier
from ledger.evidence.merkle import Digest, root_of
from ledger.evidence.tile import TILE_HEIGHT, TILE_WIDTH, TileAddress

_ENDS: Final = ("database", "entries", "checkpoints")
"""What says how long the log is, as the positions of unreadable parts name it."""


class HeadCheck:
    """Grows the tree entry by entry; at the size of each stated head its root must be the one stated."""

    def __init__(self, heads: Iterator[StatedHead], journal: Journal, cosigning: CosigningCheck, *, origin: str) -> None:
        self._heads, self._journal, self._cosigning, self.origin = heads, journal, cosigning, origin
        self._next = next(heads, None)
        self._bad: list[int] = []
        self._good_size = 0
        self._unknown_from: int | None = None
        self.frontier: Frontier = EMPTY_FRONTIER

    def grow(self, leaf: Digest | None, log_keys_at: Callable[[int], LogKeys]) -> None:
        """Append one leaf hash, None where it cannot be known, and compare the heads of the size reached."""
        if leaf is None and self._unknown_from is None:
            self._unknown_from = self.frontier.size
        self.frontier = self.frontier.append(leaf or bytes(32))
        while self._next is not None and self._next.size <= self.frontier.size:
            self._compare(self._next, log_keys_at)
            self._next = next(self._heads, None)

    def finish(self, log_keys_at: Callable[[int], LogKeys]) -> None:
        """Judge the heads beyond the last entry, and tell the mismatches with their cause."""
        while self._next is not None:
            if self._is_end_unread():
                self._journal.leave(f"{at_checkpoint(self._next.size)}: the log cannot be read to its end")
            elif self._next.kept:
                message = f"the log has only {self.frontier.size} entries"
                self._tell(FindingKind.KEPT_CHECKPOINT_CONTRADICTED, self._next.size, message)
            elif open_published(self._next, origin=self.origin, log_keys=log_keys_at(self._next.size), journal=self._journal):
                self._bad.append(self._next.size)
                self._cosigning.contradicts(self._next)
            self._next = next(self._heads, None)
        self._tell_mismatches()
        self._cosigning.finish()

    def contradict(self, head: StatedHead, message: str) -> None:
        """Tell a head that the auditor kept, and that is none of this log."""
        self._tell(FindingKind.KEPT_CHECKPOINT_CONTRADICTED, head.size, message)
        if head.note:
            self._cosigning.contradicts(head)

    def resume(self, kept: KeptTree) -> list[StatedHead]:
        """Go on from this tree; return the auditor's own heads of its size and below, which are not met any more."""
        self.frontier = Frontier.from_bytes(kept.frontier)
        self._unknown_from, self._good_size, self._bad = kept.unknown_from, kept.good_size, list(kept.bad)
        self._cosigning.resume(kept.held, kept.forked)
        passed = []
        while self._next is not None and self._next.size <= self.frontier.size:
            passed += [self._next] if self._next.kept else []
            self._next = next(self._heads, None)
        return passed

    def keep(self, tiles: TileCheck) -> KeptTree:
        held, forked = self._cosigning.keep()
        return KeptTree(
            frontier=self.frontier.to_bytes(),
            unknown_from=self._unknown_from,
            good_size=self._good_size,
            bad=self._bad,
            held=held,
            forked=forked,
            levels=tiles.levels,
            full=tiles.full,
            unknown=tiles.unknown,
        )

    def _compare(self, head: StatedHead, log_keys_at: Callable[[int], LogKeys]) -> None:
        if head.size != self.frontier.size:
            self._journal.add(FindingKind.CHECKPOINT_MALFORMED, at_checkpoint(head.size), "a checkpoint of the empty log")
            return
        if head.kept:
            # Its signature was checked before anything else; it is the auditor's own.
            if head.stated_root != self.frontier.root() and self._unknown_from is None:
                self.contradict(head, "the log of that size has another root")
            return
        checkpoint = open_published(head, origin=self.origin, log_keys=log_keys_at(head.size), journal=self._journal)
        if checkpoint is None:
            return
        self._journal.checked.checkpoints += 1
        if checkpoint.root == self.frontier.root():
            self._good_size = head.size
            self._cosigning.holds(head)
        elif self._unknown_from is None:
            self._bad.append(head.size)
            self._cosigning.contradicts(head)

    def _is_end_unread(self) -> bool:
        """Whether the log may go on after the last entry, if only it could be read."""
        return not self._journal.unread.isdisjoint((*_ENDS, at_entry(self.frontier.size)))

    def _tell_mismatches(self) -> None:
        kind = FindingKind.CHECKPOINT_ROOT_WRONG
        for size in (size for size in self._bad if size < self._good_size):
            self._tell(kind, size, "later checkpoints hold, so this one is of another history")
        tail = [size for size in self._bad if size > self._good_size]
        if tail:
            later = f", and so do the {len(tail) - 1} after it" if len(tail) > 1 else ""
            altered = f"they were altered at or after entry {self._good_size}"
            self._tell(kind, tail[0], f"it contradicts the entries{later}; {altered}")

    def _tell(self, kind: FindingKind, size: int, message: str) -> None:
        self._journal.add(kind, at_checkpoint(size), message)


class TileCheck:
    """Builds every tile of the log again, bundle by bundle, and compares it byte for byte with the one served."""

    def __init__(self, source: LogSource, journal: Journal) -> None:
        self._source, self._journal = source, journal
        self.levels: list[list[Digest]] = []
        self.full: list[int] = []
        self.unknown = False

    def bundle(self, leaves: Sequence[Digest | None]) -> None:
        """Take the leaf hashes of the next bundle; all but the last one have 256."""
        self.unknown = self.unknown or None in leaves
        if not self.unknown:
            self._add(0, [leaf for leaf in leaves if leaf is not None])

    def resume(self, kept: KeptTree) -> None:
        self.levels, self.full, self.unknown = [list(level) for level in kept.levels], list(kept.full), kept.unknown

    def finish(self) -> None:
        """Compare the tiles that are not full."""
        for level, hashes in enumerate(self.levels):
            if hashes and not self.unknown:
                self._compare(level, hashes)
        with self._journal.reading():
            self._strays()

    def _strays(self) -> None:
        kept = self._source.kept
        for level, index in () if kept is None or self.unknown else kept.tiles():
            held = self.full[level] + bool(self.levels[level]) if level < len(self.full) else 0
            if index >= held:
                self._journal.add(FindingKind.TILE_WRONG, at_tile(level, index), "a log of this size has no such tile")

    def _add(self, level: int, hashes: Sequence[Digest]) -> None:
        if level == len(self.levels):
            self.levels.append([])
            self.full.append(0)
        held = self.levels[level]
        held += hashes
        if len(held) == TILE_WIDTH:
            self._compare(level, held)
            self.levels[level] = []
            self.full[level] += 1
            self._add(level + 1, [root_of(held)])

    def _compare(self, level: int, hashes: Sequence[Digest]) -> None:
        address = TileAddress(level, self.full[level], len(hashes))
        served = self._source.tile(address)
        if served is None and at_tile(level, address.index) in self._journal.unread:
            return  # told already
        self._journal.checked.tiles += 1
        wanted = b"".join(hashes)
        if served == wanted:
            return
        if served is None:
            self._journal.add(FindingKind.TILE_WRONG, at_tile(level, address.index), "the tile is missing")
            return
        first = next((at // 32 for at in range(0, len(wanted), 32) if served[at : at + 32] != wanted[at : at + 32]), None)
        what = f"hash {first}" if first is not None else f"its length, {len(served)} bytes,"
        entry = "" if level or first is None else f", of entry {(address.index << TILE_HEIGHT) + first},"
        self._journal.add(FindingKind.TILE_WRONG, at_tile(level, address.index), f"{what}{entry} is not that of the tree")
