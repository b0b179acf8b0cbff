"""A trace as JSON: things, what became of what, and the events it rests on."""

from __future__ import annotations

from typing import Any

from api.wire.capture_job import Addresses
from ledger.actions.trace.trace_item import ItemTrace
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.position import Position
from ledger.trade.genealogy import Edge
from ledger.trade.membership import EVER


def trace_body(found: ItemTrace, direction: str, addresses: Addresses) -> dict[str, Any]:
    """The walk: things, what became of what, and the events it rests on."""
    return {
        "start": list(found.starts),
        "direction": direction,
        "nodes": [node._asdict() for node in found.trace.nodes],
        "edges": [_edge(edge) for edge in found.trace.edges],
        "events": [
            {
                "position": list(event.position),
                "type": event.type,
                "eventTime": format_instant(event.event_time),
                "action": event.action,
                "issuer": found.events[Position(*event.position)].batch.issuer,
                "eventID": found.events[Position(*event.position)].event_id,
                "address": addresses.record(Position(*event.position)),
                "receipt": addresses.receipt(Position(*event.position)),
            }
            for event in found.trace.events
        ],
        "withdrawn": [list(position) for position in sorted(found.withdrawn)],
        "withheld": len(found.withheld),
        "damaged": [list(position) for position in sorted(found.damaged)],
        "truncated": found.trace.truncated,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "position": list(edge.position),
        "kind": edge.kind,
        "sources": list(edge.sources),
        "targets": list(edge.targets),
        "since": _moment(edge.window.since),
        "until": _moment(edge.window.until),
    }


def _moment(moment: int) -> str | None:
    """None for a window without end."""
    return format_instant(Instant(moment)) if EVER.since < moment < EVER.until else None
