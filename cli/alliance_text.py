"""The alliance as JSON and as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.trade.alliance.snapshot import keep_alliance
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.members import write_members

_NONE = "none"


def alliance_json(state: Governance) -> dict[str, Any]:
    """Return allies, ownership, funds and requirements, each a list in the members of its record.

    `active` says of an ally whether it may act on its seat now; amounts are strings of minor units.
    """
    kept = keep_alliance(state.alliance)
    return {
        "allies": [{**write_members(ally), "active": state.is_ally(ally.party, ally.seat)} for ally in kept.seats],
        "ownership": [write_members(declared) for declared in kept.ownership],
        "funds": [write_members(fund) for fund in kept.funds],
        "requirements": [write_members(asked) for asked in kept.requirements],
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


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or _NONE
