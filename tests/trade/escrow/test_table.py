"""The table is closed: every pair of state and record is a row or a named refusal, every state has a way in and a way out."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest

from ledger.trade.escrow import accounts, kernel, off_line
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.conditions import CONDITIONS
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.refusals import amounts, contents, obstacles, standing, states
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.precedence import RANK, REFUSALS
from ledger.trade.escrow.regions import FINAL, REGIONS, Own, region_of, spelt
from ledger.trade.escrow.table.every import OFF_LINE, REGION_OF_RECORD, ROWS, STATES, refusal_for, rows_for
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Seat, in_words

POSTINGS = {f"P{number}" for number in range(1, 26)} | {"P11b"}
UNNAMED = {"P11b"}
"""P11b is the second half of P11 and comes only with it."""
OPPOSITES = (
    {"short", "enough"},
    {"within_accept", "over_accept"},
    {"surplus_part", "surplus_rest"},
    {"merchant_still_owes", "merchant_owes_no_more"},
    {f"{size}_{part}" for size in ("small", "middle", "large") for part in ("part", "rest")},
)
"""Sets of conditions of which exactly one holds for any line."""


def test_every_type_of_record_has_rows() -> None:
    assert {row.record for row in ROWS} | set(OFF_LINE) == set(BODIES)
    assert not {row.record for row in ROWS} & set(OFF_LINE)
    lines = {name for name, shape in BODIES.items() if issubclass(shape, LineBody)} | {"OrderAgreed"}
    assert {row.record for row in ROWS} == lines


def test_every_record_is_about_one_region() -> None:
    for record, region in REGION_OF_RECORD.items():
        assert {region_of(row.before) for row in ROWS if row.record == record} == {region}
        assert {region_of(row.after) for row in ROWS if row.record == record} == {region}


def test_every_pair_of_state_and_record_is_a_row_or_a_named_refusal() -> None:
    for record, region in REGION_OF_RECORD.items():
        for state in REGIONS[region]:
            owns = (state,) if region == "line" else tuple(Own)
            for own in owns:
                assert isinstance(own, Own)
                fitting = [row for row in rows_for(record, state) if not row.while_own or own in row.while_own]
                refusal = refusal_for(record, state, own)
                assert bool(fitting) == (refusal is None), (record, state, own)
                if refusal is not None:
                    assert REFUSALS[refusal.refusal] is refusal


def test_nothing_is_said_about_a_line_that_was_never_agreed() -> None:
    for record, region in REGION_OF_RECORD.items():
        first = next(iter(REGIONS[region]))
        found = refusal_for(record, first, Own.NONE)
        assert found is (None if record == "OrderAgreed" else standing.LineUnknown), record


@pytest.mark.parametrize("region", REGIONS)
def test_every_state_is_reached(region: str) -> None:
    first, *others = REGIONS[region]
    moves = {move for row in ROWS for move in ((row.before, row.after), *row.also)}
    reached, waiting = {first}, [first]
    while waiting:
        state = waiting.pop()
        for before, after in moves:
            if before is state and after not in reached:
                reached.add(after)
                waiting.append(after)
    assert reached == {first, *others}


def test_every_state_has_a_way_out_or_is_final_and_finals_are_left_by_nothing() -> None:
    left = {before for row in ROWS for before, after in ((row.before, row.after), *row.also) if before is not after}
    for state in STATES:
        assert (state in left) != (state in FINAL), spelt(state)


def test_every_own_state_leads_to_the_end() -> None:
    """From each own state there is a chain of rows to closed, or to money on its way there."""
    ends = {Own.CLOSED}
    for _ in Own:
        ends |= {row.before for row in ROWS if row.after in ends and isinstance(row.before, Own)}
        ends |= {before for row in ROWS for before, after in row.also if after in ends and isinstance(before, Own)}
    assert ends == set(Own)


def test_the_way_out_of_every_undecided_state_needs_no_opponent() -> None:
    """In each state where the bank holds money either the clock alone, or one side alone, can move something."""
    alone = {(Seat.OPERATOR,), (Seat.BUYER,), (Seat.MERCHANT,)}
    movers = {row.before for row in ROWS if set(row.signers) & alone and row.before is not row.after}
    disputes = {own for row in ROWS if row.record == "DisputeOpened" for own in row.while_own}
    for own in Own:
        if own not in (Own.NONE, Own.CLOSED, Own.RELEASING, Own.REFUNDING):
            assert own in movers | disputes, own


def pairs_of_one_state() -> list[tuple[Row, Row]]:
    found: dict[tuple[str, object], list[Row]] = defaultdict(list)
    for row in ROWS:
        found[row.record, row.before].append(row)
    return [pair for rows in found.values() for pair in combinations(rows, 2)]


def test_rows_of_one_record_and_state_exclude_each_other() -> None:
    for one, other in pairs_of_one_state():
        apart_by_condition = any({one.when, other.when} <= opposites and one.when != other.when for opposites in OPPOSITES)
        apart_by_signers = not set(one.signers) & set(other.signers)
        apart_by_own = bool(one.while_own) and not set(one.while_own) & set(other.while_own)
        assert apart_by_condition or apart_by_signers or apart_by_own, (one, other)


def test_conditions_of_one_record_and_state_leave_no_gap() -> None:
    found: dict[tuple[str, object], set[str]] = defaultdict(set)
    for row in ROWS:
        found[row.record, row.before].add(row.when)
    for key, whens in found.items():
        assert whens == {"always"} or whens in OPPOSITES, key


def test_there_are_no_two_equal_rows() -> None:
    assert len(set(ROWS)) == len(ROWS)


def test_every_name_in_the_rows_exists_and_every_name_is_used() -> None:
    assert {name for row in ROWS for name in row.guards} == set(kernel.GUARDS)
    assert {row.timeout for row in ROWS if row.timeout} == set(TIMEOUTS)
    assert {row.when for row in ROWS} == set(CONDITIONS)
    assert {row.record for row in ROWS} == set(kernel.DEEDS)
    assert {seat for row in ROWS for seats in row.signers for seat in seats} == set(Seat)
    named = {code for row in ROWS for code in row.postings} | {code for _, codes in OFF_LINE.values() for code in codes}
    assert named == POSTINGS - UNNAMED


def test_every_guard_timeout_and_condition_says_itself_in_words() -> None:
    for name, guard in kernel.GUARDS.items():
        assert guard.says, name
        assert guard.refusals, name
    assert all(timeout.says for timeout in TIMEOUTS.values())
    assert [name for name, condition in CONDITIONS.items() if not condition.says] == ["always"]
    assert all(in_words(row.signers) for row in ROWS)


def test_records_about_other_regions_say_when_they_may_happen() -> None:
    for row in ROWS:
        assert bool(row.while_own) == (REGION_OF_RECORD[row.record] != "line"), row


def test_also_names_moves_of_other_regions_only_and_true_moves() -> None:
    for row in ROWS:
        for before, after in row.also:
            assert before is not after
            assert region_of(before) == region_of(after) != region_of(row.before), row


def test_what_the_clock_signs_waits_for_a_moment_or_stands_under_a_guard() -> None:
    for row in ROWS:
        if (Seat.OPERATOR,) in row.signers:
            assert row.timeout is not None or row.guards, row


def test_who_decides_about_money_is_never_the_operator_alone_beyond_the_middle() -> None:
    for row in ROWS:
        if row.record == "ReleaseInstructed" and row.when.startswith("large"):
            assert all(len(seats) == 2 and Seat.OPERATOR not in seats for seats in row.signers)
        if {"P5", "P8", "P3", "P1"} & set(row.postings) and "P4" not in row.postings:
            assert all(Seat.CUSTODIAN in seats for seats in row.signers), row


def test_every_refusal_is_named_by_the_table_a_guard_or_the_kernel() -> None:
    by_table = {
        refusal
        for record, region in REGION_OF_RECORD.items()
        for state in REGIONS[region]
        for own in Own
        if (refusal := refusal_for(record, state, own)) is not None
    }
    by_guard = {refusal for guard in kernel.GUARDS.values() for refusal in guard.refusals}
    by_kernel = {
        found for module in (kernel, off_line) for found in vars(module).values() if isinstance(found, type) and found in RANK
    }
    by_signers = {standing.PartyInTwoRoles, standing.ThresholdNotMet, standing.WrongSignerRole}
    assert by_table | by_guard | by_kernel | by_signers == set(REFUSALS.values())


def test_the_order_of_refusals_is_total_and_follows_the_files() -> None:
    assert len(set(RANK.values())) == len(RANK) == len(REFUSALS)
    rooms = [standing, states, obstacles, contents, amounts]
    place = {room.__name__: number for number, room in enumerate(rooms)}
    order = [place[refusal.__module__] for refusal in REFUSALS.values()]
    assert order == sorted(order)
    leaves = {
        leaf for room in rooms for leaf in vars(room).values() if isinstance(leaf, type) and leaf.__module__ == room.__name__
    }
    assert leaves == set(REFUSALS.values())
    assert all(issubclass(leaf, EscrowRefused) and leaf.title for leaf in leaves)


def test_the_guards_of_a_row_answer_in_the_order_of_precedence() -> None:
    for row in ROWS:
        ranks = [rank for rank, _ in kernel._checks_of(row)]
        assert ranks == sorted(ranks), row


def test_every_account_of_the_chart_has_a_kind_and_a_group() -> None:
    names = [accounts.custody("bank"), accounts.unalloc("bank"), accounts.payable("tax", "bank")]
    names.append(accounts.box("m/o/1", accounts.Box.REL))
    assert {accounts.group_of(name, "bank") for name in names} == {"bank:bank"}
    of_a_fund = [
        accounts.fund_cash("f"), accounts.fund_equity("f", "loss"), accounts.recourse("f", "m"), accounts.claims("f"),
        accounts.deposit("f", "m"), accounts.stake("f", "g", "free"), accounts.card_payable("f", "psp"),
    ]  # fmt: skip
    assert {accounts.group_of(name, "bank") for name in of_a_fund} == {"fund:f"}
    assert accounts.group_of(accounts.points("g"), "bank") == "points"
    kinds = {name.partition(":")[0]: accounts.kind_of(name) for name in (*names, *of_a_fund, accounts.points("g"))}
    assert kinds == accounts._KINDS
    assert {head for head, kind in kinds.items() if kind is accounts.Kind.ASSET} == {"custody", "fund_cash", "recourse"}
    with pytest.raises(KeyError):
        accounts.kind_of("fx:desk")
