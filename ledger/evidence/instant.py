"""A moment in UTC with millisecond precision, and its one accepted spelling."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NewType

from ledger.errors import Malformed

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_MINUTE_MS: Final = 60_000
_MINUTES_REMEMBERED: Final = 4_096
_MINUTE_CHARACTERS: Final = len("YYYY-MM-DDThh:mm")


class InstantMalformed(Malformed):
    title = "a time is not in the ledger's one spelling"


def format_instant(moment: Instant) -> str:
    """Return `YYYY-MM-DDThh:mm:ss.sssZ`. Source: docs/FORMATS.md, "Common rules"."""
    minutes, milliseconds = divmod(moment, _MINUTE_MS)
    return f"{_minute(minutes)}:{milliseconds // 1_000:02d}.{milliseconds % 1_000:03d}Z"


@lru_cache(maxsize=_MINUTES_REMEMBERED)
def _minute(minutes: int) -> str:
    # Moments that are printed together lie in few minutes, and the calendar is dear.
    return (_EPOCH + timedelta(minutes=minutes)).isoformat()[:_MINUTE_CHARACTERS]


def parse_instant(text: str) -> Instant:
    """Read exactly what `format_instant` prints; no leap second, no other offset, no other precision."""
    if not _SHAPE.fullmatch(text):
        raise InstantMalformed(seen=text, wanted="YYYY-MM-DDThh:mm:ss.sssZ")
    try:
        whole = datetime.fromisoformat(text)
    except ValueError as reason:
        raise InstantMalformed(seen=text, wanted="a date and time of the calendar") from reason
    return Instant((whole - _EPOCH) // timedelta(milliseconds=1))
