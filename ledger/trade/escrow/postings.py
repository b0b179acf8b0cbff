"""What each code of a posting means, in words: which accounts are debited and credited, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Posting(NamedTuple):
    """One kind of posting. Legs of a pair stand in the same place of `debit` and `credit`, joined by `; `.

    Attributes:
        title: on what occasion it is made.
        debit, credit: accounts as in `accounts`; a box of the line is named by the box alone.
        amount: what is posted.
    """

    title: str
    debit: str
    credit: str
    amount: str


POSTINGS: Final[Mapping[str, Posting]] = {
    "P1": Posting("the price is there", "custody", "held", "the price, with what waited for it"),
    "P2": Posting("too little so far, or more than the price", "custody", "unalloc", "what has no purpose yet"),
    "P3": Posting("money without a purpose goes back", "unalloc", "custody", "as the custodian confirms"),
    "P4": Posting(
        "release decided",
        "held",
        "rel, payable:platform, payable:inspection, payable:tax",
        "the amount; the merchant's part is what the fees leave",
    ),
    "P5": Posting("payout made", "rel", "custody", "exactly the box rel"),
    "P6": Posting("payout came back", "custody", "rel", "as the custodian confirms"),
    "P7": Posting("refund decided", "held, or disputed", "ref", "all of that box; no fee is taken"),
    "P8": Posting("refund made", "ref", "custody", "exactly the box ref"),
    "P9": Posting(
        "dispute opened, return refused or goods recalled; back when a dispute is withdrawn",
        "held",
        "disputed",
        "the disputed part only",
    ),
    "P10": Posting(
        "dispute settled or ruled", "disputed", "ref, rel", "all that is frozen: the buyer's share into ref, the rest into rel"
    ),
    "P11": Posting(
        "advance decided", "recourse:merchant; disputed", "claim; rec", "the advance, in the fund and in the line alike"
    ),
    "P12": Posting("advance paid", "claim", "fund_cash", "the advance"),
    "P13": Posting(
        "the line's frozen money goes to the fund", "rec; fund_cash", "custody; recourse:merchant", "exactly the box rec"
    ),
    "P14": Posting(
        "the fund recovers, or gives up",
        "dep, stake:locked, fundeq:loss",
        "recourse:merchant or recourse:buyer",
        "what is still owed: the deposit first, then the stake, then the fund's own capital",
    ),
    "P15": Posting(
        "chargeback noticed; then paid", "recourse:merchant; cbpay", "cbpay; fund_cash", "the chargeback, never out of custody"
    ),
    "P16": Posting("stake locked; the other way round, freed", "stake:free", "stake:locked", "the cover, or what is left of it"),
    "P17": Posting(
        "exchange, payment against payment",
        "held (sold); custody (bought)",
        "custody (sold); held and payable:spread (bought)",
        "all that is held; each currency sums to zero by itself",
    ),
    "P18": Posting("fee paid out", "payable", "custody", "as the custodian confirms"),
    "P19": Posting(
        "points earned; the other way round, burnt",
        "pts:issued",
        "pts:guarantor",
        "millionths of a point: 1/k for the k-th clean line of a pair within a year; 10 points burn when a stake is taken",
    ),
    "P20": Posting(
        "the merchant wins after an advance",
        "recourse:buyer; rec",
        "recourse:merchant; rel",
        "what was advanced beyond the buyer's share; the second pair only where it was frozen",
    ),
    "P21": Posting(
        "advance on a late claim decided; then paid",
        "recourse:merchant; claim",
        "claim; fund_cash",
        "the advance; nothing is frozen in the line",
    ),
    "P22": Posting("money paid into a fund", "fund_cash", "fundeq:capital, dep or stake:free", "as the fund's bank confirms"),
    "P23": Posting("money paid out of a fund", "fundeq:capital, dep or stake:free", "fund_cash", "as the fund's bank confirms"),
    "P24": Posting("refund came back", "custody", "ref", "as the custodian confirms"),
    "P25": Posting("merchant or buyer repays the fund", "fund_cash", "recourse", "as the fund's bank confirms"),
}
"""Code to its meaning. Debit is positive, credit negative; every posting sums to zero per currency and group."""
