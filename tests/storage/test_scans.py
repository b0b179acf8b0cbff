"""Coarse scans: one device counts once a day, closed days stay as they were, and the tables alone tell nobody anything."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine, text

from ledger.evidence.merkle import EMPTY_ROOT, leaf_hash, root_of
from ledger.storage.database import reading, writing
from ledger.storage.scans import (
    DEVICES_A_DAY_MAX,
    add_scans,
    close,
    closed_by,
    count_strangers,
    days_to_close,
    device_of,
    forget_salts,
    forget_scans,
    salt_of,
    scanned_key,
    scans_of,
    seal_day,
    take_report,
    tally,
    visitor_key,
)
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import Travel

DAY = date(2026, 11, 20)
SECRET = bytes(32)
ITEM = "https://id.gs1.org/01/09521234000013/21/T1"
KEY = scanned_key(SECRET, ITEM)


def scan(device: int = 1, *, area: str = "SG", days: int = 0, travel: Travel = Travel.NONE, owner: bool = False) -> CoarseScan:
    return CoarseScan(DAY + timedelta(days), area, device.to_bytes(8, "big"), travel, owner)


def add(engine: Engine, *scans: CoarseScan) -> None:
    with writing(engine) as connection:
        add_scans(connection, [(KEY, one) for one in scans])


def kept(engine: Engine) -> list[CoarseScan]:
    with reading(engine) as connection:
        return scans_of(connection, KEY)


def test_the_same_device_counts_once_a_day_with_the_worst_that_was_seen(engine: Engine) -> None:
    add(engine, scan(), scan(travel=Travel.FASTER), scan(travel=Travel.FAR), scan(2), scan(days=1))
    assert kept(engine) == [scan(travel=Travel.FASTER), scan(2), scan(days=1)]


def test_an_owner_stays_the_owner(engine: Engine) -> None:
    add(engine, scan(), scan(owner=True), scan())
    assert kept(engine) == [scan(owner=True)]


def test_a_flood_of_devices_ends_somewhere(engine: Engine) -> None:
    add(engine, *[scan(number) for number in range(DEVICES_A_DAY_MAX + 50)], scan(999, owner=True), scan(1, days=1))
    assert len(kept(engine)) == DEVICES_A_DAY_MAX + 2


def test_a_salt_lasts_for_its_day_and_is_gone_when_the_day_is_closed(engine: Engine) -> None:
    with writing(engine) as connection:
        salt = salt_of(connection, DAY)
        assert salt is not None
        assert salt_of(connection, DAY) == salt != salt_of(connection, DAY + timedelta(1))
        seal_day(connection, DAY)
        close(connection, DAY, 7)
        assert salt_of(connection, DAY) is None
        assert (closed_by(connection, DAY), closed_by(connection, DAY + timedelta(1))) == (7, None)
        assert days_to_close(connection, DAY + timedelta(5)) == [DAY + timedelta(1)]
        assert salts(connection) == 1
        forget_salts(connection, DAY + timedelta(2))
        assert salts(connection) == 0


def salts(connection: object) -> int:
    found = connection.execute(text("SELECT count(*) FROM scan_days WHERE salt IS NOT NULL"))  # type: ignore[attr-defined]
    return int(found.scalar_one())


def test_a_closed_day_is_not_closed_again(engine: Engine) -> None:
    with writing(engine) as connection:
        salt_of(connection, DAY)
        close(connection, DAY, 7)
        close(connection, DAY, 8)
        assert closed_by(connection, DAY) == 7


def test_pseudonyms_of_two_days_have_nothing_in_common() -> None:
    visitor = visitor_key(SECRET, "192.0.2.7", "Mozilla/5.0")
    assert visitor != visitor_key(SECRET, "192.0.2.7", "Mozilla/5.1")
    assert visitor != visitor_key(bytes([1]) * 32, "192.0.2.7", "Mozilla/5.0")
    assert device_of(b"a" * 32, visitor) != device_of(b"b" * 32, visitor)
    assert len(device_of(b"a" * 32, visitor)) == 8


def test_the_root_of_a_day_is_over_its_rows_in_order(engine: Engine) -> None:
    rows = [scan(2, area="CN-GZ/贵阳"), scan(1, travel=Travel.FAR, owner=True)]
    add(engine, *rows)
    leaves = sorted(KEY + one.device + bytes([one.travel, one.owner]) + one.area.encode() for one in rows)
    with reading(engine) as connection:
        assert tally(connection, DAY) == (2, 1, root_of([leaf_hash(leaf) for leaf in leaves]))
        assert tally(connection, DAY + timedelta(1)) == (0, 0, EMPTY_ROOT)


def test_what_is_old_goes(engine: Engine) -> None:
    add(engine, scan(), scan(days=3))
    with writing(engine) as connection:
        salt_of(connection, DAY)
        close(connection, DAY, 1)
        assert forget_scans(connection, DAY + timedelta(1)) == 1
        assert closed_by(connection, DAY) is None
    assert kept(engine) == [scan(days=3)]


def test_strangers_are_only_counted(engine: Engine) -> None:
    with writing(engine) as connection:
        salt_of(connection, DAY)
        count_strangers(connection, DAY, 3)
        count_strangers(connection, DAY, 2)
        assert connection.execute(text("SELECT strangers FROM scan_days")).scalars().all() == [5]
        assert connection.execute(text("SELECT count(*) FROM scans")).scalar_one() == 0


def test_reports_of_a_day_end_somewhere(engine: Engine) -> None:
    with writing(engine) as connection:
        assert [take_report(connection, DAY, most=2) for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize("plain", [ITEM, "T1", "192.0.2.7", "09521234000013"])
def test_the_tables_alone_name_no_item_and_no_address(engine: Engine, plain: str) -> None:
    with writing(engine) as connection:
        salt = salt_of(connection, DAY)
        assert salt is not None
        device = device_of(salt, visitor_key(SECRET, "192.0.2.7", "Mozilla/5.0"))
        add_scans(connection, [(KEY, CoarseScan(DAY, "SG", device))])
        rows = repr(connection.execute(text("SELECT * FROM scans")).all()) + repr(
            connection.execute(text("SELECT * FROM scan_days")).all()
        )
    assert plain not in rows
    assert sha256(plain.encode()).hexdigest() not in rows
    assert sha256(plain.encode()).digest()[:16] != KEY
