"""Closed days: said once, committed to row by row, and a row made up later is found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.change_party import suspend_party
from ledger.actions.parties.find_operator import OperatorAbsent
from ledger.actions.scans.close_day import (
    LATE_MS,
    SALT_DAYS,
    DayNotClosed,
    DayNotOver,
    ScansDiffer,
    check_day,
    close_day,
    close_days,
    forget_old,
)
from ledger.actions.scans.count_scan import ScanCounter, Visit
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.storage.database import reading, writing
from ledger.storage.label_words import keep_words, words_about
from ledger.storage.scans import scanned_key, scans_of
from ledger.trade.areas import read_area
from tests.actions.auditing import audited
from tests.actions.scans.conftest import DAY_MS, ITEM, OTHER, Codes

DAY = date(2026, 11, 20)


@pytest.fixture
def counted(codes: Codes) -> Codes:
    """Three scans of two items on `DAY`, which is over."""
    counter = ScanCounter(codes.ledger, OwnDesk(codes.ledger))
    for item, number in ((ITEM, 1), (ITEM, 2), (OTHER, 1)):
        counter.count(item, Visit(f"192.0.2.{number}", "Mozilla/5.0", read_area("SG")))
    counter.flush()
    codes.clock.advance(DAY_MS)
    return codes


def closed(codes: Codes, day: date = DAY) -> tuple[int, int, bool]:
    found = close_day(codes.ledger, day, queue=codes.desks.queue, desk=codes.desks.desk)
    return found.body.scans, found.entry, found.repeated


def test_a_day_is_said_by_the_operator_once(counted: Codes) -> None:
    scans, entry, repeated = closed(counted)
    assert (scans, repeated) == (3, False)
    (record,) = counted.records(entry)
    assert {name: record[name] for name in ("type", "day", "scans", "items")} == {
        "type": "ScansCounted",
        "day": "2026-11-20",
        "scans": 3,
        "items": 2,
    }
    assert closed(counted) == (3, entry, True)
    publish_checkpoint(counted.ledger)
    assert audited(counted.ledger.data).clean


def test_a_day_closed_elsewhere_is_taken_as_it_was_closed(counted: Codes) -> None:
    _, entry, _ = closed(counted)
    with writing(counted.ledger.engine) as connection:
        connection.execute(text("UPDATE scan_days SET closed = NULL"))
    assert closed(counted)[:2] == (3, entry)
    assert check_day(counted.ledger, DAY).entry == entry


def test_nothing_is_added_to_a_closed_day(counted: Codes) -> None:
    closed(counted)
    counted.clock.advance(-DAY_MS)
    counter = ScanCounter(counted.ledger, OwnDesk(counted.ledger))
    counter.count(ITEM, Visit("192.0.2.9", "Mozilla/5.0", read_area("DE")))
    assert counter.flush() == 0
    assert check_day(counted.ledger, DAY).body.scans == 3


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM scans WHERE rowid_of(device)",
        "UPDATE scans SET area = 'DE'",
        "UPDATE scans SET travel = 2",
        "UPDATE scans SET owner = 1",
        "INSERT INTO scans SELECT item, day, 'DE', device, travel, owner FROM scans",
    ],
)
def test_a_row_made_up_later_is_found(counted: Codes, change: str) -> None:
    closed(counted)
    with writing(counted.ledger.engine) as connection:
        connection.execute(text(change.replace("rowid_of(device)", "device = (SELECT min(device) FROM scans)")))
    with pytest.raises(ScansDiffer):
        check_day(counted.ledger, DAY)


def test_a_day_is_closed_when_it_is_over_and_late_scans_are_in(codes: Codes) -> None:
    with pytest.raises(DayNotOver):
        closed(codes)
    codes.clock.advance(16 * 3_600_000 + LATE_MS - 1)
    with pytest.raises(DayNotOver):
        closed(codes)
    codes.clock.advance(1)
    assert closed(codes)[0] == 0


def test_an_empty_day_has_the_root_of_nothing(counted: Codes) -> None:
    day = DAY - timedelta(1)
    found = close_day(counted.ledger, day, queue=counted.desks.queue, desk=counted.desks.desk)
    assert (found.body.scans, found.body.items, found.body.root) == (0, 0, EMPTY_ROOT)
    assert check_day(counted.ledger, day).entry == found.entry


def test_only_days_with_something_in_them_are_closed_by_themselves(counted: Codes) -> None:
    counted.clock.advance(5 * DAY_MS)
    done = close_days(counted.ledger, queue=counted.desks.queue, desk=counted.desks.desk)
    assert [one.body.day for one in done] == [DAY]
    assert close_days(counted.ledger, queue=counted.desks.queue, desk=counted.desks.desk) == []


def test_a_day_that_nobody_closed_has_nothing_to_check(counted: Codes) -> None:
    with pytest.raises(DayNotClosed):
        check_day(counted.ledger, DAY)


def test_without_a_party_of_the_operator_a_day_stays_open(counted: Codes) -> None:
    suspend_party(counted.ledger, counted.operator, reason="key-compromised")
    with pytest.raises(OperatorAbsent):
        closed(counted)


def test_old_scans_and_words_go_and_salts_before_them(counted: Codes) -> None:
    key = scanned_key(counted.ledger.event_secret, ITEM)
    with writing(counted.ledger.engine) as connection:
        keep_words(connection, item=key, words="torn", now=counted.clock())
    counted.clock.advance(SALT_DAYS * DAY_MS)
    assert forget_old(counted.ledger, counted.desks.desk, scan_days=30) == 0
    with reading(counted.ledger.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM scan_days WHERE salt IS NOT NULL")).scalar_one() == 0
        assert (len(scans_of(connection, key)), len(words_about(connection, key))) == (2, 1)
    counted.clock.advance(30 * DAY_MS)
    assert forget_old(counted.ledger, counted.desks.desk, scan_days=30) == 3
    with reading(counted.ledger.engine) as connection:
        assert (scans_of(connection, key), words_about(connection, key)) == ([], {})
