"""PINs under scratch-offs: Argon2id hashes over a keyed hash, five tries, then a day's rest.

Eight digits are few. Who has the database but not the unlock file cannot try any of them; who has both pays for every try.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, text

from ledger.evidence.instant import Instant
from ledger.storage.bulk import insert_rows
from ledger.storage.tables.scans import ItemPinRow

TRIES: Final = 5
LOCKED_MS: Final = 86_400_000
HASHER: Final = PasswordHasher(time_cost=4, memory_cost=9 << 10, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
"""9 MiB, 4 passes, one lane: the least memory of the equally strong settings that still hold a quarter of a core's time.

Source: RFC 9106; OWASP Password Storage Cheat Sheet.
"""

_KEY_BYTES: Final = 16
_NOBODY: Final = bytes(_KEY_BYTES)
_THREADS: Final = 4


class HashedPin(NamedTuple):
    """What is kept of an item's PIN."""

    item: bytes
    hash: str


def pin_key(secret: bytes, item: str) -> bytes:
    """What stands for a canonical item identifier in the table of PINs."""
    return hmac.digest(secret, b"pin of\0" + item.encode(), "sha256")[:_KEY_BYTES]


def hash_pin(secret: bytes, item: str, pin: str) -> HashedPin:
    """Hash a PIN for its item. Takes tens of milliseconds on purpose: never inside a transaction."""
    return HashedPin(pin_key(secret, item), HASHER.hash(_peppered(secret, item, pin)))


def hash_pins(secret: bytes, pins: Sequence[tuple[str, str]]) -> Iterator[HashedPin]:
    """Hash (item, PIN) pairs on several cores, in order; as they come."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="pins") as pool:
        yield from pool.map(lambda pair: hash_pin(secret, *pair), pins)


def keep_pins(connection: Connection, pins: Sequence[HashedPin]) -> None:
    """Keep PINs of items; an item that has one keeps that. The caller commits."""
    rows = [(pin.item, pin.hash, TRIES, None, 0) for pin in pins]
    insert_rows(connection, ItemPinRow, rows, on_conflict="ON CONFLICT (item) DO NOTHING")


def take_try(connection: Connection, item: bytes, *, now: Instant) -> str | None:
    """Use up one try at an item's PIN and return its hash; None where there is none, or no try is left today.

    What is written is the same in each case, so that neither takes longer. The caller commits before it compares.
    """
    at = {"item": item, "now": int(now), "until": int(now) + LOCKED_MS, "tries": TRIES}
    connection.execute(_UNLOCK, at)
    taken = connection.execute(_TAKE, at).one_or_none()
    if taken is None:
        insert_rows(connection, ItemPinRow, [(_NOBODY, "", 0, None, 0)], on_conflict=_COUNT_NOBODY)
    return None if taken is None else str(taken.hash)


def pin_holds(secret: bytes, item: str, pin: str, kept: str | None) -> bool:
    """Whether `pin` is the one whose hash is `kept`; takes as long where there is none."""
    try:
        return HASHER.verify(kept or _nobodys_hash(), _peppered(secret, item, pin)) and kept is not None
    except VerificationError:
        return False


def give_tries_back(connection: Connection, item: bytes) -> None:
    """The right PIN was shown: all tries are there again. The caller commits."""
    connection.execute(_GIVE_BACK, {"item": item, "tries": TRIES})


def note_again(connection: Connection, item: bytes) -> None:
    """The right PIN was shown after the item was claimed. The caller commits."""
    connection.execute(_AGAIN, {"item": item})


def shown_again(connection: Connection, item: bytes) -> int:
    """How often the right PIN was shown after the first claim."""
    return connection.execute(_SHOWN_AGAIN, {"item": item}).scalar_one_or_none() or 0


def _peppered(secret: bytes, item: str, pin: str) -> bytes:
    return hmac.digest(secret, b"pin\0" + item.encode() + b"\0" + pin.encode("utf-8", "replace"), "sha256")


def _nobodys_hash() -> str:
    # The parameters decide how long it takes; the hash of nothing at all serves for every item that has none.
    return (
        f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
        "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )


_COUNT_NOBODY: Final = "ON CONFLICT (item) DO UPDATE SET again = item_pins.again + 1"
_UNLOCK: Final = text("UPDATE item_pins SET tries = :tries, locked = NULL WHERE item = :item AND locked <= :now")
_TAKE: Final = text(
    "UPDATE item_pins SET tries = tries - 1, locked = CASE WHEN tries = 1 THEN :until ELSE locked END "
    "WHERE item = :item AND tries > 0 RETURNING hash"
)
_GIVE_BACK: Final = text("UPDATE item_pins SET tries = :tries, locked = NULL WHERE item = :item")
_AGAIN: Final = text("UPDATE item_pins SET again = again + 1 WHERE item = :item")
_SHOWN_AGAIN: Final = text("SELECT again FROM item_pins WHERE item = :item")
