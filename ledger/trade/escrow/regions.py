"""The states of an order line: its own state and the regions beside it, which move independently of each other.

The enumerations hold no strings on purpose: two regions know a state `released`, and they must never be equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeAlias


class _States(Enum):
    """A member is equal to itself alone, so its identity hashes it; Enum would hash its name, again for every look-up."""

    __hash__ = object.__hash__


class Own(_States):
    """The line's own state: how far the goods are, and what was decided about the money that is held."""

    NONE = "none"
    AGREED = "agreed"
    FUNDED = "funded"
    SHIPPED = "shipped"
    SAMPLING = "sampling"
    HELD_AT_ENTRY = "held_at_entry"
    CLEARED = "cleared"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    RETURNING = "returning"
    RELEASING = "releasing"
    RELEASED = "released"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Payout(_States):
    """Money on its way to the merchant."""

    IDLE = "idle"
    INSTRUCTED = "instructed"
    RETURNED = "returned"


class Refund(_States):
    """Money on its way to the buyer."""

    IDLE = "idle"
    INSTRUCTED = "instructed"
    RETURNED = "returned"


class Surplus(_States):
    """Money that came for the line and is not part of its price: too little so far, or too much."""

    NONE = "none"
    WAITING = "waiting"


class Guarantee(_States):
    NONE = "none"
    LOCKED = "locked"
    RELEASED = "released"
    SLASHED = "slashed"


class Dispute(_States):
    """A dispute about a part of the price, or a late claim after the release."""

    NONE = "none"
    OPEN = "open"
    ARBITRATION = "arbitration"
    RULED = "ruled"
    APPEALED = "appealed"
    FINAL = "final"


class Advance(_States):
    """What the guarantee fund pays the buyer first and recovers later."""

    NONE = "none"
    DECIDED = "decided"
    PAID = "paid"
    RECOVERED = "recovered"


class Chargeback(_States):
    NONE = "none"
    NOTICED = "noticed"
    PAID = "paid"
    RECOVERED = "recovered"


class Hold(_States):
    """A legal hold: nothing is decided about the money while it lasts."""

    FREE = "free"
    HELD = "held"


class Recall(_States):
    NONE = "none"
    RECALLED = "recalled"


class Title(_States):
    """Who owns a second-hand item."""

    SELLER = "seller"
    BUYER = "buyer"


State: TypeAlias = Own | Payout | Refund | Surplus | Guarantee | Dispute | Advance | Chargeback | Hold | Recall | Title

REGIONS: Final[Mapping[str, type[Enum]]] = {
    "line": Own,
    "payout": Payout,
    "refund": Refund,
    "surplus": Surplus,
    "guarantee": Guarantee,
    "dispute": Dispute,
    "advance": Advance,
    "chargeback": Chargeback,
    "hold": Hold,
    "recall": Recall,
    "title": Title,
}
"""Name of a region to its states; the first of each is where every line begins."""

FINAL: Final[frozenset[State]] = frozenset(
    {
        Own.CLOSED,
        Guarantee.RELEASED,
        Guarantee.SLASHED,
        Advance.RECOVERED,
        Chargeback.RECOVERED,
        Title.BUYER,
    }
)
"""States that nothing leaves. Every other state has a way out that some clock or some party can always take."""


def region_of(state: State) -> str:
    """The name of the region that `state` belongs to."""
    return _REGION_OF[type(state)]


_REGION_OF: Final[Mapping[type, str]] = {states: name for name, states in REGIONS.items()}


def spelt(state: State) -> str:
    """`region:state`, the way tables, diagrams and answers name a state."""
    return f"{region_of(state)}:{state.value}"
