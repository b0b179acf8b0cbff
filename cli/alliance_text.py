"""The alliance as JSON and as lines to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ledger.evidence.merkle import Digest
from ledger.trade.alliance.snapshot import keep_alliance
from ledger.trade.escrow.bodies.agreement import RulePackPin
from ledger.trade.escrow.pack import Pack, shipped_packs
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.members import write_members

_NONE = "none"


def alliance_json(state: Governance) -> dict[str, Any]:
    """Return allies, ownership, funds, requirements and rule packs, each a list in the members of its record.

    `active` says of an ally whether it may act on its seat now; amounts are strings of minor units. A rule pack is what the
    terms of an order pin.
    """
    kept = keep_alliance(state.alliance)
    return {
        "allies": [{**write_members(ally), "active": state.is_ally(ally.party, ally.seat)} for ally in kept.seats],
        "ownership": [write_members(declared) for declared in kept.ownership],
        "funds": [write_members(fund) for fund in kept.funds],
        "requirements": [write_members(asked) for asked in kept.requirements],
        "rulePacks": [_pin(name, digest) for name, digest in sorted(state.rule_packs.items())],
    }


def alliance_lines(state: Governance) -> Iterator[str]:
    """Yield one paragraph for each kind, one line for each thing of it."""
    kept = keep_alliance(state.alliance)
    yield "allies"
    for ally in kept.seats:
        asleep = "" if state.is_ally(ally.party, ally.seat) else "  (not active)"
        yield f"  {ally.party}  {ally.seat}  {_listed(ally.territories)}{asleep}"
    yield "ownership"
    for declared in kept.ownership:
        owners, tied = _listed(declared.owners), _listed(declared.affiliates)
        yield f"  {declared.party}  of {declared.organisation}  owned by {owners}  affiliated with {tied}"
    yield "funds"
    for fund in kept.funds:
        yield f"  {fund.fund}  {fund.threshold} of {_listed(fund.trustees)}  at {fund.bank}  for {_listed(fund.territories)}"
        for reserve in fund.reserves:
            limits = f"floor {reserve.floor}  claim cap {reserve.claim_cap}  cover cap {reserve.cover_cap}"
            yield f"    {reserve.currency}  {limits}"
    yield "requirements"
    for asked in kept.requirements:
        yield f"  {asked.party}  {asked.purpose}  {asked.currency} {asked.minor}"
    yield "rule packs"
    for name, digest in sorted(state.rule_packs.items()):
        yield f"  {json.dumps(_pin(name, digest))}"


def pin_text(pack: Pack) -> str:
    """The member `pack` of the terms of an order under this pack."""
    return json.dumps(_pin(pack.name, pack.digest))


def _pin(name: str, digest: Digest) -> dict[str, object]:
    shipped = shipped_packs().get(digest)
    return write_members(RulePackPin(name if shipped is None else shipped.name, digest))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or _NONE
