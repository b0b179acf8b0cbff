"""What is indexed of a record, event or not: the key of what may be said once, and what the record is found under."""

from __future__ import annotations

from typing import Final

from ledger.actions.capture.event_rows import identifier_keys, indexed_identifiers, key_of
from ledger.evidence.authority import EVENT_TYPES
from ledger.evidence.record import read_record, type_of
from ledger.storage.event_keys import event_key
from ledger.storage.identifier_index import identifier_key
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import BODIES, read_dossier_body
from ledger.trade.epcis.event import read_event

NOBODY: Final = ""
"""Stands for the issuer in the key of what may be said once by anybody: no party has this name."""


def index_keys(secret: bytes | None, issuer: str, body: bytes) -> tuple[int | None, list[int]]:
    """The event key (None where the record has none, or without the secret) and the identifier keys of a record."""
    record = read_record(body)
    kind = type_of(record)
    if kind in EVENT_TYPES:
        event = read_event(body)
        return None if secret is None else key_of(secret, issuer, body, event), identifier_keys(event)
    if kind in BODIES:
        said = read_dossier_body(record)
        return None if secret is None else once_key(secret, said), subject_keys(said)
    return None, []


def once_key(secret: bytes, said: DossierBody) -> int | None:
    """64 bits that stand for what only one record of the ledger may say; None where a record may be said again."""
    once = said.once()
    return None if once is None else event_key(secret, NOBODY, once, b"")


def subject_keys(said: DossierBody) -> list[int]:
    """The index keys of a dossier record, each once, in order."""
    return sorted({identifier_key(subject) for subject in said.subjects()})


def names_in(body: bytes) -> frozenset[str]:
    """What an event or a dossier record is found under; nothing for any other record."""
    record = read_record(body)
    kind = type_of(record)
    if kind in EVENT_TYPES:
        return indexed_identifiers(read_event(body))
    return read_dossier_body(record).subjects() if kind in BODIES else frozenset()
