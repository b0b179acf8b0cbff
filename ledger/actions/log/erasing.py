"""What sequencing a `RecordErased` does to the tables, and what the fold must know of the record beforehand."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection

from ledger.actions.capture.capture_job import from_row
from ledger.actions.capture.index_rows import index_keys, names_in
from ledger.actions.erasure.open_matter import LedgerNow, is_in_open_matter
from ledger.errors import SuyuanError
from ledger.evidence.authority import EVENT_TYPES, RecordClass
from ledger.evidence.record import read_record as read_json_record
from ledger.evidence.record import type_of
from ledger.evidence.spelling import format_base64
from ledger.storage.entries import EntryAbsent, RecordAbsent, StoredBatch, read_batch
from ledger.storage.entries import read_record as read_stored
from ledger.storage.erasures import Erasure, Traces, erasure_of, forget
from ledger.storage.event_keys import erased_name_key
from ledger.storage.idempotency import forget_requests
from ledger.storage.jobs import Job, empty_jobs, every_job_of
from ledger.storage.position import Position, pack
from ledger.trade.dossier.bodies.coded import LabelReported
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.epcis.event import read_event
from ledger.trade.parties.bodies import RecordErased
from ledger.trade.parties.signers import ErasedRecord
from ledger.trade.reading import is_code

_FILE: Final = re.compile("sha256:([0-9a-f]{64})", re.ASCII)


def record_to_erase(connection: Connection, body: RecordErased, now: LedgerNow) -> ErasedRecord | None:
    """Issuer, class and standing of the record that `body` names; None if this ledger has no such record."""
    if body.origin != now.state.origin:
        return None
    position = Position(body.entry, body.place)
    try:
        batch = read_batch(connection, body.entry)
        record = read_stored(connection, position)
    except (EntryAbsent, RecordAbsent):
        return None
    before = erasure_of(connection, pack(*position))
    return ErasedRecord(
        batch.issuer,
        RecordClass(batch.record_class),
        in_open_matter=is_in_open_matter(connection, record, now),
        erased_at=now.erased.get(position) if before is None else before.by_entry,
    )


def erase(connection: Connection, erasure: Erasure, position: Position, *, event_secret: bytes | None) -> None:
    """Drop the record at `position` and everything that was made from it. The caller commits.

    Args:
        event_secret: without it, keys that hang on it stay; they show nothing of the record.
    """
    batch, body = read_batch(connection, position.entry), read_stored(connection, position).body
    forget(connection, erasure, _traces(body, batch.issuer, event_secret), issuer=batch.issuer)
    event_id = _event_id(body)
    told = [job.id for job in every_job_of(connection, batch.issuer) if _tells_of(job, position, event_id)]
    empty_jobs(connection, told)
    forget_requests(connection, batch.issuer, root_line=_root_line(batch))


def _traces(body: bytes | None, issuer: str, secret: bytes | None) -> Traces:
    if not body:
        return Traces()
    try:
        event_key, identifiers = index_keys(secret, issuer, body)
        names, words = names_in(body), _words(body)
    except SuyuanError:
        return Traces()  # what is no record was never indexed
    return Traces(
        event_keys=() if event_key is None else (event_key,),
        identifiers=tuple(identifiers),
        names=frozenset(erased_name_key(secret, name) for name in names if is_code(name)) if secret else frozenset(),
        media=_files(names),
        words=words,
    )


def files_named(body: bytes) -> frozenset[bytes]:
    """SHA-256 of the files that a record names."""
    try:
        return _files(names_in(body)) if body else frozenset()
    except SuyuanError:
        return frozenset()


def _files(names: frozenset[str]) -> frozenset[bytes]:
    return frozenset(bytes.fromhex(found[1]) for found in map(_FILE.fullmatch, names) if found is not None)


def _words(body: bytes) -> frozenset[bytes]:
    record = read_json_record(body)
    if type_of(record) != LabelReported.__name__:
        return frozenset()
    said = read_dossier_body(record)
    return frozenset({said.words}) if isinstance(said, LabelReported) and said.words else frozenset()


def _event_id(body: bytes | None) -> str | None:
    try:
        if not body or type_of(read_json_record(body)) not in EVENT_TYPES:
            return None
    except SuyuanError:
        return None
    found = read_event(body).event_id
    return found if isinstance(found, str) else None


def _tells_of(job: Job, position: Position, event_id: str | None) -> bool:
    """Whether the answer was about the record: about its whole batch, or about an event sent again or under the same ID."""
    if job.entry == position.entry:
        return True
    return any(
        said.first == tuple(position) or (event_id is not None and said.event_id == event_id) for said in from_row(job).events
    )


def _root_line(batch: StoredBatch) -> bytes:
    return f"\nroot {format_base64(batch.root)}\n".encode()
