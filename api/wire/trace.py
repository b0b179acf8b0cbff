"""A trace as JSON: things, what became of what, and the events it rests on."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from api.wire.capture_job import Addresses
from ledger.actions.trace.trace_item import ItemTrace
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.position import Position
from ledger.trade.genealogy import Edge, Node
from ledger.trade.membership import EVER

_ENCODER: Final = msgspec.json.Encoder()


class _Event(Struct, rename="camel", gc=False):
    position: tuple[int, int]
    type: str
    event_time: str
    action: str | None
    issuer: str
    event_id: str | None = msgspec.field(name="eventID")
    address: str
    receipt: str


class _Edge(Struct, gc=False):
    position: tuple[int, int]
    kind: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    since: str | None
    until: str | None


class _Trace(Struct):
    start: tuple[str, ...]
    direction: str
    nodes: tuple[Node, ...]
    edges: list[_Edge]
    events: list[_Event]
    withdrawn: list[Position]
    withheld: int
    damaged: list[Position]
    truncated: bool


def trace_json(found: ItemTrace, direction: str, addresses: Addresses) -> bytes:
    """The walk: things, what became of what, and the events it rests on. Of ten thousand events it is six million bytes."""
    return _ENCODER.encode(
        _Trace(
            start=found.starts,
            direction=direction,
            nodes=found.trace.nodes,
            edges=[_edge(edge) for edge in found.trace.edges],
            events=_events(found, addresses),
            withdrawn=sorted(found.withdrawn),
            withheld=len(found.withheld),
            damaged=sorted(found.damaged),
            truncated=found.trace.truncated,
        )
    )


def _events(found: ItemTrace, addresses: Addresses) -> list[_Event]:
    known = found.events
    listed: list[_Event] = []
    for event in found.trace.events:
        at = Position(*event.position)
        told = known[at]
        listed.append(
            _Event(
                at,
                event.type,
                format_instant(event.event_time),
                event.action,
                told.batch.issuer,
                told.event_id,
                addresses.record(at),
                addresses.receipt(at),
            )
        )
    return listed


def _edge(edge: Edge) -> _Edge:
    window = edge.window
    return _Edge(edge.position, edge.kind, edge.sources, edge.targets, _moment(window.since), _moment(window.until))


def _moment(moment: int) -> str | None:
    """None for a window without end."""
    return format_instant(Instant(moment)) if EVER.since < moment < EVER.until else None
