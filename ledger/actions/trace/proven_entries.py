"""Entries that this process has proven once, so that a page proves its records by hashing them, not by every signature anew.

What is remembered is bound to the bytes it was proven of: an entry counts as proven while the bytes that lie in the
database now have the leaf hash that was proven then, a record while its body and salt now give the commitment that was.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from ledger.evidence.batch import Batch
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.policy import Policy
from ledger.evidence.register import KeyLine

ENTRIES_MAX: Final = 8_192
COMMITMENTS_MAX: Final = 1 << 19
"""Of all remembered entries together: 16 MiB."""


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry whose place in the log, signatures, keys and commitments all held.

    Attributes:
        leaf: the leaf hash of the entry's bytes. policy: whom the proof trusted.
        commitments: all of the batch, under the root that its issuer signed, one after the other.
        typed: by place, whether the record of that commitment was found to be of a type of the batch's class.
    """

    leaf: Digest
    policy: Policy
    batch: Batch
    parties: tuple[KeyLine, ...]
    time: Instant
    commitments: bytes
    typed: bytearray

    def commitment(self, place: int) -> Digest:
        return self.commitments[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]


class ProvenEntries:
    """The entries proven last; the one used longest ago goes first. Threads may share it."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, ProvenEntry] = OrderedDict()
        self._commitments = 0
        self._lock = threading.Lock()

    def get(self, index: int, *, leaf: Digest, policy: Policy) -> ProvenEntry | None:
        """The entry at `index`, if what was proven is what lies there now, for whoever trusts the same."""
        with self._lock:
            found = self._entries.get(index)
            if found is None or found.leaf != leaf or found.policy != policy:
                return None
            self._entries.move_to_end(index)
            return found

    def keep(self, index: int, entry: ProvenEntry) -> None:
        with self._lock:
            self._forget(index)
            self._entries[index] = entry
            self._commitments += entry.batch.size
            while len(self._entries) > ENTRIES_MAX or self._commitments > COMMITMENTS_MAX:
                self._forget(next(iter(self._entries)))

    def _forget(self, index: int) -> None:
        gone = self._entries.pop(index, None)
        if gone is not None:
            self._commitments -= gone.batch.size
