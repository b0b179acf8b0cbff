"""`suyuan escrow transitions`: the closed table for machines and people."""

from __future__ import annotations

import json

import pytest

from cli.exits import ExitCode
from ledger.trade.escrow.table.describe import refusal_rows, state_rows, transition_rows
from tests.cli.serving import done, run

ASKED = ("escrow", "transitions")


@pytest.mark.parametrize(("more", "rows"), [((), transition_rows), (("--states",), state_rows), (("--refusals",), refusal_rows)])
def test_as_json(more: tuple[str, ...], rows: object) -> None:
    assert callable(rows)
    assert json.loads(done(*ASKED, *more, "--json").stdout) == rows()


def test_the_rows_of_json_have_the_members_that_others_rely_on() -> None:
    for row in json.loads(done(*ASKED, "--json").stdout):
        assert {"from", "to", "record type", "signers", "guard", "timeout", "postings"} <= set(row)


def test_for_people_by_region_with_every_record_and_no_long_line() -> None:
    shown = done(*ASKED).stdout
    assert shown.startswith("LINE: how far the goods are, and what was decided about the money\n")
    assert all(f"\n  {row['record type']}: " in shown for row in transition_rows())
    assert "  OrderAgreed: none -> agreed\n    signed by   the buyer and the merchant\n" in shown
    assert shown.endswith(f"\n{len(transition_rows())} transitions\n")
    assert max(map(len, shown.splitlines())) <= 100


def test_states_and_refusals_for_people() -> None:
    states, refusals = done(*ASKED, "--states").stdout, done(*ASKED, "--refusals").stdout
    assert "  closed (final): every window is over and nothing is open\n" in states
    assert "    -> shipped       GoodsDispatched\n" in states
    assert all(f"    {row['refusal']} " in refusals for row in refusal_rows())


def test_two_views_at_once_are_misuse() -> None:
    refused = run(*ASKED, "--states", "--refusals")
    assert (refused.exit_code, refused.stdout) == (ExitCode.MISUSED, "")
    assert "exclude each other" in refused.stderr


def test_an_unknown_subcommand_is_misuse() -> None:
    assert run("escrow", "transition").exit_code == ExitCode.MISUSED


def test_the_group_lists_its_commands_without_loading_them() -> None:
    assert "  transitions" in done("escrow", "--help").stdout
