"""Who can sit at an escrow record, by the terms of its line."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias


class Seat(Enum):
    """One place at the table; the value is what people read."""

    BUYER = "the buyer"
    MERCHANT = "the merchant"
    CUSTODIAN = "the custodian bank"
    INSPECTOR = "the inspection body in charge"
    CARRIER = "a carrier of the order"
    CUSTOMS = "customs of the buyer's territory"
    ARBITERS = "the arbiters whose turn it is"
    APPEAL = "the appeal arbiters"
    TRUSTEES = "the threshold of the fund's trustees"
    FUND_BANK = "the fund's bank"
    GUARANTOR = "the guarantor"
    PSP = "the payment service of the order"
    AUTHORITY = "an authority"
    OPERATOR = "the operator's clock"
    OPENER = "whoever opened it"
    OTHER_SIDE = "the side that did not make the offer"
    PLACER = "whoever placed it"


Alternative: TypeAlias = tuple[Seat, ...]
Signers: TypeAlias = tuple[Alternative, ...]
"""Any one alternative, complete, and nobody else."""

B: Final = Seat.BUYER
M: Final = Seat.MERCHANT
K: Final = Seat.CUSTODIAN
Q: Final = Seat.INSPECTOR
L: Final = Seat.CARRIER
C: Final = Seat.CUSTOMS
A: Final = Seat.ARBITERS
F: Final = Seat.TRUSTEES
O: Final = Seat.OPERATOR  # noqa: E741 - the field's own letter, as in the tables


def in_words(signers: Signers) -> str:
    """The alternatives as people read them."""
    return "; or ".join(" and ".join(seat.value for seat in seats) for seats in signers)
