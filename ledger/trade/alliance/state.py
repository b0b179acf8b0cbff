"""The alliance as the governance records before some entry left it: seats, ownership, funds, and what must be staked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.trade.parties.persistent import PersistentMap


@dataclass(frozen=True, slots=True)
class Reserve:
    """What a fund keeps back and pays at most, in minor units of `currency`."""

    currency: str
    floor: int
    claim_cap: int
    cover_cap: int


@dataclass(frozen=True, slots=True)
class Fund:
    """A guarantee fund: `threshold` of its trustees decide together, `bank` holds its cash."""

    fund: str
    trustees: tuple[str, ...]
    threshold: int
    bank: str
    territories: tuple[str, ...]
    reserves: tuple[Reserve, ...]

    def reserve(self, currency: str) -> Reserve | None:
        return next((reserve for reserve in self.reserves if reserve.currency == currency), None)


@dataclass(frozen=True, slots=True)
class Ownership:
    """To which organisation a party belongs, who owns that, and with whom the party is affiliated."""

    organisation: str
    owners: tuple[str, ...]
    affiliates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alliance:
    """seats: (party, seat) -> territories. ownership: by party. funds: by name. requirements: (party, purpose, currency)."""

    seats: PersistentMap[tuple[str, str], tuple[str, ...]] = field(default_factory=PersistentMap)
    ownership: PersistentMap[str, Ownership] = field(default_factory=PersistentMap)
    funds: PersistentMap[str, Fund] = field(default_factory=PersistentMap)
    requirements: PersistentMap[tuple[str, str, str], int] = field(default_factory=PersistentMap)

    def has_seat(self, party: str, seat: str, territory: str | None = None) -> bool:
        """Whether the party holds the seat, for this territory; a seat of a country covers its parts."""
        held = self.seats.get((party, seat))
        if held is None:
            return False
        return territory is None or "-" in held or territory in held or territory.partition("-")[0] in held

    def fund(self, name: str) -> Fund | None:
        return self.funds.get(name)

    def required(self, party: str, purpose: str, currency: str) -> int:
        """What the party must keep as deposit or stake, in minor units; 0 where nothing was asked."""
        return self.requirements.get((party, purpose, currency), 0)

    def related(self, first: str, second: str) -> str | None:
        """Why the two are one interest, or None."""
        if first == second:
            return "the same party"
        links = _links(self.ownership)
        seen, waiting = {f"party {first}"}, [f"party {first}"]
        while waiting:
            for other in links.get(waiting.pop(), ()):
                if other == f"party {second}":
                    return "linked by ownership or affiliation"
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return None


def _links(ownership: Mapping[str, Ownership]) -> dict[str, set[str]]:
    links: dict[str, set[str]] = {}
    for party, owned in ownership.items():
        others = [f"organisation {name}" for name in (owned.organisation, *owned.owners)]
        for other in (*others, *(f"party {name}" for name in owned.affiliates)):
            links.setdefault(f"party {party}", set()).add(other)
            links.setdefault(other, set()).add(f"party {party}")
    return links
