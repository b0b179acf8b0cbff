"""Parts of the records about the alliance: its seats, closed lists of words, amounts, and how many of each there may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from ledger.trade.shapes.kinds import NAME, TERRITORY, list_of, one_of, text_kind, whole_number
from ledger.trade.shapes.members import object_of

TERRITORIES_MAX: Final = 64
OWNERS_MAX: Final = 64
TRUSTEES_MAX: Final = 64
RESERVES_MAX: Final = 64
AMOUNT_MAX: Final = 10**15 - 1

SEAT_ROLES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "custodian": frozenset({"bank"}),
        "inspector": frozenset({"inspector", "laboratory"}),
        "warehouse": frozenset({"warehouse"}),
        "carrier": frozenset({"carrier"}),
        "customs": frozenset({"customs"}),
        "arbiter": frozenset({"arbiter"}),
        "trustee": frozenset({"trustee"}),
        "guarantor": frozenset({"guarantor"}),
        "fund-bank": frozenset({"bank"}),
    }
)
"""Seat -> the roles of which a party must have one to sit there."""

TRUSTEE: Final = "trustee"
FUND_BANK: Final = "fund-bank"
EVERYWHERE: Final = "-"

ALLY_EXPULSION_REASONS: Final = (
    "breach-of-rules",
    "ceased-to-exist",
    "conflict-of-interest",
    "false-statements",
    "insolvency",
    "legal-order",
    "licence-lost",
    "own-request",
    "seat-ended",
)
PURPOSES: Final = ("deposit", "stake")

_AMOUNT: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


def _amount(text: str) -> int:
    if _AMOUNT.fullmatch(text) is None:
        raise ValueError(text)
    return int(text)


def _currency(text: str) -> str:
    if _CURRENCY.fullmatch(text) is None:
        raise ValueError(text)
    return text


AMOUNT: Final = text_kind("a string of digits without leading zeros: minor units, 0 to 10**15 - 1", _amount, str)
CURRENCY: Final = text_kind("three capital letters, as in ISO 4217", _currency, str)
SEAT: Final = one_of(SEAT_ROLES)
PURPOSE: Final = one_of(PURPOSES)
TERRITORIES: Final = list_of(TERRITORY, at_least=1, at_most=TERRITORIES_MAX)
NAMES: Final = list_of(NAME, at_least=0, at_most=OWNERS_MAX)
TRUSTEES: Final = list_of(NAME, at_least=1, at_most=TRUSTEES_MAX)
TRUSTEE_COUNT: Final = whole_number(f"a number of trustees, 1 to {TRUSTEES_MAX}", at_least=1, below=TRUSTEES_MAX + 1)


@dataclass(frozen=True, slots=True)
class Reserve:
    """What a fund keeps back and pays at most, in minor units of `currency`.

    Args:
        currency: three letters.
        floor: what always stays in the fund.
        claim_cap: the most it pays for one claim.
        cover_cap: the most that guarantees may cover of one merchant, all guarantors together.
    """

    currency: Annotated[str, CURRENCY]
    floor: Annotated[int, AMOUNT]
    claim_cap: Annotated[int, AMOUNT]
    cover_cap: Annotated[int, AMOUNT]


RESERVES: Final = list_of(object_of(Reserve), at_least=0, at_most=RESERVES_MAX, unique=lambda reserve: reserve.currency)
