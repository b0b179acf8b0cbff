"""How far a number has come: what each event moves, and sales that contradict each other."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.evidence.instant import Instant, parse_instant
from ledger.trade.code_history import Claimed, CodeEvent, Names, history_of
from ledger.trade.ownership import Link, Ownership
from ledger.trade.scans import CodeHistory, CodeState
from ledger.trade.shapes.address import Address

LINKS = tuple(Link(Address("ledger.example/main", entry, 0), bytes(32)) for entry in (4, 5))


def on(day: int, step: str | None = None, *, names: Names = Names.ITEM, hour: int = 8, **more: object) -> CodeEvent:
    moment: Instant = parse_instant(f"2026-11-{day:02}T{hour:02}:00:00.000Z")
    return CodeEvent(moment, names, step, **more)  # type: ignore[arg-type]


MADE = on(1, "commissioning")
SHIPPED = on(3, "shipping")
SOLD = on(5, "retail_selling")


def state(*events: CodeEvent, issued: bool = False, **more: object) -> CodeState:
    return history_of(events, issued=issued, **more).state  # type: ignore[arg-type]


def test_the_states_in_their_order() -> None:
    assert state() is CodeState.UNREGISTERED
    assert state(issued=True) is CodeState.ISSUED
    assert state(MADE) is CodeState.ACTIVATED
    assert state(MADE, SHIPPED, SOLD) is CodeState.SOLD
    assert state(MADE, SOLD, claimed=Claimed(Ownership(LINKS[:1]), date(2026, 11, 6))) is CodeState.CLAIMED
    assert state(MADE, SOLD, claimed=Claimed(Ownership(LINKS), date(2026, 11, 6))) is CodeState.TRANSFERRED
    assert state(MADE, SOLD, on(9, "destroying")) is CodeState.ENDED


def test_a_lot_activates_the_numbers_that_were_drawn_for_it() -> None:
    lot = on(1, "creating_class_instance", names=Names.LOT)
    assert state(lot, issued=True) is CodeState.ACTIVATED
    assert state(lot) is CodeState.UNREGISTERED
    assert state(on(1, "inspecting", names=Names.LOT), issued=True) is CodeState.ISSUED


@pytest.mark.parametrize(
    "end",
    [on(9, "decommissioning"), on(9, used=True), on(9, disposition="disposed"), on(9, action="DELETE"), on(9, "killing")],
)
def test_what_ends_an_item(end: CodeEvent) -> None:
    found = history_of([MADE, end], issued=False)
    assert (found.state, found.ended) == (CodeState.ENDED, date(2026, 11, 9))


def test_a_sale_that_takes_the_tag_off_is_a_sale() -> None:
    assert state(MADE, on(5, "retail_selling", action="DELETE")) is CodeState.SOLD


def test_days_and_where_they_come_from() -> None:
    found = history_of([SOLD, on(2, "shipping", names=Names.CARRIER), SHIPPED, MADE], issued=True)
    assert found == CodeHistory(CodeState.SOLD, activated=date(2026, 11, 1), shipped=date(2026, 11, 2), owned=date(2026, 11, 5))


def test_an_item_that_is_merely_named_has_no_day_of_activation() -> None:
    assert history_of([SHIPPED], issued=False).activated is None
    assert history_of([SHIPPED], issued=False).state is CodeState.ACTIVATED


def test_who_claims_before_any_sale_owns_from_then_on() -> None:
    claimed = Claimed(Ownership(LINKS[:1]), date(2026, 11, 4))
    assert history_of([MADE, SOLD], issued=False, claimed=claimed).owned == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("events", "again"),
    [
        ([SOLD], 0),
        ([SOLD, on(6, "retail_selling")], 1),
        ([SOLD, on(6, "retail_selling"), on(7, "retail_selling")], 2),
        ([SOLD, SOLD], 0),
        ([SOLD, on(6, "receiving", disposition="returned"), on(7, "retail_selling")], 0),
        ([SOLD, on(6, "receiving"), on(7, "retail_selling")], 1),
        ([SOLD, on(6, "retail_selling", names=Names.LOT)], 0),
    ],
)
def test_a_second_sale_contradicts_the_first(events: list[CodeEvent], again: int) -> None:
    assert history_of(events, issued=False).second_sales == again
    assert history_of(reversed(events), issued=False).second_sales == again


def test_goods_that_were_destroyed_are_handled_no_more() -> None:
    end = on(6, "destroying")
    assert history_of([MADE, end, on(7, "shipping"), on(8, "retail_selling")], issued=False).after_end == 2
    assert history_of([MADE, end, on(7, "inspecting"), on(5, "storing")], issued=False).after_end == 0
