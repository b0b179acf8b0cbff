"""The rows in words say what the table and the kernel hold, pair by pair."""

from __future__ import annotations

from itertools import product

import pytest

from ledger.trade.escrow.postings import POSTINGS
from ledger.trade.escrow.refusals.precedence import REFUSALS
from ledger.trade.escrow.regions import REGIONS, Own, State, spelt
from ledger.trade.escrow.table.describe import OPEN, alike, refusal_rows, state_rows, transition_rows
from ledger.trade.escrow.table.every import OFF_LINE, REGION_OF_RECORD, ROWS, STATES, refusal_for
from ledger.trade.escrow.table.meanings import MEANINGS, REGION_MEANINGS

KEYS = {"from", "to", "record type", "signers", "guard", "timeout", "postings", "region", "also", "while", "final"}
SPELT: dict[str, State] = {spelt(state): state for state in STATES}


def test_every_row_has_exactly_the_promised_keys() -> None:
    rows = transition_rows()
    assert len(rows) == len(ROWS) + len(OFF_LINE)
    assert all(set(row) == KEYS for row in rows)
    assert all(row["signers"] and all(row["signers"]) for row in rows)
    assert all(words and isinstance(words, str) for row in rows for words in row["guard"])


def test_a_row_in_words() -> None:
    (row,) = (row for row in transition_rows() if row["record type"] == "GoodsDispatched")
    assert row == {
        "from": "line:funded",
        "to": "line:shipped",
        "record type": "GoodsDispatched",
        "signers": [["the merchant", "a carrier of the order"]],
        "guard": ["the goods are not recalled", "the serials are those of the agreed manifest"],
        "timeout": None,
        "postings": [],
        "region": "line",
        "also": [],
        "while": [],
        "final": False,
    }


def test_the_condition_that_chooses_a_row_is_told_first() -> None:
    enough, short = (
        next(row["guard"][0] for row in transition_rows() if (row["record type"], row["to"]) == ("FundsReceived", to))
        for to in ("line:funded", "line:agreed")
    )
    assert enough == "with what came before it is the price or more"
    assert short == "with what came before it is less than the price"


def test_records_of_no_line_leave_the_books_open() -> None:
    rows = [row for row in transition_rows() if row["region"] == "books"]
    assert [row["record type"] for row in rows] == list(OFF_LINE)
    assert {(row["from"], row["to"]) for row in rows} == {(OPEN, OPEN)}


def test_every_posting_that_the_table_names_is_described_and_no_other() -> None:
    assert {code for row in transition_rows() for code in row["postings"]} == set(POSTINGS)
    assert list(POSTINGS) == [f"P{number}" for number in range(1, 26)]


@pytest.mark.parametrize("record", REGION_OF_RECORD)
def test_the_refusals_in_words_are_those_of_the_table(record: str) -> None:
    region = REGION_OF_RECORD[record]
    told = {
        (SPELT[row["state"]], own): row["refusal"] for row in refusal_rows() if row["record type"] == record for own in _owns(row)
    }
    states: tuple[State, ...] = tuple(REGIONS[region])
    for state, own in product(states, Own):
        refusal = refusal_for(record, own if region == "line" else state, own)
        expected = told.get((own, own)) or told.get((state, own))
        assert expected == (refusal.refusal if refusal is not None else None), (state, own)


def _owns(row: dict[str, list[str]]) -> list[Own]:
    """Own states for which a row speaks: those of `while`, else the one that it names itself."""
    return [Own(value) for value in row["while"]] or [SPELT[str(row["state"])]]  # type: ignore[list-item]


def test_every_refusal_has_a_code_of_the_order_of_precedence() -> None:
    assert {row["refusal"] for row in refusal_rows()} <= set(REFUSALS)


def test_every_state_has_a_meaning_and_final_ones_no_way_out() -> None:
    rows = state_rows()
    assert [row["state"] for row in rows] == list(SPELT)
    assert set(MEANINGS) == set(STATES)
    assert set(REGION_MEANINGS) == set(REGIONS)
    assert all(bool(row["out"]) is not row["final"] for row in rows)
    assert {row["region"]: row["state"] for row in reversed(rows)} == {
        row["region"]: row["state"] for row in rows if row["start"]
    }


def test_moves_that_another_region_brings_are_ways_out_too() -> None:
    (instructed,) = (row for row in state_rows() if row["state"] == "payout:idle")
    assert ["ReleaseInstructed", "payout:instructed"] in instructed["out"]


def test_rows_that_are_alike_stand_together_and_none_is_lost() -> None:
    rows = transition_rows()
    groups = alike(rows)
    assert sorted(map(repr, rows)) == sorted(repr(row) for group in groups for row in group)
    assert len(groups) < len(rows)
    for group in groups:
        assert len({row["to"] for row in group}) == 1 or all(row["from"] == row["to"] for row in group)
