"""Events decoded from the bytes of their records; the small ones that were asked for last are remembered by those bytes.

A page reads its records from the database each time, and thousands of readers open pages of the same lot: what bytes say is
the same as long as they are the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec import UNSET, DecodeError

from ledger.actions.capture.event_rows import lots_shown
from ledger.evidence.instant import Instant
from ledger.trade.epcis import syntax
from ledger.trade.epcis.event import AnyEvent, read_event
from ledger.trade.epcis.roles import Role, roles_of, spelt_in
from ledger.trade.identifiers import canonical
from ledger.trade.membership import Position, TracedEvent

_SIDES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.PARENT: "parent",
        Role.CHILD: "children",
        Role.CHILD_CLASS: "children",
        Role.INPUT: "inputs",
        Role.INPUT_CLASS: "inputs",
        Role.OUTPUT: "outputs",
        Role.OUTPUT_CLASS: "outputs",
        Role.EPC: "others",
        Role.CLASS: "others",
        Role.TRANSFORMATION: "transformation",
    }
)
_NOWHERE: Final = (-1, -1)
_REMEMBERED: Final = 4_096
_REMEMBERED_BYTES_MAX: Final = 4_096
"""Larger events are decoded each time: together the remembered ones shall take some ten megabytes."""

_SHORT_REMEMBERED: Final = 16_384
_SHORT_BYTES_MAX: Final = 512
"""Packing and unpacking is said in few words, and whoever traces a pallet asks for thousands of such events: 25 megabytes."""


class DecodedEvent(NamedTuple):
    """An event in its typed form. Whoever shares it changes nothing in it.

    Attributes:
        items: the identifiers under which it is found. said: what it says about which things, wherever it stands.
    """

    event: AnyEvent
    items: frozenset[str]
    said: TracedEvent

    def at(self, position: Position) -> TracedEvent:
        """What the event says, from its place in the log."""
        said = self.said
        return TracedEvent(
            position,
            said.type,
            said.event_time,
            said.action,
            said.parent,
            said.children,
            said.inputs,
            said.outputs,
            said.others,
            said.transformation,
        )


def decode_event(body: bytes) -> DecodedEvent | None:
    """None for bytes that are no event: they were one when they were indexed."""
    if len(body) <= _SHORT_BYTES_MAX:
        return _short_remembered(body)
    return _remembered(body) if len(body) <= _REMEMBERED_BYTES_MAX else _decode(body)


def _decode(body: bytes) -> DecodedEvent | None:
    try:
        event = read_event(body)
    except (DecodeError, UnicodeDecodeError):
        return None
    sides, spelt = _read_sides(event)
    return DecodedEvent(event, frozenset(chain(lots_shown(spelt), *sides.values())), _said(_NOWHERE, event, sides))


_remembered: Final = lru_cache(maxsize=_REMEMBERED)(_decode)
_short_remembered: Final = lru_cache(maxsize=_SHORT_REMEMBERED)(_decode)


def forget_events() -> None:
    """Remember no event any more: bytes that were erased shall not lie on in memory."""
    _remembered.cache_clear()
    _short_remembered.cache_clear()


def trace_event(position: Position, event: AnyEvent) -> TracedEvent:
    """What an event says about which things, under their canonical names."""
    return _said(position, event, _read_sides(event)[0])


def time_of(event: AnyEvent) -> Instant:
    """When it happened, as its issuer says."""
    moment = syntax.read_moment(event.event_time)
    if moment is None:
        raise ValueError("an accepted event has no such day")
    return syntax.instant_of(moment)


def _read_sides(event: AnyEvent) -> tuple[dict[str, list[str]], list[str]]:
    """Canonical identifiers by the attribute of `TracedEvent` in which they stand; and all of them as they are spelt."""
    sides: dict[str, list[str]] = {}
    every: list[str] = []
    for attribute, side in _sides_of(type(event)):
        value = getattr(event, attribute)
        if value is not UNSET:
            spelt = spelt_in(value)
            every += spelt
            sides.setdefault(side, []).extend([canonical(one) or one for one in spelt])
    return sides, every


def _said(position: Position, event: AnyEvent, sides: Mapping[str, list[str]]) -> TracedEvent:
    return TracedEvent(
        position=position,
        type=event.type,  # type: ignore[arg-type] # the tag is one of the five
        event_time=time_of(event),
        action=getattr(event, "action", None),
        parent=_first(sides.get("parent")),
        children=_each_once(sides.get("children")),
        inputs=_each_once(sides.get("inputs")),
        outputs=_each_once(sides.get("outputs")),
        others=_each_once(sides.get("others")),
        transformation=_first(sides.get("transformation")),
    )


@lru_cache(maxsize=32)
def _sides_of(kind: type[AnyEvent]) -> tuple[tuple[str, str], ...]:
    """Attributes of this type of event with the attribute of `TracedEvent` in which what they name stands."""
    return tuple((attribute, _SIDES[role]) for attribute, role in roles_of(kind))


def _first(found: list[str] | None) -> str | None:
    return found[0] if found else None


def _each_once(found: list[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found)) if found else ()
