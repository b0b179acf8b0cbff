"""Scans of codes, kept so coarsely that the tables alone show neither who scanned nor what.

A device is `HMAC(salt of the day, HMAC(server secret, address and browser))`, cut to 8 bytes: two scans of one device on one
day can be told to be of one device, and with the salt gone nobody, the operator included, can tell anything more. An item
is a keyed hash too. Source: docs/FORMATS.md, "What scans say".
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from ledger.evidence.merkle import Digest, leaf_hash, root_of
from ledger.storage.bulk import insert_rows, marks, run
from ledger.storage.tables.scans import ScanRow
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import Travel

DEVICES_A_DAY_MAX: Final = 64
"""More devices of one item and day are not kept: every rule has said its most by then, and a flood fills no disk."""

_KEY_BYTES: Final = 16
_DEVICE_BYTES: Final = 8
_SALT_BYTES: Final = 32


def scanned_key(secret: bytes, item: str) -> bytes:
    """What stands for a canonical item identifier in these tables."""
    return hmac.digest(secret, b"scanned\0" + item.encode(), "sha256")[:_KEY_BYTES]


def visitor_key(secret: bytes, address: str, agent: str) -> bytes:
    """What stands for a visitor in memory, for seconds, until the day's salt makes a pseudonym of it."""
    return hmac.digest(secret, b"visitor\0" + address.encode() + b"\0" + agent.encode("utf-8", "replace"), "sha256")


def device_of(salt: bytes, visitor: bytes) -> bytes:
    """The pseudonym of a visitor on the day of `salt`."""
    return hmac.digest(salt, visitor, "sha256")[:_DEVICE_BYTES]


def salt_of(connection: Connection, day: date) -> bytes | None:
    """The salt of a day, made where there is none yet; None of a day that takes no more scans. The caller commits."""
    connection.execute(_OPEN, {"day": day.toordinal(), "salt": os.urandom(_SALT_BYTES)})
    salt = connection.execute(_DAY, {"day": day.toordinal()}).one().salt
    return None if salt is None else bytes(salt)


def add_scans(connection: Connection, scans: Sequence[tuple[bytes, CoarseScan]]) -> None:
    """Keep (item key, scan) pairs of days that are open. The same device again counts once. The caller commits."""
    for item, scan in scans:
        kept = connection.execute(_DEVICES, {"item": item, "day": scan.day.toordinal()}).scalar_one()
        if kept < DEVICES_A_DAY_MAX or scan.owner:
            row = (item, scan.day.toordinal(), scan.area, scan.device, int(scan.travel), scan.owner)
            insert_rows(connection, ScanRow, [row], on_conflict=_WORST)


def count_strangers(connection: Connection, day: date, count: int) -> None:
    """Count scans of codes that nothing here names. The caller commits."""
    connection.execute(_STRANGERS, {"day": day.toordinal(), "count": count})


def take_report(connection: Connection, day: date, *, most: int) -> bool:
    """Count a report of a label on an open day; False where there were `most` already. The caller commits."""
    salt_of(connection, day)
    return connection.execute(_REPORT, {"day": day.toordinal(), "most": most}).rowcount == 1


def scans_of(connection: Connection, item: bytes) -> list[CoarseScan]:
    """All scans kept of an item, by its key."""
    return [_scan(row) for row in run(connection, _OF_ITEM.format(marks(connection, 1)), (item,)).fetchall()]


def days_to_close(connection: Connection, before: date) -> list[date]:
    """Days before `before` that nobody has closed, oldest first."""
    return [date.fromordinal(day) for day in connection.execute(_TO_CLOSE, {"before": before.toordinal()}).scalars()]


def tally(connection: Connection, day: date) -> tuple[int, int, Digest]:
    """(scans, items, root) of a day: the RFC 6962 root over its rows in ascending order.

    Leaf: SHA-256(0x00 ‖ item ‖ device ‖ travel ‖ owner ‖ area), a byte each for travel and owner, area in UTF-8.
    """
    rows = connection.execute(_OF_DAY, {"day": day.toordinal()}).all()
    leaves = sorted(
        bytes(item) + bytes(device) + bytes([travel, owner]) + area.encode() for item, area, device, travel, owner in rows
    )
    return len(rows), len({bytes(row.item) for row in rows}), root_of([leaf_hash(leaf) for leaf in leaves])


def seal_day(connection: Connection, day: date) -> None:
    """Forget the salt of a day: without it nothing can be added any more. The caller commits."""
    connection.execute(_SEAL, {"day": day.toordinal()})


def close(connection: Connection, day: date, entry: int) -> None:
    """Note which entry says what was counted on a sealed day. The caller commits."""
    connection.execute(_CLOSE, {"day": day.toordinal(), "entry": entry})


def closed_by(connection: Connection, day: date) -> int | None:
    """The entry that closed a day."""
    row = connection.execute(_DAY, {"day": day.toordinal()}).one_or_none()
    return None if row is None else row.closed


def forget_salts(connection: Connection, before: date) -> None:
    """Forget the salts of all days before `before`. The caller commits."""
    connection.execute(_FORGET_SALTS, {"before": before.toordinal()})


def forget_scans(connection: Connection, before: date) -> int:
    """Forget what was scanned before `before`, and say how many rows that were. The caller commits."""
    gone = connection.execute(_FORGET_SCANS, {"before": before.toordinal()}).rowcount
    connection.execute(_FORGET_DAYS, {"before": before.toordinal()})
    return gone


def _scan(row: Any) -> CoarseScan:  # noqa: ANN401 - a row of the query below
    day, area, device, travel, owner = row
    return CoarseScan(date.fromordinal(day), area, bytes(device), Travel(travel), bool(owner))


_WORST: Final = (
    "ON CONFLICT (item, day, area, device) DO UPDATE SET "
    "travel = max(scans.travel, excluded.travel), owner = max(scans.owner, excluded.owner)"
)
_OPEN: Final = text(
    "INSERT INTO scan_days (day, salt, strangers, reports) VALUES (:day, :salt, 0, 0) ON CONFLICT (day) DO NOTHING"
)
_DAY: Final = text("SELECT salt, closed FROM scan_days WHERE day = :day")
_DEVICES: Final = text("SELECT count(*) FROM scans WHERE item = :item AND day = :day")
_STRANGERS: Final = text("UPDATE scan_days SET strangers = strangers + :count WHERE day = :day")
_REPORT: Final = text("UPDATE scan_days SET reports = reports + 1 WHERE day = :day AND reports < :most")
_OF_ITEM: Final = "SELECT day, area, device, travel, owner FROM scans WHERE item = {0} ORDER BY day, area, device"
_TO_CLOSE: Final = text("SELECT day FROM scan_days WHERE day < :before AND closed IS NULL ORDER BY day")
_OF_DAY: Final = text("SELECT item, area, device, travel, owner FROM scans WHERE day = :day")
_CLOSE: Final = text("UPDATE scan_days SET closed = :entry WHERE day = :day AND closed IS NULL")
_SEAL: Final = text(
    "INSERT INTO scan_days (day, salt, strangers, reports) VALUES (:day, NULL, 0, 0) ON CONFLICT (day) DO UPDATE SET salt = NULL"
)
_FORGET_SALTS: Final = text("UPDATE scan_days SET salt = NULL WHERE day < :before AND salt IS NOT NULL")
_FORGET_SCANS: Final = text("DELETE FROM scans WHERE day < :before")
_FORGET_DAYS: Final = text("DELETE FROM scan_days WHERE day < :before AND closed IS NOT NULL")
