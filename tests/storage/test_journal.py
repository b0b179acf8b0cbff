"""The journal's own guards: sums, signs, order and uniqueness hold in the database, whoever writes."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from ledger.storage.bulk import insert_rows
from ledger.storage.database import reading, writing
from ledger.storage.tables.escrow import AccountRow, LegRow, SettlementRow, VerdictRow

BANK, LINE = "custody:bank", "ord:m/o/1:held"


def legs(connection: Connection, position: int, *amounts: tuple[str, str, int]) -> None:
    insert_rows(connection, LegRow, [(position, number, *leg) for number, leg in enumerate(amounts)])


def test_legs_that_sum_to_zero_are_kept_in_any_order(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, LegRow, [(1, 0, BANK, "SGD", 500)])
        insert_rows(connection, LegRow, [(2, 0, BANK, "JPY", 7), (2, 1, LINE, "JPY", -7)])
        insert_rows(connection, LegRow, [(1, 1, LINE, "SGD", -300), (1, 2, "unalloc:bank", "SGD", -200)])
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT sum(amount), count(*) FROM escrow_legs").one() == (0, 5)


@pytest.mark.parametrize(
    "amounts",
    [
        [(BANK, "SGD", 500)],
        [(BANK, "SGD", 500), (LINE, "SGD", -499)],
        [(BANK, "SGD", 500), (LINE, "JPY", -500)],
    ],
)
def test_legs_that_do_not_are_refused_at_commit(engine: Engine, amounts: list[tuple[str, str, int]]) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        legs(connection, 1, *amounts)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM escrow_legs").scalar_one() == 0


def test_a_leg_of_nothing_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        legs(connection, 1, (BANK, "SGD", 0))


@pytest.mark.parametrize(("kind", "balance"), [("asset", -1), ("liability", 1)])
def test_a_balance_beyond_its_sign_is_refused(engine: Engine, kind: str, balance: int) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_rows(connection, AccountRow, [("some:account", "SGD", kind, balance)])


@pytest.mark.parametrize(("kind", "balance"), [("asset", 1), ("liability", -1), ("neutral", -1), ("neutral", 1), ("asset", 0)])
def test_a_balance_within_its_sign_is_kept(engine: Engine, kind: str, balance: int) -> None:
    with writing(engine) as connection:
        insert_rows(connection, AccountRow, [("some:account", "SGD", kind, balance)])
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT balance FROM escrow_accounts").scalar_one() == balance


def verdict(position: int, seq: int | None, refusal: str | None = None, postings: str = "") -> tuple[object, ...]:
    return (position, "FundsReceived", "m/o/1", None if seq is None else "m/o/1", seq, refusal, postings)


def test_a_line_takes_each_step_once(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, VerdictRow, [verdict(1, 0), verdict(2, 1), verdict(3, None, "stale_prev")])
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_rows(connection, VerdictRow, [verdict(4, 1)])


def test_a_refusal_posts_nothing_and_moves_no_line(engine: Engine) -> None:
    for row in (verdict(1, 0, "stale_prev"), verdict(1, None, "stale_prev", "P1")):
        with pytest.raises(IntegrityError), writing(engine) as connection:
            insert_rows(connection, VerdictRow, [row])


def test_a_reference_of_a_bank_is_booked_once(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, SettlementRow, [("bank", "R1", 1), ("other", "R1", 2)])
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_rows(connection, SettlementRow, [("bank", "R1", 3)])


@pytest.mark.parametrize("table", ["escrow_verdicts", "escrow_legs", "escrow_zero"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_journal_is_append_only(engine: Engine, table: str, deed: str) -> None:
    with writing(engine) as connection:
        insert_rows(connection, VerdictRow, [verdict(1, 0)])
        legs(connection, 1, (BANK, "SGD", 5), (LINE, "SGD", -5))
    column = "total" if table == "escrow_zero" else "position"
    with pytest.raises(IntegrityError, match="append-only"), writing(engine) as connection:
        connection.exec_driver_sql(deed.format(table, column, column))


def test_no_second_value_of_sums_can_be_allowed(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match="only sum of legs"), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO escrow_zero (total) VALUES (1)")


def test_a_leg_is_not_replaced(engine: Engine) -> None:
    with writing(engine) as connection:
        legs(connection, 1, (BANK, "SGD", 5), (LINE, "SGD", -5))
    with pytest.raises(IntegrityError, match="append-only"), writing(engine) as connection:
        connection.exec_driver_sql("REPLACE INTO escrow_legs VALUES (1, 0, 'custody:other', 'SGD', 5)")
