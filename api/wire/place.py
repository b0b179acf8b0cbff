"""The pages of places and parties as JSON: everything that they say, for programs."""

from __future__ import annotations

from typing import Any

from api.wire.capture_job import Addresses
from api.wire.item import Writing, said_body
from ledger.actions.trace.describe_place import PartyFacts, PlaceFacts
from ledger.evidence.instant import format_instant
from ledger.trade.shapes.members import write_members


def place_body(facts: PlaceFacts, addresses: Addresses) -> dict[str, Any]:
    writing = Writing(addresses)
    return {
        "identifier": facts.identifier,
        "name": facts.name,
        "descriptions": [{"place": write_members(body), **writing.source(source)} for body, source in facts.descriptions],
        "certificates": [writing.certificate(one) for one in facts.certificates],
        "checkedAt": format_instant(facts.checked),
        "logSize": facts.log_size,
    }


def party_body(facts: PartyFacts, addresses: Addresses) -> dict[str, Any]:
    writing = Writing(addresses)
    return {
        "party": said_body(facts.said),
        "standing": facts.standing.value,
        "described": None if facts.described is None else writing.party(facts.described),
        "certificates": [writing.certificate(one) for one in facts.certificates],
        "checkedAt": format_instant(facts.checked),
        "logSize": facts.log_size,
    }
