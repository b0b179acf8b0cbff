"""Entries against the leaf hashes that a checkpoint vouches for: which are altered, missing, or in another's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.audit.finding import FindingKind, at_entry
from ledger.audit.journal import Journal
from ledger.audit.kept_state import KeptRun
from ledger.audit.leaves import VouchedLeaves, named_before
from ledger.evidence.merkle import Digest, leaf_hash

_SAID: Final = {
    FindingKind.ENTRY_MISSING: "the source does not have it",
    FindingKind.ENTRY_ALTERED: "its bytes do not have the leaf hash that the tree holds",
    FindingKind.ENTRY_MOVED: "the source has it at entry {}",
}


@dataclass
class _Run:
    """Neighbours with the same fault make one finding: one row slipped in moves all that follow."""

    kind: FindingKind
    shift: int
    first: int
    count: int = 0


class Alignment:
    """Puts each entry where its leaf hash belongs, and says what does not belong where it stands."""

    def __init__(self, journal: Journal, vouched: VouchedLeaves | None) -> None:
        self._journal, self._vouched = journal, vouched
        self._run: _Run | None = None

    def align(
        self, start: int, entries: Sequence[bytes | None], following: bytes | None
    ) -> tuple[list[bytes | None], list[Digest | None]]:
        """Return entries and leaf hashes of one bundle.

        Args:
            start: index of the first entry.
            entries: as the source has them.
            following: the entry after these, which names the last one's leaf hash.
        """
        own = [None if entry is None else leaf_hash(entry) for entry in entries]
        vouched = list(self._vouched(start, start + len(entries))) if self._vouched is not None else []
        leaves: list[Digest | None] = [*vouched, *own[len(vouched) :]]
        if own == leaves and None not in own:
            return list(entries), leaves
        stands = {leaf: place for place, leaf in enumerate(own) if leaf is not None}
        aligned: list[bytes | None] = []
        for place, leaf in enumerate(leaves):
            aligned.append(self._place(start, place, entries, stands, leaf, known=set(leaves), own=own))
            if leaf is None:
                leaves[place] = named_before((*entries, following)[place + 1])
        return aligned, leaves

    def miss(self, start: int, stop: int) -> None:
        """Nothing is there from `start` on."""
        for index in range(start, stop):
            self._note(FindingKind.ENTRY_MISSING, index)

    def finish(self) -> None:
        """Tell the last run."""
        run, self._run = self._run, None
        if run is None:
            return
        also = f", and the same holds for the {run.count - 1} after it" if run.count > 1 else ""
        self._journal.add(run.kind, at_entry(run.first), _SAID[run.kind].format(run.first + run.shift) + also)

    def keep(self) -> KeptRun | None:
        run = self._run
        return None if run is None else KeptRun(run.kind.value, run.shift, run.first, run.count)

    def resume(self, kept: KeptRun | None) -> None:
        if kept is not None:
            self._run = _Run(FindingKind(kept.kind), kept.shift, kept.first, kept.count)

    def _place(
        self,
        start: int,
        place: int,
        entries: Sequence[bytes | None],
        stands: Mapping[Digest, int],
        leaf: Digest | None,
        *,
        known: set[Digest | None],
        own: Sequence[Digest | None],
    ) -> bytes | None:
        """The entry that belongs at `place`, or what stands there instead; None if there is nothing."""
        here = own[place]
        if leaf is not None and here == leaf:
            return entries[place]
        there = stands.get(leaf) if leaf is not None else None
        if there is not None:
            self._note(FindingKind.ENTRY_MOVED, start + place, there - place)
            return entries[there]
        if here is None or here in known:
            self._note(FindingKind.ENTRY_MISSING, start + place)
            return None
        self._note(FindingKind.ENTRY_ALTERED, start + place)
        return entries[place]

    def _note(self, kind: FindingKind, index: int, shift: int = 0) -> None:
        self._journal.spoilt.add(index)
        if kind is FindingKind.ENTRY_MISSING and at_entry(index) in self._journal.unread:
            return  # it is there, or was, but cannot be read; told already
        run = self._run
        if run is None or (run.kind, run.shift) != (kind, shift) or run.first + run.count != index:
            self.finish()
            self._run = run = _Run(kind, shift, index)
        run.count += 1
