"""Who said which eventID already: 64 bits of a keyed hash, confirmed against the body on a hit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from ledger.storage.bulk import insert_rows, look_up
from ledger.storage.tables.log import EventKeyRow, NoteKeyRow

_BLOCK_BYTES: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
_POSITIONS: Final = "SELECT key, position FROM event_keys WHERE key IN ({keys})"
_ENTRIES: Final = "SELECT key, entry FROM note_keys WHERE key IN ({keys})"


def event_key(secret: bytes, issuer: str, event_id: str | None, body: bytes) -> int:
    """64 bits that stand for (issuer, eventID), or for (issuer, bytes) of an event without one.

    Keyed with a server secret, so that the table shows nobody which identifiers an issuer used.
    """
    if event_id is not None:
        message = issuer.encode() + b"\x00" + event_id.encode("utf-8", "surrogatepass")
    else:
        message = issuer.encode() + b"\x00\x00" + body  # a NUL cannot begin an eventID
    return _signed64(_hmac(secret, message))


def erased_name_key(secret: bytes, identifier: str) -> int:
    """64 bits that stand for an item's code in the table of erased records: nobody tests a guess without the secret."""
    return _signed64(_hmac(secret, b"\x00erased\x00" + identifier.encode()))  # no party has an empty name


@lru_cache(maxsize=1_024)
def note_key(issuer: str, root: bytes) -> int:
    """64 bits that stand for (issuer, batch root)."""
    return _signed64(hashlib.sha256(issuer.encode() + b"\x00" + root).digest())


def positions_of(connection: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """The packed positions already under each of `keys`; keys never seen are left out."""
    return _collected(look_up(connection, _POSITIONS, keys))


def entries_of_notes(connection: Connection, keys: Sequence[int]) -> dict[int, list[int]]:
    """The entries already under each note key."""
    return _collected(look_up(connection, _ENTRIES, keys))


def add_event_keys(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (key, packed position) rows. The caller commits."""
    insert_rows(connection, EventKeyRow, sorted(rows))


def add_note_keys(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (key, entry) rows. The caller commits."""
    insert_rows(connection, NoteKeyRow, sorted(rows))


def _collected(rows: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in sorted(rows):
        found.setdefault(key, []).append(value)
    return found


def _signed64(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


def _hmac(secret: bytes, message: bytes) -> bytes:
    # `hmac.digest` gives the interpreter lock away each time, however short the message: beside busy threads a
    # document of 500 events would wait 500 times for its turn. Copied hash objects keep it for short messages, and those
    # of HMAC's definition (RFC 2104) take a third of the time that its own object takes.
    inner, outer = _keyed(secret)
    inner = inner.copy()
    inner.update(message)
    outer = outer.copy()
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """The hash after the inner and after the outer padded key."""
    key = (secret if len(secret) <= _BLOCK_BYTES else hashlib.sha256(secret).digest()).ljust(_BLOCK_BYTES, b"\x00")
    return hashlib.sha256(key.translate(_INNER)), hashlib.sha256(key.translate(_OUTER))
