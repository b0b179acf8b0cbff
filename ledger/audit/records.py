"""From the body bytes up to the batch root: each record of one entry, and where exactly it fails."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ledger.audit.examine import ExaminedEntry
from ledger.audit.finding import FindingKind
from ledger.audit.journal import Journal
from ledger.audit.proving import NEVER_PADDED
from ledger.audit.said import SaidRecord
from ledger.audit.source import BatchRecords
from ledger.errors import Malformed, SuyuanError
from ledger.evidence.authority import DOSSIER_CLASSES, EVENT_TYPES, TYPES, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import SALT_BYTES, commit_all
from ledger.evidence.merkle import DIGEST_BYTES, Digest, root_of
from ledger.evidence.record import read_record
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import read_dossier_body


class Seen(Protocol):
    """Who is told of each intact record that indexes hold, as it is met."""

    def event(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> None: ...
    def dossier(self, index: int, place: int, issuer: str, body: bytes, said: DossierBody) -> None: ...


_PLACES_TOLD_MAX: Final = 8
_NOBODYS: Final[Digest] = bytes(DIGEST_BYTES)
"""Stands for a commitment that cannot be one: no record hashes to it."""


@dataclass(frozen=True, slots=True)
class CheckedRecords:
    """What later checks need.

    Args:
        governance: the record of a governance batch, if it is intact.
        commitments: the true ones, if known; none of them where rows beside the log were compared with them already.
        escrow: the well-formed records of an escrow batch; None where a body of it is not shown, or not the one signed.
    """

    governance: Mapping[str, Any] | None
    commitments: Sequence[Digest] | None
    escrow: Sequence[SaidRecord] | None = None


class RecordCheck:
    """Checks the records of one batch after the other; remembers only the places whose body was not shown."""

    def __init__(self, journal: Journal, seen: Seen) -> None:
        self._journal, self._seen = journal, seen
        self.absent: set[tuple[int, int]] = set()
        self.withheld = 0

    def check(self, index: int, batch: Batch, records: BatchRecords) -> CheckedRecords:
        """Check one batch from its body bytes to the root in its note."""
        journal = self._journal
        journal.checked.records += batch.size
        records = self._rows(index, batch, records)
        commitments = self._commitments(index, batch, records)
        if records.context_unread is not None and batch.context is not None:
            journal.unreadable(records.context_unread)
        else:
            self._context(index, batch, records.context, seen=any(body is not None for body in records.bodies))
        # What is not the signed body, or not known to be, is told by now.
        intact = commitments is not None and None not in records.bodies and not journal.touches(index)
        said: list[SaidRecord] = []
        record = self._bodies(index, batch, records, said)
        governs, trades = batch.klass is RecordClass.GOVERNANCE, batch.klass is RecordClass.ESCROW
        return CheckedRecords(record if governs else None, commitments, said if trades and intact else None)

    def take(self, index: int, batch: Batch, examined: ExaminedEntry) -> CheckedRecords:
        """Count in the records of an entry that were found to hold, and its rows with them."""
        self._journal.checked.records += batch.size
        self._journal.checked.bodies += examined.bodies
        self.absent.update((index, place) for place in examined.absent)
        self.withheld += examined.withheld
        return CheckedRecords(examined.governance, (), examined.escrow)

    def _rows(self, index: int, batch: Batch, records: BatchRecords) -> BatchRecords:
        """Return one row a place, without those that the note has no place for."""
        places = records.places
        if len(places) == batch.size and (places[0], places[-1]) == (0, batch.size - 1):
            return records
        rows = {row[0]: row for row in zip(places, records.commitments, records.salts, records.bodies, strict=True)}
        message = f"the batch has {batch.size} records"
        for place in range(batch.size):
            if place not in rows:
                self._journal.record(FindingKind.RECORD_MISSING, index, place, message)
        for place in places:
            if place >= batch.size:
                self._journal.record(FindingKind.RECORD_UNKNOWN, index, place, message)
        whole = [rows.get(place, (place, None, None, None)) for place in range(batch.size)]
        found, commitments, salts, bodies = zip(*whole, strict=True)
        return BatchRecords(records.context, found, commitments, salts, bodies, records.withheld, records.context_unread)

    def _commitments(self, index: int, batch: Batch, records: BatchRecords) -> Sequence[Digest] | None:
        """Return the commitments under the signed root, or None where neither those kept nor those made again lead to it."""
        kept = _of_full_length(records.commitments)
        made = _made(batch, records, kept)
        if _leads(kept, batch):
            if made != kept:
                self._tell_different(FindingKind.BODY_ALTERED, index, kept, made)
            return _known(kept)
        if _leads(made, batch):
            self._tell_different(FindingKind.COMMITMENT_WRONG, index, made, kept)
            return _known(made)
        if None in made and index not in self._journal.spoilt:
            self._tell_different(FindingKind.BODY_ALTERED, index, *_both_known(kept, made))
            self._journal.leave("commitments of some batches, which the source does not show")
        else:
            message = f"the {batch.size} commitments do not lead to the root in the note of {batch.issuer}"
            self._journal.entry(FindingKind.BATCH_ROOT_WRONG, index, message)
        return None

    def _tell_different(
        self, kind: FindingKind, index: int, one: Sequence[Digest | None], other: Sequence[Digest | None]
    ) -> None:
        wrong = [place for place, (true, false) in enumerate(zip(one, other, strict=True)) if true != false]
        for place in wrong[:_PLACES_TOLD_MAX]:
            more = len(wrong) - _PLACES_TOLD_MAX if place == wrong[:_PLACES_TOLD_MAX][-1] else 0
            also = f"; {more} more places of this entry likewise" if more > 0 else ""
            false, true = _short(other[place]), _short(one[place])
            self._journal.record(kind, index, place, f"commitment {false}, under the signed root {true}{also}")
        for place in wrong[_PLACES_TOLD_MAX:]:
            self._journal.mark(index, place)

    def _context(self, index: int, batch: Batch, context: bytes | None, *, seen: bool) -> None:
        if context is None and batch.context is not None and not seen:
            return  # a reader without any body gets no context either
        digest = None if context is None else hashlib.sha256(context).digest()
        if digest != batch.context:
            what = "there are none" if context is None else f"{len(context)} bytes with another hash"
            self._journal.entry(FindingKind.CONTEXT_WRONG, index, what)

    def _bodies(self, index: int, batch: Batch, records: BatchRecords, escrow: list[SaidRecord]) -> Mapping[str, Any] | None:
        journal, allowed, issuer = self._journal, TYPES[batch.klass], batch.issuer
        trades = batch.klass is RecordClass.ESCROW
        clean = not journal.touches(index)
        record: Mapping[str, Any] | None = None
        checked = 0
        for place, body in enumerate(records.bodies):
            if body is None:
                self._not_shown(index, place, records.withheld)
                continue
            if not clean and journal.is_spoilt(index, place):
                continue
            checked += 1
            if not body:
                self._padding(index, place, batch, records.bodies)
                continue
            try:
                record = read_record(body)
            except SuyuanError as reason:
                journal.record(FindingKind.RECORD_MALFORMED, index, place, str(reason))
                clean = False
                continue
            kind = record.get("type")
            if not isinstance(kind, str) or kind not in allowed:
                journal.record(FindingKind.TYPE_NOT_IN_CLASS, index, place, f"type {kind!r} in class {batch.klass}")
                clean = False
            elif kind in EVENT_TYPES:
                clean = self._event(index, place, issuer, body, record) and clean
            elif batch.klass in DOSSIER_CLASSES:
                clean = self._dossier(index, place, issuer, body, record) and clean
            elif trades:
                escrow.append((place, body, record))
        journal.checked.bodies += checked
        return record

    def _event(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> bool:
        try:
            self._seen.event(index, place, issuer, body, record)
        except SuyuanError as reason:
            self._journal.record(FindingKind.RECORD_MALFORMED, index, place, str(reason))
            return False
        return True

    def _dossier(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> bool:
        try:
            said = read_dossier_body(record)
        except SuyuanError as reason:
            self._journal.record(FindingKind.RECORD_MALFORMED, index, place, str(reason))
            return False
        self._seen.dossier(index, place, issuer, body, said)
        return True

    def _not_shown(self, index: int, place: int, withheld: frozenset[int]) -> None:
        if place in withheld:
            self.withheld += 1
        elif not self._journal.is_spoilt(index, place):
            self.absent.add((index, place))

    def _padding(self, index: int, place: int, batch: Batch, bodies: Sequence[bytes | None]) -> None:
        misplaced = place == 0 or batch.klass in NEVER_PADDED or any(bodies[place:])
        if misplaced:
            self._journal.record(FindingKind.PADDING_MISPLACED, index, place, f"class {batch.klass}, {batch.size} records")


def _of_full_length(commitments: Sequence[Digest | None]) -> Sequence[Digest | None]:
    """The same; one of another length becomes one that no record has."""
    if all(commitment is None or len(commitment) == DIGEST_BYTES for commitment in commitments):
        return commitments
    return [found if found is None or len(found) == DIGEST_BYTES else _NOBODYS for found in commitments]


def _made(batch: Batch, records: BatchRecords, kept: Sequence[Digest | None]) -> Sequence[Digest | None]:
    """The commitments that bodies and salts give; the kept ones where a body is not shown."""
    salts, bodies = records.salts, records.bodies
    if None not in bodies and None not in salts:
        try:
            return list(commit_all(origin=batch.origin, issuer=batch.issuer, salts=salts, bodies=bodies))  # type: ignore[arg-type]
        except Malformed:
            pass  # one by one below: some salt has another length
    return [_made_one(batch, salt, body, known) for salt, body, known in zip(salts, bodies, kept, strict=True)]


def _made_one(batch: Batch, salt: bytes | None, body: bytes | None, kept: Digest | None) -> Digest | None:
    if body is None:
        return kept
    if salt is None or len(salt) != SALT_BYTES:
        return _NOBODYS
    return commit_all(origin=batch.origin, issuer=batch.issuer, salts=(salt,), bodies=(body,))[0]


def _leads(commitments: Sequence[Digest | None], batch: Batch) -> bool:
    return None not in commitments and root_of(_known(commitments)) == batch.root


def _known(commitments: Sequence[Digest | None]) -> list[Digest]:
    return [commitment for commitment in commitments if commitment is not None]


def _both_known(kept: Sequence[Digest | None], made: Sequence[Digest | None]) -> tuple[list[Digest | None], list[Digest | None]]:
    """The two lists, alike wherever one of them does not know."""
    known = [one is not None and other is not None for one, other in zip(kept, made, strict=True)]
    return (
        [one if both else None for one, both in zip(kept, known, strict=True)],
        [other if both else None for other, both in zip(made, known, strict=True)],
    )


def _short(commitment: Digest | None) -> str:
    return "missing" if commitment is None else f"{commitment.hex()[:16]}…"
