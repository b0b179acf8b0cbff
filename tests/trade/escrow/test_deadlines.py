"""Every timeout of the table to the millisecond, by hand, for one agreed calendar."""

from __future__ import annotations

import pytest

from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.trade.escrow.deadlines import TIMEOUTS, end_of_retention
from ledger.trade.escrow.line import Case, Line
from ledger.trade.escrow.regions import Own
from tests.trade.escrow.world import World

MONDAY = parse_instant("2026-03-02T09:00:00.000Z")
TERMS = World().agree(inspected=True).terms
"""Agreed on Monday, 2 March 2026, at nine: dispatch by the 12th, delivery by 11 April."""
LINE = Line(
    "guizhou-tea/tea/1", "SGD", 0, (1, 0), agreed_at=MONDAY, seed_after=MONDAY + 5, inspect_by=MONDAY + 7, inspected_at=MONDAY,
    delivered_at=MONDAY, noticed_at=MONDAY, carried_at=MONDAY, settled_at=MONDAY, own=Own.RELEASED,
    case=Case("buyer.sg", 1, MONDAY, escalated=MONDAY, ruled=MONDAY, appealed=MONDAY),
)  # fmt: skip
BY_HAND = {
    "payment": "2026-03-07T09:00:00.000Z",
    "dispatch": "2026-03-19T09:00:00.000Z",
    "seed": "2026-03-02T09:00:00.005Z",
    "inspection": "2026-03-02T09:00:00.007Z",
    "entry": "2026-03-12T00:00:00.000Z",
    "delivery": "2026-06-10T09:00:00.000Z",
    "acceptance": "2026-03-09T09:00:00.000Z",
    "return_reply": "2026-03-10T00:00:00.000Z",
    "return": "2026-04-01T09:00:00.000Z",
    "answer": "2026-03-05T09:00:00.000Z",
    "negotiation": "2026-03-09T09:00:00.000Z",
    "evidence": "2026-03-16T09:00:00.000Z",
    "ruling": "2026-03-31T00:00:00.000Z",
    "appeal": "2026-03-12T09:00:00.000Z",
    "appeal_ruling": "2026-04-11T09:00:00.000Z",
    "claims": "2026-09-01T09:00:00.000Z",
    "closing": "2026-09-01T09:00:00.000Z",
    "exchange": "2026-03-02T09:00:00.000Z",
    "at_once": "2026-03-02T09:00:00.000Z",
}


def test_the_calendar_covers_every_timeout() -> None:
    assert set(BY_HAND) == set(TIMEOUTS)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_timeout_is_what_the_calendar_says(name: str) -> None:
    assert format_instant(TIMEOUTS[name].at(LINE, TERMS)) == BY_HAND[name]


def test_a_second_result_is_final_at_once() -> None:
    assert TIMEOUTS["entry"].at(LINE.change(reinspecting=True), TERMS) == MONDAY


def test_the_turn_of_a_replaced_panel_begins_anew() -> None:
    assert LINE.case is not None
    later = parse_instant("2026-04-01T00:00:00.000Z")
    line = LINE.change(case=Case("buyer.sg", 1, MONDAY, escalated=MONDAY, turn=1, turn_since=later))
    assert format_instant(TIMEOUTS["ruling"].at(line, TERMS)) == "2026-04-30T00:00:00.000Z"


def test_a_line_without_delivery_counts_its_claims_from_the_decision() -> None:
    line = LINE.change(delivered_at=None, settled_at=MONDAY + 86_400_000)
    assert format_instant(TIMEOUTS["claims"].at(line, TERMS)) == "2026-09-02T09:00:00.000Z"


def test_a_refunded_line_has_no_claims_and_stays_open_for_refunds_that_bounce() -> None:
    refunded = LINE.change(own=Own.REFUNDED)
    assert TIMEOUTS["claims"].at(refunded, TERMS) == MONDAY
    assert format_instant(TIMEOUTS["closing"].at(refunded, TERMS)) == "2026-09-01T09:00:00.000Z"


def test_the_longer_of_retention_and_withdrawal_counts() -> None:
    chinese = World("CN").agree().terms
    assert end_of_retention(LINE, TERMS) == MONDAY
    assert end_of_retention(LINE, chinese) == Instant(MONDAY + 7 * 86_400_000)
