"""A stand-in for governance and alliance, out of plain dicts: who sits where, which funds there are, who belongs to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.evidence.merkle import Digest
from ledger.trade.alliance.body_parts import Reserve
from ledger.trade.alliance.relation import Ownership
from ledger.trade.alliance.state import Alliance, Fund
from ledger.trade.escrow.pack import Pack, shipped_packs

TERRITORIES = {"SG": "SGD", "CN": "CNY", "JP": "JPY"}
MERCHANT = "guizhou-tea"
TRUSTEES = ("trustee-1", "trustee-2", "trustee-3")
GUARANTORS = ("guarantor-1", "guarantor-2", "guarantor-3")
FUND = "fund"
FUND_BANK = "fund-bank"
CARRIERS = ("carrier", "warehouse")
INSPECTORS = ("inspector-1", "inspector-2")
OPERATOR = "operator"
AUTHORITY = "authority"
PSP = "psp"
RESERVE_MINOR = 10**9


def buyer_in(territory: str) -> str:
    return f"buyer.{territory.lower()}"


def bank_in(territory: str) -> str:
    return f"bank.{territory.lower()}"


def customs_in(territory: str) -> str:
    return f"customs.{territory.lower()}"


def arbiter_in(territory: str, number: int) -> str:
    return f"arbiter-{number}.{territory.lower()}"


class StandInRules:
    """`Rules` whose every answer is written down in a dict that a test may change."""

    def __init__(self) -> None:
        self.origin = "log.example/1"
        self.seats: dict[tuple[str, str], tuple[str, ...]] = {}
        self.owned: dict[str, Ownership] = {}
        self.named_by: dict[str, frozenset[str]] = {}
        self.funds: dict[str, Fund] = {}
        self.asked: dict[tuple[str, str, str], int] = {}
        self.alliance = Alliance(self.seats, self.owned, self.funds, self.asked, self.named_by)  # type: ignore[arg-type]
        self.roles: dict[str, set[str]] = {MERCHANT: {"merchant"}, PSP: {"bank"}, AUTHORITY: {"authority"}}
        self.roles[OPERATOR] = {"operator"}
        self.packs: Mapping[Digest, Pack] = shipped_packs()
        for territory in TERRITORIES:
            self.seat(bank_in(territory), "custodian")
            self.seat(customs_in(territory), "customs", territory)
            for number in range(1, 13):
                self.seat(arbiter_in(territory, number), "arbiter", territory)
        for party, seat in (("carrier", "carrier"), ("warehouse", "warehouse"), (FUND_BANK, "fund-bank")):
            self.seat(party, seat)
        for party in INSPECTORS:
            self.seat(party, "inspector")
        for party in TRUSTEES:
            self.seat(party, "trustee")
        for party in GUARANTORS:
            self.seat(party, "guarantor")
            self.roles[party] = {"guarantor"}
        reserves = tuple(Reserve(currency, 1_000, RESERVE_MINOR, RESERVE_MINOR) for currency in TERRITORIES.values())
        self.funds[FUND] = Fund(FUND, TRUSTEES, 2, FUND_BANK, ("-",), reserves)

    def seat(self, party: str, seat: str, territory: str = "-") -> None:
        self.seats[party, seat] = (*self.seats.get((party, seat), ()), territory)

    def unseat(self, party: str, seat: str) -> None:
        del self.seats[party, seat]

    def tie(self, one: str, other: str) -> None:
        """Let both belong to one organisation."""
        self.owned[one] = self.owned[other] = Ownership("holding", (), ())
        self.named_by["holding"] = frozenset((one, other))

    def reserve(
        self, currency: str, *, floor: int = 1_000, claim_cap: int = RESERVE_MINOR, cover_cap: int = RESERVE_MINOR
    ) -> None:
        """Change what the fund keeps and pays."""
        old = self.funds[FUND]
        others = tuple(one for one in old.reserves if one.currency != currency)
        self.funds[FUND] = replace(old, reserves=(*others, Reserve(currency, floor, claim_cap, cover_cap)))

    def is_ally(self, party: str, seat: str, territory: str | None = None) -> bool:
        return self.alliance.has_seat(party, seat, territory)

    def has_role(self, party: str, role: str) -> bool:
        return role in self.roles.get(party, set())

    def pack(self, digest: Digest, name: str) -> Pack | None:
        found = self.packs.get(digest)
        return found if found is not None and found.name == name else None


def pack_of(territory: str) -> Pack:
    return next(pack for pack in shipped_packs().values() if pack.territory == territory)
