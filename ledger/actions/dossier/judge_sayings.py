"""Refuse dossier records whose issuer may not say them, by what the ledger holds at this moment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from ledger.actions.dossier.find_makers import find_makers
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import RECORDS_MAX
from ledger.evidence.record import read_record
from ledger.storage.database import reading
from ledger.storage.entries import read_batch, read_records
from ledger.storage.head import read_head
from ledger.storage.position import pack
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import BODIES
from ledger.trade.dossier.permission import (
    RECALLERS,
    Facts,
    NamedRecord,
    Saying,
    address_named,
    refuse_unpermitted,
    things_examined,
)
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.address import Address


def refuse_sayings(ledger: Ledger, state: Governance, bodies: Sequence[DossierBody], *, issuer: str, klass: RecordClass) -> None:
    """Return if `issuer` may say each of `bodies` in this class.

    Raises:
        DossierRefused leaves: with the place of the record in the pointer where there are several.
    """
    for place, refusal in enumerate(judge_sayings(ledger, state, bodies, issuer=issuer, klass=klass)):
        if refusal is not None:
            if len(bodies) > 1:
                refusal.pointer = f"record {place}{refusal.pointer or ''}"
            raise refusal


def judge_sayings(
    ledger: Ledger, state: Governance, bodies: Sequence[DossierBody], *, issuer: str, klass: RecordClass
) -> list[SuyuanError | None]:
    """For each of `bodies` why `issuer` may not say it, or None."""
    with reading(ledger.engine) as connection:
        looking = _Looking(connection, state.origin, issuer_recalls=bool(RECALLERS.intersection(state.party(issuer).roles)))
        return [_judge(body, Saying(issuer, klass, state, looking.facts_of(body, klass))) for body in bodies]


def _judge(body: DossierBody, saying: Saying) -> SuyuanError | None:
    try:
        refuse_unpermitted(body, saying)
    except SuyuanError as refusal:
        return refusal
    return None


class _Looking:
    """Looks facts up, each thing once however many records are about it."""

    def __init__(self, connection: Connection, origin: str, *, issuer_recalls: bool) -> None:
        self._connection, self._origin, self._issuer_recalls = connection, origin, issuer_recalls
        self._makers: dict[str, tuple[str, ...]] = {}

    def facts_of(self, body: DossierBody, klass: RecordClass) -> Facts:
        address = address_named(body)
        named = None if address is None else self._named(address)
        # Who may recall anything, and who speaks as a seller, is asked for no maker.
        asked = klass is RecordClass.INSPECTION or (klass is RecordClass.RECALL and not self._issuer_recalls)
        return Facts(named, {thing: self._made(thing) for thing in (things_examined(body) if asked else ())})

    def _made(self, thing: str) -> tuple[str, ...]:
        if thing not in self._makers:
            self._makers[thing] = find_makers(self._connection, thing)
        return self._makers[thing]

    def _named(self, address: Address) -> NamedRecord | None:
        head = read_head(self._connection)
        size = 0 if head is None else head.size
        if address.origin != self._origin or address.entry >= size or address.place >= RECORDS_MAX:
            return None
        for record in read_records(self._connection, [pack(address.entry, address.place)]):
            if record.body is not None:
                batch = read_batch(self._connection, address.entry)
                return NamedRecord(batch.issuer, RecordClass(batch.record_class), _type_of(record.body))
        return None


def _type_of(data: bytes) -> str | None:
    """None for padding and for what is no dossier record."""
    if not data:
        return None
    kind = read_record(data).get("type")
    return kind if kind in BODIES else None
