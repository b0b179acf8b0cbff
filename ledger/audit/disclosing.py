"""Disclosures that an operator keeps beside the log: each must open a digest of its record, and go when its record goes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from ledger.audit.finding import FindingKind, Place, at_place
from ledger.audit.journal import Journal
from ledger.audit.readable import Readable
from ledger.audit.source import KeptRows
from ledger.errors import SuyuanError
from ledger.evidence.disclosure import digests_in
from ledger.evidence.record import read_record

_ENTRIES_AT_HAND: Final = 4


def tell_disclosures(source: Readable, journal: Journal, kept: KeptRows, erased: Collection[Place]) -> None:
    """Tell each kept disclosure that does not belong to its record."""
    bodies = lru_cache(maxsize=_ENTRIES_AT_HAND)(lambda index: _bodies(source, index))
    with journal.reading():
        for (index, place), digest, disclosure in kept.disclosures():
            journal.checked.projection_rows += 1
            if journal.is_spoilt(index, place):
                continue
            body = bodies(index).get(place)
            for fault in _faults(digest, disclosure, body, is_erased=(index, place) in erased):
                journal.add(FindingKind.DISCLOSURE_WRONG, f"disclosures {at_place(index, place)}", fault)


def _faults(digest: bytes | None, disclosure: bytes | None, body: bytes | None, *, is_erased: bool) -> Iterator[str]:
    if is_erased:
        if digest is not None or disclosure is not None:
            yield "it is still kept, and its record is erased"
    elif digest is None:
        yield "its row is empty, and its record is not erased"
    elif disclosure is not None and hashlib.sha256(disclosure).digest() != digest:
        yield "its SHA-256 is not the digest that it is kept under"
    elif body is not None and digest not in _digests(body):
        yield "its digest does not stand in the record"


def _digests(body: bytes) -> frozenset[bytes]:
    try:
        return frozenset(digests_in(read_record(body)))
    except SuyuanError:
        return frozenset()


def _bodies(source: Readable, index: int) -> dict[int, bytes]:
    records = next(iter(source.records(index, index + 1)))
    return {place: body for place, body in zip(records.places, records.bodies, strict=True) if body is not None}
