"""Documents of a made-up trade for the load generator: the same bytes for the same seed, about 930 bytes an event."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EVENT_BYTES: Final = 930
IDENTIFIERS: Final = 5

GTINS: Final = ("09506000134352", "09521321000018", "09521141123454")
PLACES: Final = ("https://id.gs1.org/414/9506000134352", "https://id.gs1.org/414/9521321000018")
_ITEM: Final = "https://id.gs1.org/01/{gtin}/21/{serial}"
_CASE: Final = "https://id.gs1.org/00/{number:017d}{check}"
_MEMBER: Final = '"bizStep": "shipping"'


class Made(NamedTuple):
    """The bytes to send, and the events in them."""

    data: bytes
    events: Sequence[bytes]


class Maker:
    """Makes documents; no two events of one maker are alike, and two runs with the same seed make the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._run = f"{self._random.getrandbits(40):010x}"
        self._made = 0

    def event(self) -> bytes:
        """One ObjectEvent over `IDENTIFIERS` serialised items, padded to `EVENT_BYTES`."""
        self._made += 1
        number = f"{self._run}-{self._made:08d}"
        gtin = GTINS[self._made % len(GTINS)]
        hour, minute, second = self._made // 3600 % 24, self._made // 60 % 60, self._made % 60
        event = {
            "type": "ObjectEvent",
            "eventID": f"urn:example:event:{number}",
            "eventTime": f"2026-11-01T{hour:02d}:{minute:02d}:{second:02d}.000+08:00",
            "eventTimeZoneOffset": "+08:00",
            "epcList": [_ITEM.format(gtin=gtin, serial=f"{number}{part}") for part in "ABCDE"],
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "readPoint": {"id": PLACES[0]},
            "bizLocation": {"id": PLACES[1]},
            "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:example:po:{number}"}],
        }
        return _padded(event)

    def documents(self, count: int, *, events: int) -> list[Made]:
        """So many documents of so many events; documents of one event are single events with their own context."""
        return [self._bare() if events == 1 else self._document(events) for _ in range(count)]

    def _document(self, events: int) -> Made:
        listed = [self.event() for _ in range(events)]
        return Made(document(listed), listed)

    def _bare(self) -> Made:
        event = b'{"@context":' + json.dumps([CONTEXT]).encode() + b"," + self.event()[1:]
        return Made(event, [event])


def document(events: Sequence[bytes]) -> bytes:
    """An EPCISDocument of these events."""
    header = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-01T00:00:00.000Z",
    }
    return json.dumps(header).encode()[:-1] + b', "epcisBody": {"eventList": [\n' + b",\n".join(events) + b"\n]}}"


def genealogy(events: int, *, seed: int) -> tuple[str, list[bytes]]:
    """A pallet, and the events that packed cases onto it and items into the cases, one child each.

    Returns the pallet's identifier and the events; a trace of the pallet meets all of them.
    """
    start = random.Random(seed).randrange(10**12)
    cases = max(1, round(events**0.5))
    pallet = _case(start)
    listed = [_packed(pallet, _case(start + 1 + place), place) for place in range(cases)]
    for place in range(events - cases):
        item = _ITEM.format(gtin=GTINS[0], serial=f"{start:x}-{place}")
        listed.append(_packed(_case(start + 1 + place % cases), item, cases + place))
    return pallet, listed


def history(events: int) -> tuple[str, list[bytes]]:
    """An item, and as many events that name it, a minute apart."""
    item = _ITEM.format(gtin=GTINS[0], serial="history")
    listed = []
    for place in range(events):
        event = {
            "type": "ObjectEvent",
            "eventTime": f"2026-10-{1 + place // 1440:02d}T{place // 60 % 24:02d}:{place % 60:02d}:00.000Z",
            "eventTimeZoneOffset": "+00:00",
            "epcList": [item],
            "action": "OBSERVE" if place else "ADD",
            "bizStep": "storing" if place else "commissioning",
            "readPoint": {"id": PLACES[place % 2]},
        }
        listed.append(json.dumps(event).encode())
    return item, listed


def _case(number: int) -> str:
    digits = f"{number:017d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return _CASE.format(number=number, check=-total % 10)


def _packed(parent: str, child: str, number: int) -> bytes:
    event = {
        "type": "AggregationEvent",
        "eventTime": f"2026-11-02T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
        "eventTimeZoneOffset": "+00:00",
        "parentID": parent,
        "childEPCs": [child],
        "action": "ADD",
        "bizStep": "packing",
    }
    return json.dumps(event).encode()


def _padded(event: dict[str, Any]) -> bytes:
    plain = json.dumps(event)
    missing = EVENT_BYTES - len(plain)
    # White space inside an event is kept like every other byte of it.
    return plain.replace(_MEMBER, " " * max(0, missing) + _MEMBER).encode()
