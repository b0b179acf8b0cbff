"""When what was inside what: the stays of members in containers, and stretches of time already looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from ledger.evidence.instant import Instant
from ledger.trade.identifiers import is_class_identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

Position: TypeAlias = tuple[int, int]
"""Address of a record: (entry, place)."""

EventType: TypeAlias = Literal["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"]
Action: TypeAlias = Literal["ADD", "OBSERVE", "DELETE"]

BONDS: Final[frozenset[EventType]] = frozenset({"AggregationEvent", "AssociationEvent"})
"""Events that tie children to a parent."""


_TIME_THEN_POSITION: Final = attrgetter("event_time", "position")


class TracedEvent(Struct, frozen=True, gc=False):
    """What one event says about which things, all named by their canonical identifiers.

    parent, children: of aggregation and association; inputs, outputs, transformation: of transformation; others: things
    merely observed. Quantities of a class count like things: their class stands among the identifiers.
    """

    position: Position
    type: EventType
    event_time: Instant
    action: Action | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    transformation: str | None = None


class Window(NamedTuple):
    """A stretch of event time, both ends included."""

    since: int
    until: int

    def meets(self, other: Window) -> Window | None:
        """The part both have in common, or None."""
        if self.since >= other.since and self.until <= other.until:
            return self
        since = self.since if self.since > other.since else other.since
        until = self.until if self.until < other.until else other.until
        return Window(since, until) if since <= until else None


EVER: Final = Window(-(1 << 62), 1 << 62)


class Stay(Struct, frozen=True, gc=False):
    """One member inside one container for a time, and the event that began it (or, alone, testifies to it)."""

    window: Window
    began: TracedEvent


def in_order(events: Iterable[TracedEvent]) -> list[TracedEvent]:
    """By event time; at the same time in the order of the ledger."""
    return sorted(events, key=_TIME_THEN_POSITION)


def stays_in(container: str, events: Iterable[TracedEvent]) -> dict[str, list[Stay]]:
    """Who was inside `container`, and when, by the events that name it, given in order.

    ADD begins a stay; so does OBSERVE of somebody not known to be inside (the ADD may never have been recorded). DELETE
    ends it; a DELETE that names no children ends all. Where nothing ends it, it lasts. A DELETE of somebody not known to
    be inside testifies to that one moment. Taking out a lot or another class ends nothing by itself: part of it may
    remain, and a branch wrongly kept does less harm than one wrongly dropped.
    """
    stays: dict[str, list[Stay]] = {}
    inside: dict[str, TracedEvent] = {}
    for event in events:
        if event.parent != container or event.type not in BONDS:
            continue
        if event.action != "DELETE":
            for child in event.children:
                inside.setdefault(child, event)
            continue
        for child in event.children or tuple(inside):
            if event.children and child in inside and is_class_identifier(child):
                continue
            began = inside.pop(child, event)
            stays.setdefault(child, []).append(Stay(Window(began.event_time, event.event_time), began))
    for child, began in inside.items():
        stays.setdefault(child, []).append(Stay(Window(began.event_time, EVER.until), began))
    return stays


class Covered:
    """Stretches of time already looked at: disjoint, not touching, ascending."""

    __slots__ = ("_since", "_until")

    def __init__(self) -> None:
        self._since: list[int] = []
        self._until: list[int] = []

    def take(self, window: Window) -> list[Window]:
        """Mark `window` as looked at and return the parts of it that were not yet.

        Whoever works only on those parts does every stretch once, however many windows overlap.
        """
        if not self._since:
            self._since.append(window.since)
            self._until.append(window.until)
            return [window]
        # Neighbours that touch are merged too, so that the lists stay short.
        first = bisect_left(self._until, window.since - 1)
        last = bisect_right(self._since, window.until + 1)
        gaps: list[Window] = []
        free = window.since
        for since, until in zip(self._since[first:last], self._until[first:last], strict=True):
            if free < since:
                gaps.append(Window(free, min(since - 1, window.until)))
            free = max(free, until + 1)
        if free <= window.until:
            gaps.append(Window(free, window.until))
        since = min([window.since, *self._since[first:last][:1]])
        until = max([window.until, *self._until[first:last][-1:]])
        self._since[first:last] = [since]
        self._until[first:last] = [until]
        return gaps
