"""Counting scans: nothing waits, nothing exact stays, a flood counts once, and what could not be written waits on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text

from ledger.actions.log.aside import OwnDesk
from ledger.actions.scans import count_scan
from ledger.actions.scans.count_scan import ScanCounter, Sightings, Visit
from ledger.errors import Unavailable
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.scans import scanned_key, scans_of
from ledger.trade.areas import read_area
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import REMEMBERED_MS, Cell, Sighting, Travel
from tests.actions.scans.conftest import DAY_MS, ITEM, OTHER, Codes

GUIYANG, SINGAPORE = "CN-GZ/Guiyang@26.65,106.63", "SG/Singapore@1.35,103.8"


T = TypeVar("T")


class _Full(Unavailable):
    title = "nothing can be written now"


class _Busy:
    """A desk that takes nothing the first time."""

    def __init__(self, codes: Codes) -> None:
        self.desk, self.refused = OwnDesk(codes.ledger), False

    def write_aside(self, work: Callable[[Connection], T]) -> T:
        if not self.refused:
            self.refused = True
            raise _Full()
        return self.desk.write_aside(work)


@pytest.fixture
def counter(codes: Codes) -> ScanCounter:
    return ScanCounter(codes.ledger, OwnDesk(codes.ledger))


def visit(number: int = 1, area: str = "SG", agent: str = "Mozilla/5.0") -> Visit:
    return Visit(f"192.0.2.{number}", agent, read_area(area))


def kept(codes: Codes, item: str = ITEM) -> list[CoarseScan]:
    with reading(codes.ledger.engine) as connection:
        return scans_of(connection, scanned_key(codes.ledger.event_secret, item))


def test_a_flood_from_one_device_counts_once_a_day(codes: Codes, counter: ScanCounter) -> None:
    for _ in range(500):
        counter.count(ITEM, visit())
    assert counter.flush() == 1
    counter.count(ITEM, visit())
    counter.flush()
    assert len(kept(codes)) == 1
    codes.clock.advance(DAY_MS)
    counter.count(ITEM, visit())
    counter.flush()
    first, second = kept(codes)
    assert (second.day - first.day).days == 1
    assert first.device != second.device


def test_devices_and_items_are_told_apart(codes: Codes, counter: ScanCounter) -> None:
    for number in (1, 2):
        counter.count(ITEM, visit(number))
    counter.count(ITEM, visit(1, agent="Mozilla/6.0"))
    counter.count(OTHER, visit(1))
    assert counter.flush() == 4
    assert (len(kept(codes)), len(kept(codes, OTHER))) == (3, 1)


def test_a_second_server_gives_the_same_device_the_same_name(codes: Codes, counter: ScanCounter) -> None:
    counter.count(ITEM, visit())
    counter.flush()
    other = ScanCounter(codes.ledger, OwnDesk(codes.ledger))
    other.count(ITEM, visit())
    other.flush()
    assert len(kept(codes)) == 1


def test_an_impossible_journey_is_judged_at_once_and_only_the_outcome_is_kept(codes: Codes, counter: ScanCounter) -> None:
    counter.count(ITEM, visit(1, GUIYANG))
    counter.flush()
    codes.clock.advance(20 * 60_000)
    counter.count(ITEM, visit(2, SINGAPORE))
    counter.flush()
    assert {scan.area: scan.travel for scan in kept(codes)} == {"CN-GZ/Guiyang": Travel.NONE, "SG/Singapore": Travel.FASTER}


def test_a_device_that_looks_again_keeps_the_worst(codes: Codes, counter: ScanCounter) -> None:
    counter.count(ITEM, visit(1, GUIYANG))
    counter.count(ITEM, visit(2, SINGAPORE))
    codes.clock.advance(12 * 3_600_000)
    counter.count(ITEM, visit(2, SINGAPORE))
    counter.flush()
    assert max(scan.travel for scan in kept(codes)) is Travel.FASTER


def test_what_could_not_be_written_waits_on(codes: Codes) -> None:
    counter = ScanCounter(codes.ledger, _Busy(codes))
    counter.count(ITEM, visit(1))
    counter.count_stranger()
    with pytest.raises(_Full):
        counter.flush()
    counter.count(ITEM, visit(2))
    assert counter.flush() == 2
    assert counter.flush() == 0
    assert strangers(codes) == [1]


def test_the_memory_of_a_flood_is_bounded(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_scan, "WAITING_MAX", 10)
    counter = ScanCounter(codes.ledger, OwnDesk(codes.ledger))
    for number in range(200):
        counter.count(ITEM, visit(number))
    assert counter.flush() == 10


def test_codes_that_nothing_names_are_one_number_a_day(codes: Codes, counter: ScanCounter) -> None:
    for _ in range(7):
        counter.count_stranger()
    assert counter.flush() == 0
    assert strangers(codes) == [7]
    with reading(codes.ledger.engine) as connection:
        assert rows(connection, "scans") == []


def test_nothing_of_the_visitor_is_in_the_database(codes: Codes, counter: ScanCounter) -> None:
    counter.count(ITEM, visit(7, GUIYANG, agent="TellingBrowser/9"))
    counter.count(ITEM, visit(8, SINGAPORE))
    counter.flush()
    with reading(codes.ledger.engine) as connection:
        said = repr([rows(connection, table) for table in ("scans", "scan_days", "item_pins", "label_words")])
    stored = (
        codes.ledger.data.joinpath("ledger.sqlite").read_bytes() + codes.ledger.data.joinpath("ledger.sqlite-wal").read_bytes()
    )
    for telling in ("192.0.2.7", "TellingBrowser", "26.65", "106.63"):
        assert telling not in said
        assert telling.encode() not in stored


def rows(connection: Connection, table: str) -> list[object]:
    return list(connection.execute(text(f"SELECT * FROM {table}")).all())


def strangers(codes: Codes) -> list[int]:
    with reading(codes.ledger.engine) as connection:
        return list(connection.execute(text("SELECT strangers FROM scan_days")).scalars())


def test_sightings_are_forgotten_after_a_day() -> None:
    sightings, cell, far = Sightings(), Cell(1, 103), Cell(26, 106)
    sightings.judge(b"item", Sighting(cell, Instant(0), b"a"))
    sightings.forget(Instant(REMEMBERED_MS))
    assert sightings.judge(b"item", Sighting(far, Instant(60_000), b"b")) is Travel.FASTER
    sightings.forget(Instant(60_001 + REMEMBERED_MS))
    assert vars(sightings) == {"_seen": {}}


def test_only_the_last_few_devices_of_an_item_are_remembered() -> None:
    sightings = Sightings()
    for number in range(100):
        sightings.judge(b"item", Sighting(Cell(1, 103), Instant(number), str(number).encode()))
    (seen,) = vars(sightings)["_seen"].values()
    assert len(seen) == 4


def test_only_so_many_items_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_scan, "REMEMBERED_ITEMS_MAX", 3)
    sightings = Sightings()
    for number in range(10):
        sightings.judge(str(number).encode(), Sighting(Cell(1, 103), Instant(number), b"a"))
    assert list(vars(sightings)["_seen"]) == [b"7", b"8", b"9"]
