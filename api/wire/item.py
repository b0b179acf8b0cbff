"""An item's page as JSON, and a trace as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.wire.capture_job import Addresses
from ledger.actions.trace.check_proof import Said
from ledger.actions.trace.describe_item import ItemFacts, Step
from ledger.actions.trace.trace_item import ItemTrace
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.position import Position
from ledger.trade.genealogy import Edge
from ledger.trade.membership import EVER


def item_body(facts: ItemFacts, addresses: Addresses) -> dict[str, Any]:
    """Everything that the page says, for programs."""
    return {
        "identifier": facts.link.identifier,
        "keys": dict(facts.link.keys),
        "name": facts.name,
        "checkedAt": format_instant(facts.checked),
        "logSize": facts.log_size,
        "steps": [_step(step, addresses) for step in facts.steps],
        "withheld": facts.withheld,
        "damaged": facts.damaged,
        "truncated": facts.truncated,
        "begins": facts.begins,
        "custody": {
            "hands": facts.custody.hands.value,
            "holder": None if facts.holder is None else _said(facts.holder),
            "place": facts.custody.place,
            "broken": facts.custody.broken,
        },
    }


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


def _step(step: Step, addresses: Addresses) -> dict[str, Any]:
    proof = step.proof
    return {
        "position": list(step.position),
        "address": addresses.record(step.position),
        "receipt": addresses.receipt(step.position),
        "type": step.type,
        "action": step.action,
        "bizStep": step.step,
        "disposition": step.disposition,
        "eventTime": step.text_time,
        "eventTimeZoneOffset": step.offset,
        "place": step.place,
        "placeName": step.place_name,
        "about": step.about.value,
        "withdrawn": step.withdrawn,
        "proof": {"holds": proof.holds.value, "failure": proof.failure},
        "recordTime": None if proof.recorded is None else format_instant(proof.recorded),
        "said": [_said(said) for said in proof.said],
    }


def _said(said: Said) -> dict[str, Any]:
    body = asdict(said)
    return {**body, "custody": "operator" if body.pop("held") else "self"}


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
