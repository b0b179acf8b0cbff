"""What the records about brands do to the state: company prefixes licensed to parties, and found again by a number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from ledger.trade.parties.brand_bodies import PREFIX_DIGITS_MIN, PrefixLicensed, PrefixWithdrawn
from ledger.trade.parties.change import Change
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import PrefixHeldAlready, PrefixNotHeld, PrefixTaken, StandingUnchanged
from ledger.trade.parties.state import Governance

_BY_PREFIX: Final = attrgetter("prefix")
_BEYOND_DIGITS: Final = ":"
"""Follows "9" in ASCII: what begins with a prefix sorts before the prefix with this behind it."""


def license_prefix(change: Change, body: PrefixLicensed) -> Governance:
    """Make the party the brand of this prefix.

    Raises:
        PartyAbsent, GovernancePartyProtected, StandingUnchanged: it is no active party that could be a brand.
        PrefixHeldAlready: it has this very prefix.
        PrefixTaken: another party has it, or one that it lies inside of, or one that lies inside of it.
    """
    party, brands = change.member(body.party), change.state.brands
    if party.standing is not Standing.ACTIVE:
        raise StandingUnchanged(seen=f"{party.name} is {party.standing}", wanted="an active party", pointer="/party")
    place = bisect_left(brands, body.prefix, key=_BY_PREFIX)
    inside = brands[place : bisect_left(brands, body.prefix + _BEYOND_DIGITS, lo=place, key=_BY_PREFIX)]
    around = licence_over(brands, body.prefix)
    for licence in (*inside, *(() if around is None else (around,))):
        if licence.party != body.party:
            raise PrefixTaken(seen=body.prefix, wanted=f"one apart from {licence.prefix} of {licence.party}", pointer="/prefix")
    if body in inside:
        raise PrefixHeldAlready(seen=body.prefix, wanted="a prefix that is new to the party", pointer="/prefix")
    return change.state.evolve(brands=(*brands[:place], body, *brands[place:]))


def withdraw_prefix(change: Change, body: PrefixWithdrawn) -> Governance:
    """Take the prefix from the party, whatever its standing.

    Raises:
        PartyAbsent, PrefixNotHeld.
    """
    party, brands = change.party(body.party), change.state.brands
    place = bisect_left(brands, body.prefix, key=_BY_PREFIX)
    if brands[place : place + 1] != (PrefixLicensed(party.name, body.prefix),):
        held = ", ".join(licence.prefix for licence in brands if licence.party == party.name)
        raise PrefixNotHeld(seen=body.prefix, wanted=held or f"a prefix; {party.name} has none", pointer="/prefix")
    return change.state.evolve(brands=(*brands[:place], *brands[place + 1 :]))


def licence_over(brands: Sequence[PrefixLicensed], digits: str) -> PrefixLicensed | None:
    """Return the licence with the longest prefix that `digits` begin with, or None. `brands` ascend by prefix."""
    for length in range(len(digits), PREFIX_DIGITS_MIN - 1, -1):
        place = bisect_left(brands, digits[:length], key=_BY_PREFIX)
        if place < len(brands) and brands[place].prefix == digits[:length]:
            return brands[place]
    return None
