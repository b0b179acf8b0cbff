"""The alliance as the governance records before some entry left it: seats, ownership, funds, and what must be staked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from ledger.trade.alliance.body_parts import EVERYWHERE, Reserve
from ledger.trade.alliance.relation import Ownership, chain_between, in_words
from ledger.trade.parties.persistent import PersistentMap

_NOBODY: Final[frozenset[str]] = frozenset()


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
        """Return what the fund keeps and pays in this currency; None where it pays nothing in it."""
        return next((reserve for reserve in self.reserves if reserve.currency == currency), None)


@dataclass(frozen=True, slots=True)
class Alliance:
    """Who sits where, belongs to whom, and must stake what. Whether a party is active is `Governance.is_ally`'s to judge.

    Args:
        seats: (party, seat) -> territories, ascending.
        ownership: party -> what was declared of it last.
        funds: name -> constitution.
        requirements: (party, deposit or stake, currency) -> minor units above 0.
        named_by: name -> the parties whose declarations name it; follows from `ownership`.
    """

    seats: PersistentMap[tuple[str, str], tuple[str, ...]] = field(default_factory=PersistentMap)
    ownership: PersistentMap[str, Ownership] = field(default_factory=PersistentMap)
    funds: PersistentMap[str, Fund] = field(default_factory=PersistentMap)
    requirements: PersistentMap[tuple[str, str, str], int] = field(default_factory=PersistentMap)
    named_by: PersistentMap[str, frozenset[str]] = field(default_factory=PersistentMap)

    def has_seat(self, party: str, seat: str, territory: str | None = None) -> bool:
        """Whether the party has the seat, for this territory if one is named.

        A seat for CN covers CN-GZ, one for CN-GZ does not cover CN, and one for - covers everything.
        """
        held = self.seats.get((party, seat))
        return held is not None and (territory is None or _covers(held, territory))

    def allies(self, seat: str, territory: str | None = None) -> tuple[str, ...]:
        """Return the parties that have the seat, for this territory if one is named, ascending."""
        return tuple(sorted(party for party, held in self.seats if held == seat and self.has_seat(party, seat, territory)))

    def fund(self, name: str) -> Fund | None:
        """Return the fund as it is constituted now, or None."""
        return self.funds.get(name)

    def required(self, party: str, purpose: str, currency: str) -> int:
        """Return what the party must keep as deposit or stake, in minor units; 0 where nothing was asked."""
        return self.requirements.get((party, purpose, currency), 0)

    def related(self, first: str, second: str) -> str | None:
        """Return in words why the two are one interest, or None.

        They are where declarations join them, however many lie between: one organisation, a common owner, one the owner
        of the other, affiliation. A party is related to itself, and the answer is the same both ways but for its words.
        """
        chain = chain_between(first, second, self._neighbours)
        return None if chain is None else in_words(chain, self.ownership)

    def with_ownership(self, party: str, declared: Ownership) -> Alliance:
        """Return the alliance in which this is what is declared of the party."""
        before = self.ownership.get(party)
        named_by = self.named_by
        for name in before.named if before else ():
            left = named_by[name] - {party}
            named_by = named_by.with_item(name, left) if left else named_by.without_item(name)
        for name in declared.named:
            named_by = named_by.with_item(name, named_by.get(name, _NOBODY) | {party})
        return replace(self, ownership=self.ownership.with_item(party, declared), named_by=named_by)

    def _neighbours(self, name: str) -> frozenset[str]:
        # Parties and organisations share one space of names: an owner may be given by the name it has as a party.
        declared = self.ownership.get(name)
        return self.named_by.get(name, _NOBODY) | (declared.named if declared else frozenset())


def _covers(held: tuple[str, ...], territory: str) -> bool:
    country = territory.partition("-")[0]
    return EVERYWHERE in held or territory in held or country in held
