"""Whether a record is under an open dispute or recall, so that its issuer alone may not let go of it.

What only its body tells, such as which item it names, nobody can judge again once it is erased: the audit judges the rest
(`ledger.trade.escrow.open_matter.rests_on`). Source: docs/FORMATS.md, "Erasure".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.actions.capture.index_rows import names_in
from ledger.errors import SuyuanError
from ledger.evidence.authority import RecordClass
from ledger.evidence.merkle import Digest
from ledger.evidence.record import read_record
from ledger.storage.entries import StoredRecord, read_batch, read_records
from ledger.storage.identifier_index import positions_naming, positions_said_of_any
from ledger.storage.lines_at_stake import lines_naming, lines_quoting
from ledger.storage.position import Position
from ledger.trade.assessment.recall import LIFTERS
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.open_matter import is_at_stake, rests_on
from ledger.trade.identifiers import ladder
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.address import Address


@dataclass(frozen=True, slots=True)
class LedgerNow:
    """What the tables do not hold yet of the round that an erasure is judged in.

    Attributes:
        state: governance before the erasure.
        moved: lines that this round has moved, each with the serial of its terms.
        erased: records that this round erases, to the entry that does.
    """

    state: Governance
    moved: Mapping[str, tuple[Line, Digest | None]] = field(default_factory=dict)
    erased: Mapping[Position, int] = field(default_factory=dict)


def is_in_open_matter(connection: Connection, record: StoredRecord, now: LedgerNow) -> bool:
    """Whether the threshold has to sign the erasure of `record` for what is open about it."""
    names = _names(record.body)
    return _at_stake(connection, record, names, now) or _recalled(connection, names, now.state)


def _at_stake(connection: Connection, record: StoredRecord, names: frozenset[str], now: LedgerNow) -> bool:
    digests = {record.commitment} if record.body is None else {record.commitment, hashlib.sha256(record.body).digest()}
    serials = {hashlib.sha256(name.encode()).digest() for name in names}
    naming = [line for line in lines_naming(connection, sorted(serials)) if line.name not in now.moved]
    quoting = [line for digest in sorted(digests) for line in lines_quoting(connection, digest) if line.name not in now.moved]
    naming += [line for line, serial in now.moved.values() if serial in serials]
    quoting += [line for line, _ in now.moved.values()]
    return any(map(is_at_stake, naming)) or any(rests_on(line, digests) for line in quoting)


def _recalled(connection: Connection, names: frozenset[str], state: Governance) -> bool:
    rungs = frozenset(rung for name in names for rung in (name, *ladder(name)))
    if not rungs:
        return False
    found = positions_said_of_any(connection, rungs, classes=[RecordClass.RECALL.value])[RecordClass.RECALL.value]
    for position, body in _said(connection, found):
        if isinstance(body, RecallIssued) and body.subjects() & rungs and not _is_ended(connection, position, state):
            return True
    return False


def _is_ended(connection: Connection, recall: Position, state: Governance) -> bool:
    address = Address(state.origin, *recall)
    issuer = read_batch(connection, recall.entry).issuer
    for position, body in _said(connection, positions_naming(connection, str(address))):
        if not isinstance(body, RecallEnded) or body.recall != address or position < recall:
            continue
        by = read_batch(connection, position.entry).issuer
        if by == issuer or LIFTERS.intersection(state.party(by).roles):
            return True
    return False


def _said(connection: Connection, packed: list[int]) -> Iterator[tuple[Position, DossierBody]]:
    for record in read_records(connection, packed):
        try:
            if record.body:
                yield record.position, read_dossier_body(read_record(record.body))
        except SuyuanError:
            continue  # an event, or what is no record any more: the audit names it


def _names(body: bytes | None) -> frozenset[str]:
    try:
        return names_in(body) if body else frozenset()
    except SuyuanError:
        return frozenset()
