"""What may stand in the log only once: a batch of an issuer, and an event of an issuer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from ledger.audit.buckets import Buckets
from ledger.audit.finding import FindingKind
from ledger.audit.journal import Journal
from ledger.evidence.batch import Batch

_PLACE_BITS: Final = 14
_DECLARED: Final = 1


class RepeatCheck:
    """Remembers 64 bits of a keyed hash of each batch and event, sorted on disk, and looks for equals in the end."""

    def __init__(self, journal: Journal, *, secret: bytes) -> None:
        # Keyed afresh each time: nobody can prepare two events that only seem to be one.
        self._journal, self._secret, self._salt = journal, secret, secret.hex()
        self._batches, self._events = Buckets(), Buckets()

    def batch(self, index: int, batch: Batch) -> None:
        self._batches.add(self._key(batch.issuer, batch.root), index)

    def event(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> None:
        event_id = record.get("eventID")
        declared = _DECLARED if "errorDeclaration" in record else 0
        # The interpreter's own keyed hash (SipHash): half a million a second more than a cryptographic one.
        key = hash(f"{self._salt}{issuer}\0{event_id}") if isinstance(event_id, str) else self._key(issuer, body)
        self._events.add(key, (index << _PLACE_BITS | place) << 1 | declared)

    def once(self, index: int, place: int, said: str) -> None:
        """Remember what only one record may say; unlike an event, nothing can declare it wrong."""
        self._events.add(self._key("", said.encode()), (index << _PLACE_BITS | place) << 1)

    def finish(self) -> None:
        copies = {index: found[0] for _, found in self._batches.repeated() for index in found[1:]}
        for index, first in sorted(copies.items()):
            self._journal.spoil(FindingKind.BATCH_REPEATED, index, f"the same issuer and root as entry {first}")
        for _, values in self._events.repeated():
            original = values[0] >> 1
            for value in values[1:]:
                index, place = value >> 1 + _PLACE_BITS, value >> 1 & (1 << _PLACE_BITS) - 1
                if not value & _DECLARED and index not in copies:
                    message = f"said before in entry {original >> _PLACE_BITS} place {original & (1 << _PLACE_BITS) - 1}"
                    self._journal.record(FindingKind.EVENT_REPEATED, index, place, message)
        self._batches.close()
        self._events.close()

    def _key(self, issuer: str, what: bytes) -> int:
        digest = hashlib.blake2b(issuer.encode() + b"\0" + what, digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "big", signed=True)
