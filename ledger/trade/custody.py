"""Who has a thing now, as far as the last hand-over that anybody recorded tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Final

from ledger.evidence.instant import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.trade.membership import Position


class Hands(StrEnum):
    """Whose hands a thing is in."""

    UNKNOWN = "unknown"
    """Nobody has said so yet."""
    HELD = "held"
    IN_TRANSIT = "in transit"
    """Sent away; nobody has confirmed its arrival."""
    SOLD = "sold"
    """Left the last known hands for a buyer who is not on the ledger."""
    GONE = "gone"
    """Destroyed, used up or taken out of service."""


# Business steps of the CBV that say the issuer has it, or let it go. The others (inspecting, departing, transporting …)
# are done by people who need not be its holder, and so prove nothing here.
_TAKES: Final = frozenset(
    {"accepting", "collecting", "commissioning", "creating_class_instance", "holding", "receiving", "stocking", "storing"}
)
_SENDS: Final = frozenset({"consigning", "shipping"})
_SELLS: Final = frozenset({"dispensing", "retail_selling"})
_ENDS: Final = frozenset({"decommissioning", "destroying"})
_TAKES_BACK: Final = frozenset({"void_shipping"})
_KNOWN: Final = frozenset({Hands.HELD, Hands.IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class Handling:
    """What one event says about custody.

    step: bare CBV name of the business step, or None. place: bizLocation, else read point. receiver: the destination of
    type possessing party. consumed: the thing is an input of a transformation.
    """

    position: Position
    event_time: Instant
    issuer: str
    step: str | None = None
    place: str | None = None
    receiver: str | None = None
    consumed: bool = False


@dataclass(frozen=True, slots=True)
class Custody:
    """Who has it now.

    holder: who has it, or (in transit, sold, gone) who had it last; None while unknown. receiver: whom the sender named,
    in transit only. broken: somewhere it changed hands without the holder of that time letting go of it.
    """

    hands: Hands = Hands.UNKNOWN
    holder: str | None = None
    place: str | None = None
    receiver: str | None = None
    since: Instant | None = None
    position: Position | None = None
    broken: bool = False


UNKNOWN: Final = Custody()


def custody_of(handlings: Iterable[Handling]) -> Custody:
    """Fold all that is known of one thing, its containers' events while it was inside included, in any order.

    Event time decides, the order of the ledger where times are equal. The claims are the issuers' own.
    """
    ordered = sorted(handlings, key=lambda handling: (handling.event_time, handling.position))
    return reduce(apply, ordered, UNKNOWN)


def apply(custody: Custody, handling: Handling) -> Custody:
    """The state after one more event; the same state where the event proves nothing about custody."""
    hands = _hands_after(handling)
    if hands is None:
        return custody
    again = hands is custody.hands is Hands.HELD and handling.issuer == custody.holder
    if again:
        place = handling.place or custody.place
        return custody if place == custody.place else replace(custody, place=place)
    return Custody(
        hands=hands,
        holder=handling.issuer,
        place=None if hands is Hands.IN_TRANSIT else handling.place,
        receiver=handling.receiver if hands is Hands.IN_TRANSIT else None,
        since=handling.event_time,
        position=handling.position,
        broken=custody.broken or _breaks(custody, handling, hands),
    )


def _hands_after(handling: Handling) -> Hands | None:
    if handling.consumed or handling.step in _ENDS:
        return Hands.GONE
    if handling.step in _SELLS:
        return Hands.SOLD
    if handling.step in _SENDS:
        return Hands.IN_TRANSIT
    return Hands.HELD if handling.step in _TAKES | _TAKES_BACK else None


def _breaks(custody: Custody, handling: Handling, hands: Hands) -> bool:
    if custody.hands not in _KNOWN:
        return custody.hands is Hands.GONE
    if custody.hands is Hands.IN_TRANSIT and hands is Hands.HELD:
        return False
    return handling.issuer != custody.holder
