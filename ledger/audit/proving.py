"""The records of one entry proven all at once: the same checks as `records`, for the usual case that all of them hold.

What is not proven here is not therefore wrong: `RecordCheck` looks at it again, record by record, and names what fails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.audit.said import SaidEvents, SaidRecord
from ledger.audit.source import BatchRecords
from ledger.errors import SuyuanError
from ledger.evidence.authority import DOSSIER_CLASSES, EVENT_TYPES, TYPES, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import commit_all
from ledger.evidence.merkle import DIGEST_BYTES, Digest, root_of
from ledger.evidence.record import read_records
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.epcis.alike import EventShapes

NEVER_PADDED = frozenset({RecordClass.GOVERNANCE, RecordClass.ESCROW})


@dataclass(slots=True)
class ProvenRecords:
    """What later checks need of records that lead to the signed root.

    Args:
        commitments: of all places.
        bodies: how many are shown.
        absent, withheld: the places whose body the source does not have, and how many are not for this reader.
        governance: the record of a governance batch.
        escrow: the records of an escrow batch, if all its bodies are shown.
    """

    commitments: Sequence[Digest]
    bodies: int = 0
    absent: list[int] = field(default_factory=list)
    withheld: int = 0
    governance: Mapping[str, Any] | None = None
    escrow: list[SaidRecord] | None = None
    events: SaidEvents = field(default_factory=SaidEvents)
    dossiers: list[tuple[int, DossierBody]] = field(default_factory=list)


def prove(batch: Batch, records: BatchRecords, shapes: EventShapes) -> ProvenRecords | None:
    """Return the records if every one of them holds, from the body bytes to the root in the note; else None.

    Args:
        shapes: of events met before; it learns more.
    """
    places, bodies = records.places, records.bodies
    if len(places) != batch.size or (places[0], places[-1]) != (0, batch.size - 1) or not _context_holds(batch, records):
        return None
    commitments = _commitments(batch, records)
    if commitments is None:
        return None
    proven = ProvenRecords(commitments)
    held = _unpadded(batch, bodies)
    shown = [(place, body) for place, body in enumerate(held) if body is not None]
    for place, body in enumerate(held) if len(shown) < len(held) else ():
        if body is None and place in records.withheld:
            proven.withheld += 1
        elif body is None:
            proven.absent.append(place)
    proven.bodies = len(shown) + len(bodies) - len(held)
    return proven if _read(batch, shown, proven, shapes) else None


def _context_holds(batch: Batch, records: BatchRecords) -> bool:
    if records.context_unread is not None:
        return False
    if records.context is None:
        return batch.context is None or not any(body is not None for body in records.bodies)
    return hashlib.sha256(records.context).digest() == batch.context


def _commitments(batch: Batch, records: BatchRecords) -> Sequence[Digest] | None:
    """The kept commitments if they are those of salts and bodies and lead to the root in the note."""
    kept = [commitment for commitment in records.commitments if commitment is not None]
    if len(kept) != batch.size or set(map(len, kept)) != {DIGEST_BYTES}:
        return None
    salts, bodies, known = records.salts, records.bodies, kept
    if None in bodies:
        seen = [place for place, body in enumerate(bodies) if body is not None]
        salts, bodies, known = [salts[at] for at in seen], [bodies[at] for at in seen], [kept[at] for at in seen]
    if None in salts:
        return None
    try:
        made = commit_all(origin=batch.origin, issuer=batch.issuer, salts=salts, bodies=bodies)  # type: ignore[arg-type]
    except SuyuanError:
        return None
    return kept if made == known and root_of(kept) == batch.root else None


def _unpadded(batch: Batch, bodies: Sequence[bytes | None]) -> Sequence[bytes | None]:
    """The bodies without the padding that may stand at the end; padding elsewhere stays, and is no record."""
    size = len(bodies)
    if bodies[-1] != b"" or batch.klass in NEVER_PADDED:
        return bodies
    while size > 1 and bodies[size - 1] == b"":
        size -= 1
    return bodies[:size]


def _read(batch: Batch, shown: Sequence[tuple[int, bytes]], proven: ProvenRecords, shapes: EventShapes) -> bool:
    """Whether every body is a record that may stand in this class."""
    allowed, by_body = TYPES[batch.klass], batch.klass in DOSSIER_CLASSES
    alike, left = shapes.recognise(shown) if allowed >= EVENT_TYPES else ([], shown)
    read = read_records([body for _, body in left])
    if read is None:
        return False
    events: list[SaidRecord] = []
    for (place, body), record in zip(left, read, strict=True):
        kind = record.get("type")
        if not isinstance(kind, str) or kind not in allowed:
            return False
        if kind in EVENT_TYPES:
            shapes.learn(body, record)
            events.append((place, body, record))
        elif by_body:
            try:
                proven.dossiers.append((place, read_dossier_body(record)))
            except SuyuanError:
                return False
    proven.events = SaidEvents(events, alike)
    if batch.klass is RecordClass.GOVERNANCE:
        proven.governance = read[0] if read else None
    elif batch.klass is RecordClass.ESCROW and len(shown) == batch.size:
        proven.escrow = [(place, body, record) for (place, body), record in zip(shown, read, strict=True)]
    return True
