"""What is indexed of an event: the key that finds it again, and the identifiers it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ledger.storage.event_keys import event_key
from ledger.storage.identifier_index import identifier_key
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.epcis.roles import spelt_identifiers
from ledger.trade.identifiers import ROOT, canonical, ladder

_LOT: Final = "/10/"
_SERIAL: Final = "/21/"
_CANONICAL_ITEM: Final = rf"{re.escape(ROOT)}/01/[0-9]{{14}}/21/[0-9A-Za-z_\-]{{1,20}}"
_CANONICAL_ITEMS: Final = re.compile(rf"{_CANONICAL_ITEM}(?:\n{_CANONICAL_ITEM})*")


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
    return sorted({identifier_key(identifier) for identifier in _named_by(event)})


def identifier_rows(events: Iterable[tuple[int, AnyEvent]]) -> list[tuple[int, int]]:
    """(index key, place) of many events by their places; of one place each key once, in no order."""
    return [(identifier_key(identifier), place) for place, event in events for identifier in _named_by(event)]


def _named_by(event: AnyEvent) -> frozenset[str]:
    spelt = spelt_identifiers(event)
    # Nearly all events name single items as this ledger spells them: one look at all of them together shows it.
    lines = "\n".join(spelt)
    # A name with a line break of its own would pass for two.
    are_plain = lines.count("\n") < len(spelt) and _CANONICAL_ITEMS.fullmatch(lines)
    return frozenset(spelt) if are_plain else indexed_identifiers(event)
