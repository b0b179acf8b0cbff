"""What the events that name one thing say of it: who was inside it, and in what it was itself."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ledger.trade.membership import BONDS, Stay, TracedEvent, Window, stays_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NOBODY: Final[Mapping[str, list[Stay]]] = MappingProxyType({})


class History:
    """The events naming one identifier, in order; who was inside it, and in what it was."""

    __slots__ = ("_times", "events", "parents", "stays")

    def __init__(self, identifier: str, events: list[TracedEvent]) -> None:
        self.events = events
        self._times: list[int] = []
        parents: list[str] = []
        packed: list[TracedEvent] = []
        for event in events:
            if event.parent is not None and event.type in BONDS:
                if event.parent == identifier:
                    packed.append(event)
                else:
                    parents.append(event.parent)
        self.parents: Sequence[str] = parents if len(parents) < 2 else tuple(dict.fromkeys(parents))
        self.stays: Mapping[str, list[Stay]] = stays_in(identifier, packed) if packed else _NOBODY

    def within(self, window: Window) -> list[TracedEvent]:
        self._times = self._times or [event.event_time for event in self.events]
        return self.events[bisect_left(self._times, window.since) : bisect_right(self._times, window.until)]
