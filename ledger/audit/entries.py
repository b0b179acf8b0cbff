"""One entry after the other: its one accepted form, its link, its times, its register, what its issuer saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.audit.finding import FindingKind
from ledger.audit.journal import Journal
from ledger.audit.leaves import VouchedLeaves
from ledger.audit.source import LogSource
from ledger.errors import SuyuanError
from ledger.evidence.batch import SignedBatch
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.merkle import EMPTY_ROOT, Digest, consistency_proof, root_at, verify_consistency
from ledger.evidence.tile import TileAddress, reader_over_tiles
from ledger.trade.parties.bodies import ClockCorrected
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.state import Governance

ISSUER_AHEAD_MS_MAX: Final = 5 * 60 * 1_000


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry that prints back byte for byte, and the batch note in it."""

    entry: Entry
    signed: SignedBatch


def read_entry(raw: bytes) -> ParsedEntry | None:
    """Return the entry; None where it does not print back byte for byte.

    Raises:
        What `Entry.parse` and `Entry.signed` raise.
    """
    entry = Entry.parse(raw)
    return ParsedEntry(entry, entry.signed()) if entry.to_bytes() == raw else None


class EntryCheck:
    """Remembers of the entries before only the last one's leaf hash and time."""

    def __init__(self, source: LogSource, journal: Journal, vouched: VouchedLeaves | None, anchor: Checkpoint | None) -> None:
        self._journal, self._vouched = journal, vouched
        self._root_at = _roots_under(anchor, source) if anchor is not None and anchor.size else None
        self._size = anchor.size if anchor is not None else 0
        self._previous: Digest | None = GENESIS
        self._time = Instant(0)
        self._false_register: tuple[int, Digest] | None = None

    @property
    def time(self) -> Instant:
        """The time of the entry before."""
        return self._time

    def parse(self, index: int, raw: bytes) -> ParsedEntry | None:
        """Read one entry; None, and a finding, where it has not its one form."""
        try:
            parsed = read_entry(raw)
            if parsed is None:
                self._journal.spoil(FindingKind.ENTRY_MALFORMED, index, "it does not print back as it is stored")
            return parsed
        except SuyuanError as reason:
            if index not in self._journal.spoilt:
                self._journal.spoil(FindingKind.ENTRY_MALFORMED, index, str(reason))
            return None

    def link(self, index: int, entry: Entry) -> None:
        if self._previous is not None and entry.prev != self._previous:
            message = f"it names {entry.prev.hex()[:16]}…, the entry before has {self._previous.hex()[:16]}…"
            self._journal.entry(FindingKind.CHAIN_BROKEN, index, message)

    def times(self, index: int, parsed: ParsedEntry, body: GovernanceBody | None) -> None:
        """Time never goes back but by a `ClockCorrected` that says so; no issuer is far ahead of the log."""
        time, claimed = parsed.entry.time, parsed.signed.batch.time
        if isinstance(body, ClockCorrected):
            if (body.from_, body.to) != (self._time, time):
                seen = f"it says from {format_instant(body.from_)} to {format_instant(body.to)}"
                self._journal.entry(FindingKind.TIME_BACKWARDS, index, f"{seen}, but its time is {format_instant(time)}")
        elif time < self._time:
            message = f"its time is {format_instant(time)}, that of the entry before {format_instant(self._time)}"
            self._journal.entry(FindingKind.TIME_BACKWARDS, index, message)
        if claimed > time + ISSUER_AHEAD_MS_MAX:
            message = f"the issuer says {format_instant(claimed)}, the entry {format_instant(time)}"
            self._journal.entry(FindingKind.ISSUER_TIME_AHEAD, index, message)

    def register(self, index: int, entry: Entry, state: Governance | None) -> None:
        """The register line against the fold; entries that repeat one false register are one finding."""
        register = state.register() if state is not None else None
        if register is None:
            return
        named = (entry.register_size, entry.register_root)
        if named == (register.size, register.root):
            self._false_register = None
        elif named != self._false_register:
            self._false_register = named
            message = f"it names {named[0]} keys, root {named[1].hex()[:16]}…; governance gives {register.size}, "
            self._journal.entry(FindingKind.REGISTER_WRONG, index, f"{message}root {register.root.hex()[:16]}…")

    def seen(self, index: int, signed: SignedBatch) -> None:
        """A checkpoint that the issuer saw is one of this log, before this entry."""
        if signed.batch.seen is None:
            return
        size, root = signed.batch.seen
        if size > index:
            self._journal.entry(FindingKind.SEEN_UNTRUE, index, f"size {size} reaches beyond the entry")
        elif self._vouched is None or self._root_at is None or size > self._size:
            self._journal.leave("checkpoints that issuers saw, as the tree itself does not hold")
        else:
            try:
                true = self._root_at(size) if size else EMPTY_ROOT
            except SuyuanError:
                self._journal.leave("checkpoints that issuers saw, where tiles are missing, or are not those of the checkpoint")
                return
            if true != root:
                self._journal.entry(FindingKind.SEEN_UNTRUE, index, f"the root at size {size} is {true.hex()[:16]}…")

    @property
    def false_register(self) -> tuple[int, Digest] | None:
        """The wrong register that the last entries named, told once."""
        return self._false_register

    def resume(self, leaf: Digest | None, time: int, false_register: tuple[int, Digest] | None) -> None:
        """Go on after an entry with this leaf hash and time."""
        self._previous, self._time, self._false_register = leaf, Instant(time), false_register

    def step(self, leaf: Digest | None, entry: Entry | None) -> None:
        """Go on to the next entry, from the leaf hash that the tree has and the time that the entry says."""
        self._previous = leaf
        if entry is not None:
            self._time = entry.time


def _roots_under(anchor: Checkpoint, source: LogSource) -> Callable[[int], Digest]:
    """The root of the anchor's tree at a smaller size, shown by tiles and proven to lead to the anchor's own root."""
    read = reader_over_tiles(anchor.size, lambda address: _prefix(source, address))

    # Tiles of two histories, asked for again and again, may show any root; and issuers see the same few checkpoints.
    @lru_cache(maxsize=256)
    def proven(size: int) -> Digest:
        root = root_at(size=size, read=read)
        proof = consistency_proof(old_size=size, new_size=anchor.size, read=read)
        verify_consistency(old_size=size, new_size=anchor.size, old_root=root, new_root=anchor.root, proof=proof)
        return root

    return proven


def _prefix(source: LogSource, address: TileAddress) -> bytes:
    return (source.tile(address) or b"")[: address.width * 32]
