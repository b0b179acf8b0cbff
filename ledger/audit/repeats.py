"""What may stand in the log only once: a batch of an issuer, and an event of an issuer."""

from __future__ import annotations

import hashlib
from typing import Final

from ledger.audit.buckets import Buckets, repeated
from ledger.audit.finding import FindingKind, Place
from ledger.audit.index_rows import rows_from_digests
from ledger.audit.journal import Journal
from ledger.audit.said import SaidEvents
from ledger.evidence.batch import Batch
from ledger.trade.dossier.bodies.base import DossierBody

PLACE_BITS: Final = 14
_KEY_BYTES: Final = 8


class OwnKeys:
    """Keys of what may be said only once, for an auditor without the server's secret: hashed with one of his own."""

    def __init__(self, secret: bytes) -> None:
        # Made afresh for each audit: nobody can prepare two events that only seem to be one.
        self.secret = secret
        self._begun = hashlib.blake2b(digest_size=_KEY_BYTES, key=secret)

    def of_batch(self, index: int, batch: Batch) -> bytes:
        """The row of one batch."""
        return self._key(batch.issuer.encode() + b"\0" + batch.root) + index.to_bytes(_KEY_BYTES, "big")

    def of_events(self, index: int, issuer: str, events: SaidEvents) -> bytes:
        """Rows of events of one entry: by issuer and eventID, or by issuer and bytes where there is none."""
        digests, begun, first = [], self._begun.copy, packed(index, 0)
        for said in events.once(issuer):
            hasher = begun()
            hasher.update(said)
            digests.append(hasher.digest())
        return rows_from_digests(digests, [first + place for place in events.places()])

    def of_dossier(self, index: int, place: int, said: DossierBody) -> bytes:
        """The row of what only one record may say, whoever says it; none of what anybody may."""
        once = said.once()
        return b"" if once is None else self._key(b"\0" + once.encode()) + packed(index, place).to_bytes(_KEY_BYTES, "big")

    def _key(self, what: bytes) -> bytes:
        hasher = self._begun.copy()
        hasher.update(what)
        return hasher.digest()


class RepeatCheck:
    """Remembers 64 bits of a keyed hash of each batch and event, parted on disk, and looks for equals in the end."""

    def __init__(self, journal: Journal, keys: OwnKeys) -> None:
        self._journal, self._keys = journal, keys
        self.batches, self.events = Buckets(), Buckets()
        self.declared: set[int] = set()
        """Packed places of events that declare an error in an earlier one, and so may repeat it."""
        self._copies: dict[int, int] = {}
        self._found: list[tuple[int, int]] = []

    def batch(self, index: int, batch: Batch) -> None:
        self.batches.add(self._keys.of_batch(index, batch))

    def tell_batches(self) -> None:
        """Tell the batches that stand in the log twice, before anything else is told of their events."""
        for _, rows in self.batches.ranges():
            for found in repeated(rows):
                self._copies.update((index, found[0]) for index in found[1:])
        for index, first in sorted(self._copies.items()):
            self._journal.spoil(FindingKind.BATCH_REPEATED, index, f"the same issuer and root as entry {first}")

    def note(self, rows: bytes) -> None:
        """Take the rows, joined, of one range of keys."""
        for values in repeated(rows):
            self._found += ((value, values[0]) for value in values[1:])

    def tell_events(self) -> None:
        """Tell the events that were said before, in the order of the log."""
        for value, first in sorted(self._found):
            index, place = _place(value)
            if value not in self.declared and index not in self._copies:
                entry, before = _place(first)
                message = f"said before in entry {entry} place {before}"
                self._journal.record(FindingKind.EVENT_REPEATED, index, place, message)


def packed(index: int, place: int) -> int:
    """Entry and place as one number that ascends with them."""
    return index << PLACE_BITS | place


def declared_in(index: int, events: SaidEvents) -> list[int]:
    """The packed places of those events that declare an error."""
    return [packed(index, place) for place in events.declaring()]


def _place(value: int) -> Place:
    return value >> PLACE_BITS, value & (1 << PLACE_BITS) - 1
