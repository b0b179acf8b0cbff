"""Events decoded from the bytes of their records; the small ones that were asked for last are remembered by those bytes.

A page reads its records from the database each time, and thousands of readers open pages of the same lot: what bytes say is
the same as long as they are the same bytes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import DecodeError

from ledger.actions.capture.event_rows import indexed_identifiers
from ledger.evidence.instant import Instant
from ledger.trade.epcis import syntax
from ledger.trade.epcis.event import AnyEvent, read_event
from ledger.trade.epcis.roles import Role, identifiers_in
from ledger.trade.identifiers import canonical
from ledger.trade.membership import Position, TracedEvent

_NOWHERE: Final = (-1, -1)
_REMEMBERED: Final = 4_096
_REMEMBERED_BYTES_MAX: Final = 4_096
"""Larger events are decoded each time: together the remembered ones shall take some ten megabytes."""


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
        return replace(self.said, position=position)


def decode_event(body: bytes) -> DecodedEvent | None:
    """None for bytes that are no event: they were one when they were indexed."""
    return _remembered(body) if len(body) <= _REMEMBERED_BYTES_MAX else _decode(body)


def _decode(body: bytes) -> DecodedEvent | None:
    try:
        event = read_event(body)
    except (DecodeError, UnicodeDecodeError):
        return None
    return DecodedEvent(event, indexed_identifiers(event), trace_event(_NOWHERE, event))


_remembered: Final = lru_cache(maxsize=_REMEMBERED)(_decode)


def forget_events() -> None:
    """Remember no event any more: bytes that were erased shall not lie on in memory."""
    _remembered.cache_clear()


def trace_event(position: Position, event: AnyEvent) -> TracedEvent:
    """What an event says about which things, under their canonical names."""
    by_role: dict[Role, list[str]] = {}
    for named in identifiers_in(event):
        by_role.setdefault(named.role, []).append(canonical(named.identifier) or named.identifier)
    return TracedEvent(
        position=position,
        type=event.type,  # type: ignore[arg-type] # the tag is one of the five
        event_time=time_of(event),
        action=getattr(event, "action", None),
        parent=next(iter(by_role.get(Role.PARENT, ())), None),
        children=_all(by_role, Role.CHILD, Role.CHILD_CLASS),
        inputs=_all(by_role, Role.INPUT, Role.INPUT_CLASS),
        outputs=_all(by_role, Role.OUTPUT, Role.OUTPUT_CLASS),
        others=_all(by_role, Role.EPC, Role.CLASS),
        transformation=next(iter(by_role.get(Role.TRANSFORMATION, ())), None),
    )


def time_of(event: AnyEvent) -> Instant:
    """When it happened, as its issuer says."""
    moment = syntax.read_moment(event.event_time)
    if moment is None:
        raise ValueError("an accepted event has no such day")
    return syntax.instant_of(moment)


def _all(by_role: dict[Role, list[str]], *roles: Role) -> tuple[str, ...]:
    found = (identifier for role in roles for identifier in by_role.get(role, ()))
    return tuple(dict.fromkeys(found))
