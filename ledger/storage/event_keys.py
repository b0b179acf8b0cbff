"""Who said which eventID already: 64 bits of a keyed hash, confirmed against the body on a hit."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlmodel import col

from ledger.storage.bulk import KEYS_PER_QUERY_MAX, chunks, insert_rows
from ledger.storage.tables.log import EventKeyRow, NoteKeyRow

_KEYS: Final[BindParameter[int]] = bindparam("keys", expanding=True)
_POSITIONS: Final = (
    select(col(EventKeyRow.key), col(EventKeyRow.position))
    .where(col(EventKeyRow.key).in_(_KEYS))
    .order_by(col(EventKeyRow.position))
)
_ENTRIES: Final = select(col(NoteKeyRow.key), col(NoteKeyRow.entry)).where(col(NoteKeyRow.key).in_(_KEYS))


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


def note_key(issuer: str, root: bytes) -> int:
    """64 bits that stand for (issuer, batch root)."""
    return _signed64(hashlib.sha256(issuer.encode() + b"\x00" + root).digest())


def positions_of(connection: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """The packed positions already under each of `keys`; keys never seen are left out."""
    found: dict[int, list[int]] = {}
    for chunk in chunks(list(keys), KEYS_PER_QUERY_MAX):
        for key, position in connection.execute(_POSITIONS, {"keys": chunk}):
            found.setdefault(key, []).append(position)
    return found


def entries_of_notes(connection: Connection, keys: Sequence[int]) -> dict[int, list[int]]:
    """The entries already under each note key."""
    found: dict[int, list[int]] = {}
    for chunk in chunks(keys, KEYS_PER_QUERY_MAX):
        for key, entry in connection.execute(_ENTRIES, {"keys": chunk}):
            found.setdefault(key, []).append(entry)
    return found


def add_event_keys(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (key, packed position) rows. The caller commits."""
    insert_rows(connection, EventKeyRow, sorted(rows))


def add_note_keys(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (key, entry) rows. The caller commits."""
    insert_rows(connection, NoteKeyRow, sorted(rows))


def _signed64(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


def _hmac(secret: bytes, message: bytes) -> bytes:
    # `hmac.digest` gives the interpreter lock away each time, however short the message: beside busy threads a
    # document of 500 events would wait 500 times for its turn. A copied hash object keeps it for short messages.
    keyed = _keyed(secret).copy()
    keyed.update(message)
    return keyed.digest()


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> hmac.HMAC:
    return hmac.new(secret, digestmod="sha256")
