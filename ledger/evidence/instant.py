"""A moment in UTC with millisecond precision, and its one accepted spelling."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NewType

from ledger.errors import Malformed

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)


class InstantMalformed(Malformed):
    title = "a time is not in the ledger's one spelling"


def format_instant(moment: Instant) -> str:
    """Return `YYYY-MM-DDThh:mm:ss.sssZ`. Source: docs/FORMATS.md, "Common rules"."""
    whole = _EPOCH + timedelta(milliseconds=moment)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{whole.microsecond // 1000:03d}Z" if whole.year >= 1000 else _early(whole)


def parse_instant(text: str) -> Instant:
    """Read exactly what `format_instant` prints; no leap second, no other offset, no other precision."""
    if not _SHAPE.fullmatch(text):
        raise InstantMalformed(seen=text, wanted="YYYY-MM-DDThh:mm:ss.sssZ")
    try:
        whole = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as reason:
        raise InstantMalformed(seen=text, wanted="a date and time of the calendar") from reason
    return Instant((whole - _EPOCH) // timedelta(milliseconds=1))


def _early(whole: datetime) -> str:
    # strftime leaves out leading zeros of years before 1000 on some platforms.
    return f"{whole.year:04d}-{whole:%m-%dT%H:%M:%S}.{whole.microsecond // 1000:03d}Z"
