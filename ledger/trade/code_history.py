"""How far a serial number has come: issued, activated, sold, claimed, passed on, ended, as records tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import Final

from ledger.evidence.instant import Instant
from ledger.trade.ownership import Ownership
from ledger.trade.scans import CodeHistory, CodeState

_BEGINS: Final = frozenset({"commissioning", "creating_class_instance"})
_SHIPS: Final = frozenset({"shipping", "consigning"})
_ENDS: Final = frozenset({"decommissioning", "destroying", "killing"})
_ENDED: Final = frozenset({"destroyed", "disposed"})
_COMES_BACK: Final = frozenset({"returned"})
# What is done with goods that still are goods; to inspect or collect what was destroyed is no contradiction.
_HANDLES: Final = frozenset(
    {
        "accepting",
        "commissioning",
        "consigning",
        "departing",
        "dispensing",
        "loading",
        "packing",
        "picking",
        "receiving",
        "repackaging",
        "retail_selling",
        "shipping",
        "stocking",
        "storing",
        "transporting",
    }
)


class Names(Enum):
    """What an event names of the item's own: itself, its lot, or something that carried it."""

    ITEM = auto()
    LOT = auto()
    CARRIER = auto()


@dataclass(frozen=True, slots=True)
class CodeEvent:
    """What one event says about a serial number; step and disposition are bare words of the CBV.

    made, used: the item or lot came out of a transformation, or went into one.
    """

    time: Instant
    names: Names
    step: str | None = None
    disposition: str | None = None
    action: str | None = None
    made: bool = False
    used: bool = False

    @property
    def begins(self) -> bool:
        return self.made or self.action == "ADD" or self.step in _BEGINS

    @property
    def ends(self) -> bool:
        return self.used or self.step in _ENDS or self.disposition in _ENDED or (self.action == "DELETE" and self.step is None)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is known of its claims: who holds it, when it was first claimed, and how often its PIN was shown after that."""

    ownership: Ownership = Ownership()  # noqa: RUF009 - frozen, with no fields of its own
    day: date | None = None
    second_claims: int = 0


NOBODY: Final = Claimed()


def day_of(moment: Instant) -> date:
    """The day in UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).date()


def history_of(
    events: Iterable[CodeEvent], *, issued: bool, claimed: Claimed = NOBODY, market: frozenset[str] = frozenset()
) -> CodeHistory:
    """Put together what records say of a number.

    Args:
        events: those that count, none withdrawn by its issuer, in any order.
        issued: a record says that this number was drawn.
        market: countries it was made for, as its brand says.
    """
    told = sorted(events, key=lambda event: (event.time, event.step or "", event.disposition or ""))
    own = [event for event in told if event.names is Names.ITEM]
    lot = [event for event in told if event.names is Names.LOT and event.begins]
    end = next((event.time for event in own if event.ends), None)
    first_sale, second_sales = _sales(own)
    owned = [day for day in (first_sale, claimed.day) if day is not None]
    ownership = claimed.ownership
    return CodeHistory(
        state=_state(issued=issued, named=bool(own), lot=bool(lot), ended=end is not None, sold=bool(owned), ownership=ownership),
        activated=_first([event for event in own if event.begins]) or _first(lot),
        shipped=_first([event for event in told if event.step in _SHIPS and event.names is not Names.LOT]),
        owned=min(owned, default=None),
        ended=None if end is None else day_of(end),
        second_sales=second_sales,
        after_end=0 if end is None else sum(event.time > end and event.step in _HANDLES for event in own),
        second_claims=claimed.second_claims,
        transfers=ownership.transfers,
        market=market,
    )


def _state(*, issued: bool, named: bool, lot: bool, ended: bool, sold: bool, ownership: Ownership) -> CodeState:
    if ended:
        return CodeState.ENDED
    if ownership.links:
        return CodeState.TRANSFERRED if ownership.transfers else CodeState.CLAIMED
    if sold:
        return CodeState.SOLD
    # The event of a lot speaks for a number only where a record says that the number is one of that lot.
    if named or (issued and lot):
        return CodeState.ACTIVATED
    return CodeState.ISSUED if issued else CodeState.UNREGISTERED


def _sales(own: Sequence[CodeEvent]) -> tuple[date | None, int]:
    """The first sale to a consumer, and how many others there were without the item having come back.

    The same moment told by two parties, the shop and its marketplace, is one sale.
    """
    first: Instant | None = None
    last: Instant | None = None
    again = 0
    for event in own:
        if event.disposition in _COMES_BACK:
            last = None
        elif event.step == "retail_selling" and event.time != last:
            again += last is not None
            first, last = event.time if first is None else first, event.time
    return None if first is None else day_of(first), again


def _first(events: Sequence[CodeEvent]) -> date | None:
    return day_of(events[0].time) if events else None
