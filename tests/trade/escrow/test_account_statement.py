"""The statement of account: its golden bytes, its one form, and figures that must add up."""

from __future__ import annotations

import pytest

from ledger.errors import SuyuanError
from ledger.evidence.instant import parse_instant
from ledger.trade.escrow.account_statement import (
    AccountStatement,
    StatedAccount,
    StatedLeg,
    StatementMalformed,
    StatementSumWrong,
)
from tests.house.golden_statement import BANK, LINE, golden_statement, signed_statement

GOLDEN = f"""suyuan.statement/v1
log ledger.example/main AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
line {LINE}
size 42
time 2026-11-20T08:00:00.142Z
account custody:{BANK} SGD
opening 0
leg 17/0 FundsReceived 12900
leg 41/3 PayoutSettled -12771
closing 129
account ord:{LINE}:held SGD
opening 0
leg 17/0 FundsReceived -12900
leg 40/0 ReleaseInstructed 12900
closing 0
"""
GOLDEN_LINE = (
    "— ledger.example/party/clock VZZkhfBM6CRDh+8Q2DR55Va2Eq2MYa8fPNfEHqNyTH7qzZk4OIFjAU/tyAEA9uijHzG4mFmha/OPJay+6AB7v32d4Ag="
)


def test_golden_bytes() -> None:
    assert golden_statement().text == GOLDEN
    assert AccountStatement.parse(GOLDEN) == golden_statement()


def test_golden_signature() -> None:
    assert signed_statement() == GOLDEN + "\n" + GOLDEN_LINE + "\n"


def test_a_line_that_moved_nothing_has_an_empty_statement() -> None:
    empty = AccountStatement("ledger.example/main", bytes(32), LINE, 1, parse_instant("2026-11-20T08:00:00.142Z"), ())
    assert AccountStatement.parse(empty.text) == empty


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("closing 129\n", "closing 130\n"),
        ("leg 17/0 FundsReceived 12900\n", ""),
        ("opening 0\nleg 17/0 FundsReceived 12900", "opening 1\nleg 17/0 FundsReceived 12900"),
        ("leg 41/3 PayoutSettled -12771\n", "leg 41/3 PayoutSettled -12771\nleg 41/3 PayoutSettled -1\n"),
    ],
)
def test_figures_that_do_not_add_up_are_refused(old: str, new: str) -> None:
    assert old in GOLDEN
    with pytest.raises(StatementSumWrong):
        AccountStatement.parse(GOLDEN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("suyuan.statement/v1", "suyuan.statement/v2"),
        ("12900", "12900.0"),
        ("12900", "+12900"),
        ("12900", "012900"),
        ("opening 0", "opening -0"),
        ("leg 17/0", "leg 17/00"),
        ("leg 17/0", "leg 17"),
        ("size 42", "size 042"),
        ("closing 0\n", "closing 0\nmore\n"),
        ("closing 0\n", "closing 0"),
        ("account ord", "account  ord"),
        ("\nopening 0", "\nOpening 0"),
    ],
)
def test_another_spelling_is_refused(old: str, new: str) -> None:
    assert old in GOLDEN
    with pytest.raises(SuyuanError):
        AccountStatement.parse(GOLDEN.replace(old, new))


def test_accounts_stand_in_order_each_once() -> None:
    head, first, second = GOLDEN.partition("account custody")[0], *GOLDEN.split("account ")[1:]
    for text in (head + f"account {second}account {first}", GOLDEN + f"account {second}"):
        with pytest.raises(StatementMalformed):
            AccountStatement.parse(text)


def test_a_closing_that_is_not_the_sum_cannot_be_made() -> None:
    with pytest.raises(StatementSumWrong):
        StatedAccount("custody:bank", "SGD", 0, (StatedLeg(1, 0, "FundsReceived", 5),), 4)
