"""Serial numbers in their tables: each once, bound only by the record that says the same, forgotten only unissued."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.evidence.instant import Instant
from ledger.storage.database import reading, writing
from ledger.storage.position import Position
from ledger.storage.serials import (
    SerialIssue,
    add_serials,
    bind_issue,
    close_drawing,
    count_serials,
    forget_serials,
    issue_at,
    issue_of_request,
    issue_of_serial,
    issues_of,
    open_issue,
    rank_of,
    serials_after,
    serials_at,
    unsaid_before,
)

PRODUCT = "https://id.gs1.org/01/09521234000013"
SERIALS = [f"{number:013}" for number in range(9)]
ROOT = b"r" * 32


def drawn(engine: Engine, request: bytes = b"a", *, lot: str | None = "L7") -> SerialIssue:
    with writing(engine) as connection:
        issue = open_issue(connection, request=request, issuer="a/tea", product=PRODUCT, lot=lot, count=9, now=Instant(5))
        add_serials(connection, issue.number, SERIALS)
        close_drawing(connection, issue.number, ROOT)
    return replace(issue, root=ROOT)


def bound(engine: Engine, **changed: Any) -> bool:
    said = {"issuer": "a/tea", "product": PRODUCT, "lot": "L7", "count": 9, "root": ROOT, "position": Position(7, 1)} | changed
    with writing(engine) as connection:
        return bind_issue(connection, **said)


def test_numbers_come_in_ascending_order_in_pieces(engine: Engine) -> None:
    issue = drawn(engine)
    with reading(engine) as connection:
        assert count_serials(connection, issue.number) == 9
        assert serials_after(connection, issue.number, "", 4) == SERIALS[:4]
        assert serials_after(connection, issue.number, SERIALS[3], 99) == SERIALS[4:]
        assert serials_at(connection, issue.number, 2, 5) == SERIALS[2:5]
        assert rank_of(connection, issue.number, SERIALS[6]) == 6


def test_a_number_belongs_to_one_drawing(engine: Engine) -> None:
    first, second = drawn(engine), drawn(engine, b"b")
    with reading(engine) as connection:
        assert (count_serials(connection, first.number), count_serials(connection, second.number)) == (9, 0)


def test_the_record_that_says_the_same_makes_them_issued_once(engine: Engine) -> None:
    issue = drawn(engine)
    with reading(engine) as connection:
        assert issue_of_serial(connection, SERIALS[0]) is None
        assert issue_of_request(connection, b"a") == issue
    assert bound(engine) and not bound(engine, position=Position(8, 0))
    issued = replace(issue, position=Position(7, 1))
    with reading(engine) as connection:
        assert issue_of_serial(connection, SERIALS[8]) == issue_at(connection, Position(7, 1)) == issued
        assert issue_of_serial(connection, "9" * 13) is None and issue_at(connection, Position(7, 0)) is None
        assert issues_of(connection, "a/tea") == issues_of(connection) == [issued] and issues_of(connection, "a/other") == []


@pytest.mark.parametrize(
    "changed", [{"issuer": "a/other"}, {"product": PRODUCT[:-1]}, {"lot": None}, {"lot": "L8"}, {"count": 8}, {"root": b"x" * 32}]
)
def test_a_record_that_says_anything_else_binds_nothing(engine: Engine, changed: dict[str, Any]) -> None:
    drawn(engine)
    assert not bound(engine, **changed)


def test_a_drawing_without_a_lot_is_bound_without_one(engine: Engine) -> None:
    drawn(engine, lot=None)
    assert not bound(engine)
    assert bound(engine, lot=None)


def test_only_what_was_not_issued_is_forgotten(engine: Engine) -> None:
    issue = drawn(engine)
    with reading(engine) as connection:
        assert unsaid_before(connection, Instant(5)) == [] and unsaid_before(connection, Instant(6)) == [issue]
    with writing(engine) as connection:
        assert [forget_serials(connection, issue.number, 4) for _ in range(3)] == [4, 4, 1]
        assert issues_of(connection) == []
    again = drawn(engine)
    bound(engine)
    with writing(engine) as connection:
        assert forget_serials(connection, again.number, 4) == 0
        assert count_serials(connection, again.number) == 9 and len(issues_of(connection)) == 1
        assert unsaid_before(connection, Instant(6)) == []
