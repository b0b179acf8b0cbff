"""Who signed an entry beside its issuer, as its bytes say; the small ones asked for last are remembered by those bytes."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ledger.evidence.entry import Entry

_REMEMBERED: Final = 4_096
_REMEMBERED_BYTES_MAX: Final = 2_048


def signers_of(entry: bytes) -> tuple[str, ...]:
    """The parties of the `signers` line.

    Raises:
        EntryMalformed and the like: these bytes are no entry.
    """
    return _remembered(entry) if len(entry) <= _REMEMBERED_BYTES_MAX else _read(entry)


def _read(entry: bytes) -> tuple[str, ...]:
    return Entry.parse(entry).signed().batch.signers


_remembered: Final = lru_cache(maxsize=_REMEMBERED)(_read)
