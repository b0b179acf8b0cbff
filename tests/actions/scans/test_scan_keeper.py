"""The keeper of a server's scans: it writes, closes, forgets, says its troubles once, and leaves nothing unwritten."""

from __future__ import annotations

import logging
import threading

import pytest

from ledger.actions.log.writer import Writer
from ledger.actions.parties.change_party import suspend_party
from ledger.actions.scans.close_day import check_day
from ledger.actions.scans.count_scan import Visit
from ledger.actions.scans.scan_keeper import CLOSE_MS, ScanKeeper
from ledger.storage.database import reading
from ledger.storage.scans import closed_by, scanned_key, scans_of
from ledger.trade.areas import read_area
from ledger.trade.code_history import day_of
from tests.actions.escrow.test_deadline_keeper import waited_for
from tests.actions.scans.conftest import DAY_MS, ITEM, Codes

SOON_S = 0.01
VISIT = Visit("192.0.2.7", "Mozilla/5.0", read_area("SG"))


def kept(codes: Codes) -> int:
    with reading(codes.ledger.engine) as connection:
        return len(scans_of(connection, scanned_key(codes.ledger.event_secret, ITEM)))


def test_what_is_counted_is_written_and_days_are_closed(codes: Codes) -> None:
    day = day_of(codes.clock())
    with Writer(codes.ledger) as writer, ScanKeeper(codes.ledger, writer, interval_s=SOON_S) as keeper:
        keeper.counter.count(ITEM, VISIT)
        assert waited_for(lambda: kept(codes) == 1)
        codes.clock.advance(DAY_MS)

        def closed() -> bool:
            with reading(codes.ledger.engine) as connection:
                return closed_by(connection, day) is not None

        assert waited_for(closed)
    assert check_day(codes.ledger, day).body.scans == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "scans"]


def test_what_waits_at_the_end_is_still_written(codes: Codes) -> None:
    with Writer(codes.ledger) as writer, ScanKeeper(codes.ledger, writer, interval_s=600) as keeper:
        keeper.counter.count(ITEM, VISIT)
        assert kept(codes) == 0
    assert kept(codes) == 1


def test_a_missing_operator_is_complained_about_once_a_day(codes: Codes, caplog: pytest.LogCaptureFixture) -> None:
    suspend_party(codes.ledger, codes.operator, reason="key-compromised")
    with (
        caplog.at_level(logging.WARNING),
        Writer(codes.ledger) as writer,
        ScanKeeper(codes.ledger, writer, interval_s=SOON_S) as keeper,
    ):
        keeper.counter.count(ITEM, VISIT)
        assert waited_for(lambda: kept(codes) == 1)
        codes.clock.advance(DAY_MS)
        assert waited_for(lambda: "OperatorAbsent" in caplog.text)
        for _ in range(3):
            codes.clock.advance(CLOSE_MS)
            assert not waited_briefly()
    assert caplog.text.count("OperatorAbsent") == 1


def waited_briefly() -> bool:
    return threading.Event().wait(5 * SOON_S)
