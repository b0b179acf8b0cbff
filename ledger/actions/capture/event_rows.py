"""What is indexed of an event: the key that finds it again, and the identifiers it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.storage.event_keys import event_key
from ledger.storage.identifier_index import identifier_key
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.epcis.roles import spelt_identifiers
from ledger.trade.identifiers import canonical, ladder

_LOT: Final = "/10/"
_SERIAL: Final = "/21/"


def key_of(secret: bytes, issuer: str, body: bytes, event: AnyEvent) -> int:
    """The event's key: its issuer with its eventID, or with its bytes where it has none."""
    event_id = event.event_id if isinstance(event.event_id, str) else None
    return event_key(secret, issuer, event_id, body)


def indexed_identifiers(event: AnyEvent) -> frozenset[str]:
    """The canonical identifiers under which an event is found: each named one, and the lot that an item's own address shows.

    What is no GS1 identifier is indexed as spelt. The bare product (GTIN) is not: every event of it would stand there.
    """
    spelt = spelt_identifiers(event)
    return frozenset({canonical(one) or one for one in spelt}.union(lots_shown(spelt)))


def lots_shown(spelt: Iterable[str]) -> list[str]:
    """The lots that the addresses of single items show, under which their events are found too."""
    return [rung for one in spelt if _LOT in one and _SERIAL in one for rung in ladder(one) if _LOT in rung]


def identifier_keys(event: AnyEvent) -> list[int]:
    """The index keys of an event, each once, in order."""
    return sorted({identifier_key(identifier) for identifier in indexed_identifiers(event)})
