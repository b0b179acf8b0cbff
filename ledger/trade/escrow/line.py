"""An order line as the records before some moment left it: the state of each region, its boxes, and what was noted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.accounts import Box
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.kinds import merchant_of
from ledger.trade.escrow.pack import Pack
from ledger.trade.escrow.regions import (
    Advance,
    Chargeback,
    Dispute,
    Guarantee,
    Hold,
    Own,
    Payout,
    Recall,
    Refund,
    State,
    Surplus,
    Title,
)
from ledger.trade.shapes.address import Address


@dataclass(frozen=True, slots=True)
class Terms:
    """What both sides signed. `digest` is the SHA-256 of the bytes of the OrderAgreed record."""

    agreed: OrderAgreed
    merchant: str
    pack: Pack
    digest: Digest

    @classmethod
    def of(cls, agreed: OrderAgreed, *, body: bytes, pack: Pack) -> Terms:
        return cls(agreed, merchant_of(agreed.line), pack, hashlib.sha256(body).digest())


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """The dispute or late claim that is open now. Amounts are minor units of the line's currency.

    Attributes:
        opener: who may withdraw it.
        amount: what is disputed or claimed; `buyer_share` and the rest of it are what a ruling splits.
        late: opened after the release, so that nothing is frozen.
        recall: opened by a recall, on the buyer's behalf.
        of_return: the merchant's refusal of a return; withdrawn, the goods are on their way back again.
        offers: last offer of (buyer, merchant), or None.
        turn: how many panels were replaced for ruling too late.
        advanced: what the fund advanced in this very case.
    """

    opener: str
    amount: int
    opened: int
    late: bool = False
    recall: bool = False
    of_return: bool = False
    buyer_offer: int | None = None
    merchant_offer: int | None = None
    evidence: tuple[Digest, ...] = ()
    escalated: int | None = None
    turn: int = 0
    turn_since: int | None = None
    ruled: int | None = None
    buyer_share: int | None = None
    arbiters: tuple[str, ...] = ()
    appealed: int | None = None
    advanced: int = 0


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. Times are Instants (milliseconds, UTC) of deciding entries; amounts minor units of `currency`.

    Attributes:
        seq: accepted records so far; `prev` of the next one is `head`, the position of the last of them.
        received: came into the boxes; it is always boxes + paid_merchant + paid_buyer + fees + to_fund.
        unallocated: waits without a purpose, in the currency of the price.
        advanced: what the fund advanced; `advance_unpaid` of it the bank has not paid yet.
        owed_merchant, owed_buyer: what the fund may still recover from each because of this line.
        guarantor_claim: taken from the stake; the guarantor's own claim on the merchant (a note, not a posting).
        recalled_by: who recalled it last, kept when the recall was lifted.
        disputes: how many cases were ever opened; `disputes_buyer` and `disputes_merchant` of them by one side's own word
            before the release.
    """

    name: str
    currency: str
    seq: int
    head: tuple[int, int]
    own: Own = Own.AGREED
    payout: Payout = Payout.IDLE
    refund: Refund = Refund.IDLE
    surplus: Surplus = Surplus.NONE
    guarantee: Guarantee = Guarantee.NONE
    dispute: Dispute = Dispute.NONE
    advance: Advance = Advance.NONE
    chargeback: Chargeback = Chargeback.NONE
    hold: Hold = Hold.FREE
    recall: Recall = Recall.NONE
    title: Title = Title.SELLER
    held: int = 0
    disputed: int = 0
    rel: int = 0
    ref: int = 0
    rec: int = 0
    unallocated: int = 0
    received: int = 0
    paid_merchant: int = 0
    paid_buyer: int = 0
    fees: int = 0
    to_fund: int = 0
    exchanged: bool = False
    agreed_at: int = 0
    funded_at: int | None = None
    shipped_at: int | None = None
    seed_after: int | None = None
    inspect_by: int | None = None
    inspector: str | None = None
    reinspecting: bool = False
    inspected_at: int | None = None
    passed: bool | None = None
    delivered_at: int | None = None
    accepted_at: int | None = None
    by_clock: bool = False
    noticed_at: int | None = None
    carried_at: int | None = None
    settled_at: int | None = None
    held_by: str | None = None
    recall_reason: str | None = None
    recalled_by: str | None = None
    case: Case | None = None
    disputes: int = 0
    disputes_buyer: int = 0
    disputes_merchant: int = 0
    advanced: int = 0
    advance_unpaid: int = 0
    late_advance: bool = False
    owed_merchant: int = 0
    owed_buyer: int = 0
    charged_back: int = 0
    chargeback_unpaid: int = 0
    guarantor: str | None = None
    cover: int = 0
    cover_until: int | None = None
    guarantor_claim: int = 0

    def state(self, region: str) -> State:
        """The state of a region by its name in `regions.REGIONS`."""
        state: State = self.own if region == "line" else getattr(self, region)
        return state

    def boxed(self) -> int:
        """What lies in the five boxes."""
        return self.held + self.disputed + self.rel + self.ref + self.rec

    def box(self, which: Box) -> int:
        minor: int = getattr(self, which.value)
        return minor

    def address(self, origin: str) -> Address:
        """Where its newest accepted record stands: the `prev` of the next one."""
        return Address(origin, *self.head)

    def change(self, **fields: Any) -> Line:  # noqa: ANN401 - the fields' own types
        return msgspec.structs.replace(self, **fields)


def since(moment: int | None) -> Instant:
    """A moment that the state of the line implies was noted."""
    if moment is None:
        raise AssertionError("a state was reached without noting when")
    return Instant(moment)


def line_to_json(line: Line) -> bytes:
    """The cached form of a line; only the fold of the ledger proves it."""
    return msgspec.json.encode(line)


def line_from_json(data: bytes) -> Line:
    return _LINE.decode(data)


_LINE = msgspec.json.Decoder(Line)
