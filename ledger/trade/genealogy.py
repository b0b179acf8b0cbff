"""Where a thing came from and where it went: the walk over aggregation, association and transformation.

The rule. A thing that is traced is a *subject*; a container that carried a subject is a *carrier*.

- All events naming a subject belong to the trace.
- Back, where it came from: a subject among the outputs of a transformation makes all its inputs subjects.
  Forward, where it went: a subject among the inputs makes all outputs subjects. Events that share a transformation ID
  are one transformation. Time cuts nothing here: clocks err, and a branch lost is worse than a branch too many.
- A container's movements are its members' movements: every parent of a subject becomes a carrier for the time of the
  stay. Of a carrier only the events within that time belong to the trace, and its own parents carry on within it. Its
  other members are strangers. What is transformed while it carries is followed: outputs forward, inputs back.
- A subject that is itself a container makes its members subjects: all that were ever inside where the trace starts
  with it; of a container used up those inside at that moment; of one that was made, those inside from then on; of one
  that was inside another traced container, those inside it during that time.
- Both is back and forward side by side; nothing is walked back first and forward then, so siblings stay out.

`membership.stays_in` says when something counts as inside. Events declared erroneous are the caller's to leave out.
The walk is breadth first; nobody is visited twice for the same time, so circles end. The same events give the same
result whatever the order they are found in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from ledger.trade.membership import EVER, Covered, Position, Stay, TracedEvent, Window, in_order
from ledger.trade.thing_history import History

EventsNaming: TypeAlias = Callable[[str], Iterable[TracedEvent]]
"""All events that name an identifier, or carry a transformation ID, in any order."""

LookAhead: TypeAlias = Callable[[Sequence[str]], None]
"""Told which identifiers will be asked for next: whoever finds events may look for all of them at once."""

Direction: TypeAlias = Literal["back", "forward", "both"]
LIMIT: Final = 20_000
_FEW: Final = 8
_AHEAD_MAX: Final = 256


class Node(Struct, frozen=True, gc=False):
    """A thing of the trace, its distance from the start, and whether it merely carried another."""

    identifier: str
    depth: int
    carrier: bool


class Edge(NamedTuple):
    """What became what, or what was inside what.

    kind is an event type. TransformationEvent: sources are the inputs, targets the outputs, `window` from the first to
    the last event of it. AggregationEvent, AssociationEvent: the source is the member, the target its container,
    `window` the stay. Only things of the trace are named; `position` is the first event that says so.
    """

    position: Position
    kind: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class Trace:
    """nodes: breadth first from the start. edges: by position. events: by event time, then position.

    truncated: the limit was reached and there is more than is shown.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    events: tuple[TracedEvent, ...]
    truncated: bool


def _look_nowhere(names: Sequence[str]) -> None:
    """For whoever finds events one identifier at a time."""


def trace(
    starts: Sequence[str],
    *,
    direction: Direction,
    events_naming: EventsNaming,
    look_ahead: LookAhead = _look_nowhere,
    limit: int = LIMIT,
) -> Trace:
    """Walk from `starts`, canonical identifiers of one thing (an item and its lot, say).

    Args:
        events_naming: where events are found; asked once for each identifier and transformation ID.
        look_ahead: told which will be asked for soon, some hundreds at a time; changes nothing about the answer.
        limit: most nodes, and most events, in the answer.
    """
    if direction != "both":
        return _Walk(events_naming, look_ahead, direction == "back", limit).run(starts)
    back = _Walk(events_naming, look_ahead, True, limit).run(starts)
    forward = _Walk(events_naming, look_ahead, False, limit).run(starts)
    nodes: dict[str, Node] = {}
    for node in sorted((*back.nodes, *forward.nodes), key=lambda node: node.depth):
        known = nodes.setdefault(node.identifier, node)
        nodes[node.identifier] = Node(known.identifier, known.depth, known.carrier and node.carrier)
    events = in_order({event.position: event for event in (*back.events, *forward.events)}.values())
    return Trace(
        nodes=tuple(nodes.values())[:limit],
        edges=tuple(sorted(dict.fromkeys((*back.edges, *forward.edges)))),
        events=tuple(events[:limit]),
        truncated=back.truncated or forward.truncated or len(nodes) > limit or len(events) > limit,
    )


class _Visit(Struct, frozen=True, gc=False):
    identifier: str
    depth: int
    carrier: bool
    window: Window


class _Walk:
    """One breadth-first walk in one direction."""

    def __init__(self, events_naming: EventsNaming, look_ahead: LookAhead, back: bool, limit: int) -> None:
        self._events_naming = events_naming
        self._look_ahead = look_ahead
        self._back = back
        self._limit = limit
        self._queue: deque[_Visit] = deque()
        self._nodes: dict[str, Node] = {}
        self._events: dict[Position, TracedEvent] = {}
        self._bonds: dict[tuple[Position, str, str], Stay] = {}
        self._histories: dict[str, History] = {}
        self._shared: dict[str, Sequence[TracedEvent]] = {}
        self._wide: dict[Position, frozenset[str]] = {}
        self._followed: dict[str | Position, Sequence[TracedEvent]] = {}
        self._subjects: set[str] = set()
        self._finished: set[str] = set()
        self._opened: dict[str, Covered] = {}
        self._carriers: dict[str, Covered] = {}
        self._announced: set[str] = set()
        self._truncated = False

    def run(self, starts: Sequence[str]) -> Trace:
        for start in starts:
            self._enqueue(_Visit(start, 0, False, EVER))
        while self._queue and not self._truncated:
            visit = self._queue.popleft()
            if visit.identifier not in self._announced:
                self._announce([visit.identifier, *(later.identifier for later in islice(self._queue, _AHEAD_MAX))])
            if visit.carrier:
                self._visit_carrier(visit)
            else:
                self._visit_subject(visit)
        return Trace(
            nodes=tuple(self._nodes.values()),
            edges=tuple(sorted(self._edges())),
            events=tuple(in_order(self._events.values())),
            truncated=self._truncated,
        )

    def _announce(self, names: Iterable[str]) -> None:
        ahead = [name for name in dict.fromkeys(names) if name not in self._announced]
        if ahead:
            self._announced.update(ahead)
            self._look_ahead(ahead)

    def _visit_subject(self, visit: _Visit) -> None:
        history = self._history(visit.identifier)
        if visit.identifier not in self._subjects:
            self._subjects.add(visit.identifier)
            self._take_in(visit, history.events)
            self._ride(visit, history, EVER)
        if not history.stays:
            self._finished.add(visit.identifier)
            return
        for gap in self._opened.setdefault(visit.identifier, Covered()).take(visit.window):
            for member, stays in history.stays.items():
                for stay in stays:
                    if common := stay.window.meets(gap):
                        self._bind(stay, member, visit.identifier)
                        self._enqueue(_Visit(member, visit.depth + 1, False, common))

    def _visit_carrier(self, visit: _Visit) -> None:
        if visit.identifier in self._subjects:
            return
        history = self._history(visit.identifier)
        self._take_in(visit, history.within(visit.window))
        self._ride(visit, history, visit.window)

    def _take_in(self, visit: _Visit, events: list[TracedEvent]) -> None:
        for event in events:
            if event.position not in self._events:
                self._record(event)
            if event.inputs or event.outputs:
                self._follow(event, visit)

    def _ride(self, visit: _Visit, history: History, window: Window) -> None:
        unheard = [parent for parent in history.parents if parent not in self._announced]
        for start in range(0, len(unheard), _AHEAD_MAX):
            self._announce(unheard[start : start + _AHEAD_MAX])
        for parent in history.parents:
            for stay in self._history(parent).stays.get(visit.identifier, ()):
                common = stay.window.meets(window)
                if common is None:
                    continue
                self._bind(stay, visit.identifier, parent)
                if parent in self._subjects:
                    continue  # all of its events belong to the trace, not only those of this stay
                for gap in self._carriers.setdefault(parent, Covered()).take(common):
                    self._enqueue(_Visit(parent, visit.depth + 1, True, gap))

    def _follow(self, event: TracedEvent, visit: _Visit) -> None:
        key = event.transformation or event.position
        if key in self._followed:
            return
        parts: Sequence[TracedEvent] = (event,) if event.transformation is None else self._parts(event.transformation, event)
        if not self._enters(parts, visit.identifier):
            return
        self._followed[key] = parts
        for part in parts:
            if part.position not in self._events:
                self._record(part)
            window = Window(part.event_time, part.event_time if self._back else EVER.until)
            for identifier in part.inputs if self._back else part.outputs:
                if identifier not in self._finished:
                    self._enqueue(_Visit(identifier, visit.depth + 1, False, window))

    def _enters(self, parts: Sequence[TracedEvent], identifier: str) -> bool:
        """Whether this walk enters the transformation by `identifier`."""
        for part in parts:
            entry: Collection[str] = part.outputs if self._back else part.inputs
            if len(entry) > _FEW:
                # Asked once for each of its many members: a scan would make it quadratic.
                entry = self._wide.get(part.position) or self._wide.setdefault(part.position, frozenset(entry))
            if identifier in entry:
                return True
        return False

    def _parts(self, transformation: str, event: TracedEvent) -> Sequence[TracedEvent]:
        known = self._shared.get(transformation)
        if known is None:
            shared = {part.position: part for part in self._fetch(transformation) if part.transformation == transformation}
            known = self._shared[transformation] = in_order({**shared, event.position: event}.values())
        return known

    def _history(self, identifier: str) -> History:
        known = self._histories.get(identifier)
        if known is None:
            found = self._fetch(identifier)
            known = self._histories[identifier] = History(identifier, in_order(found) if len(found) > 1 else found)
        return known

    def _fetch(self, name: str) -> list[TracedEvent]:
        found = list(islice(self._events_naming(name), self._limit + 1))
        self._truncated |= len(found) > self._limit
        return found

    def _enqueue(self, visit: _Visit) -> None:
        node = self._nodes.get(visit.identifier)
        if node is None:
            if len(self._nodes) >= self._limit:
                self._truncated = True
                return
            self._nodes[visit.identifier] = Node(visit.identifier, visit.depth, visit.carrier)
        elif node.carrier and not visit.carrier:
            self._nodes[visit.identifier] = Node(node.identifier, node.depth, carrier=False)
        self._queue.append(visit)

    def _record(self, event: TracedEvent) -> None:
        if len(self._events) < self._limit:
            self._events[event.position] = event
        else:
            self._truncated = True

    def _bind(self, stay: Stay, member: str, container: str) -> None:
        self._bonds[stay.began.position, member, container] = stay

    def _edges(self) -> Iterable[Edge]:
        for (position, member, container), stay in self._bonds.items():
            if member in self._nodes and container in self._nodes:
                yield Edge(position, stay.began.type, (member,), (container,), stay.window)
        for parts in self._followed.values():
            sources = self._traced([part.inputs for part in parts])
            targets = self._traced([part.outputs for part in parts])
            window = Window(parts[0].event_time, parts[-1].event_time)
            yield Edge(parts[0].position, "TransformationEvent", sources, targets, window)

    def _traced(self, sides: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        nodes = self._nodes
        if len(sides) == 1 and all(map(nodes.__contains__, sides[0])):
            return sides[0]
        return tuple(dict.fromkeys(identifier for side in sides for identifier in side if identifier in nodes))
