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
    event_time: str | None
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


class _Moments(dict[int, str | None]):
    """Moments as they are printed, each spelt once an answer; None for a window without end."""

    def __missing__(self, moment: int) -> str | None:
        text = self[moment] = format_instant(Instant(moment)) if EVER.since < moment < EVER.until else None
        return text


def trace_json(found: ItemTrace, direction: str, addresses: Addresses) -> bytes:
    """The walk: things, what became of what, and the events it rests on. Of ten thousand events it is six million bytes."""
    moments = _Moments()
    return _ENCODER.encode(
        _Trace(
            start=found.starts,
            direction=direction,
            nodes=found.trace.nodes,
            edges=[_edge(edge, moments) for edge in found.trace.edges],
            events=_events(found, addresses, moments),
            withdrawn=sorted(found.withdrawn),
            withheld=len(found.withheld),
            damaged=sorted(found.damaged),
            truncated=found.trace.truncated,
        )
    )


def _events(found: ItemTrace, addresses: Addresses, moments: _Moments) -> list[_Event]:
    known = found.events
    listed: list[_Event] = []
    for event in found.trace.events:
        at = Position(*event.position)
        told = known[at]
        listed.append(
            _Event(
                at,
                event.type,
                moments[event.event_time],
                event.action,
                told.batch.issuer,
                told.event_id,
                addresses.record(at),
                addresses.receipt(at),
            )
        )
    return listed


def _edge(edge: Edge, moments: _Moments) -> _Edge:
    window = edge.window
    return _Edge(edge.position, edge.kind, edge.sources, edge.targets, moments[window.since], moments[window.until])
