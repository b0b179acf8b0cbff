"""The logs that a witness knows, and what it cosigned of each: moved in a race that exactly one request wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from ledger.evidence.instant import Instant
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.storage.witness.tables import LOGS

# Two requests may both have been found consistent with what was cosigned last. The WHERE lets exactly one win,
# however many threads and processes serve this directory: the other one is judged again.
_MOVE: Final = (
    update(LOGS)
    .where(LOGS.c.origin == bindparam("of"), LOGS.c.revision == bindparam("seen"))
    .values(revision=LOGS.c.revision + 1, **{name: bindparam(f"new_{name}") for name in ("size", "root", "time_s", "note")})
)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The last checkpoint that was cosigned.

    Attributes:
        time_s: POSIX seconds that the cosignature bears.
        note: with the log's verified lines and this witness's own, and no others.
    """

    size: int
    root: Digest
    time_s: int
    note: bytes


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log as it stands in the database.

    Attributes:
        keys: in the order in which they were learned; none where the log was taken off by hand.
        keys_size: size of the checkpoint with which the keys changed last.
        cosigned: None before the first time.
        revision: which state of the row this is.
    """

    origin: str
    keys: tuple[VerifierKey, ...]
    keys_size: int
    added: Instant
    cosigned: Cosigned | None
    revision: int


def origin_hash(origin: str) -> bytes:
    """What names a log in addresses. Source: C2SP tlog-witness, monitoring."""
    return sha256(origin.encode()).digest()


def read_log(connection: Connection, origin: str) -> KnownLog | None:
    row = connection.execute(select(LOGS).where(LOGS.c.origin == origin)).one_or_none()
    return None if row is None else _log_in(row)


def read_log_by_hash(connection: Connection, hashed: bytes) -> KnownLog | None:
    row = connection.execute(select(LOGS).where(LOGS.c.origin_hash == hashed)).one_or_none()
    return None if row is None else _log_in(row)


def read_logs(connection: Connection) -> list[KnownLog]:
    """Every log, those taken off by hand too, in order of their names."""
    return [_log_in(row) for row in connection.execute(select(LOGS).order_by(LOGS.c.origin))]


def count_logs(connection: Connection) -> int:
    """How many logs have keys."""
    return connection.execute(select(func.count()).select_from(LOGS).where(LOGS.c.vkeys != "")).scalar_one()


def insert_log(connection: Connection, origin: str, keys: Sequence[VerifierKey], *, keys_size: int, now: Instant) -> None:
    """Write down a log that was not known. The caller commits, and has looked in the same transaction."""
    values = {"vkeys": _written(keys), "keys_size": keys_size, "added": int(now), "revision": 0}
    connection.execute(insert(LOGS).values(origin=origin, origin_hash=origin_hash(origin), **values))


def change_keys(connection: Connection, origin: str, keys: Sequence[VerifierKey], *, keys_size: int) -> None:
    """Let these keys speak for a log, and no others. What was cosigned stays. The caller commits."""
    values = {"vkeys": _written(keys), "keys_size": keys_size, "revision": LOGS.c.revision + 1}
    connection.execute(update(LOGS).where(LOGS.c.origin == origin).values(values))


def move_log(connection: Connection, before: KnownLog, cosigned: Cosigned) -> bool:
    """Make `cosigned` the last checkpoint, unless anything about the log has changed since `before`: then False.

    The caller commits, and gives no cosignature away until that is done.
    """
    values = {"size": cosigned.size, "root": cosigned.root, "time_s": cosigned.time_s, "note": cosigned.note}
    moved = connection.execute(
        _MOVE, {"of": before.origin, "seen": before.revision, **{f"new_{name}": value for name, value in values.items()}}
    )
    return moved.rowcount == 1


def _written(keys: Sequence[VerifierKey]) -> str:
    return "\n".join(map(str, keys))


def _log_in(row: Row[tuple[object, ...]]) -> KnownLog:
    keys = tuple(VerifierKey.parse(vkey) for vkey in row.vkeys.split("\n") if vkey)
    cosigned = None if row.size is None else Cosigned(row.size, row.root, row.time_s, row.note)
    return KnownLog(row.origin, keys, row.keys_size, Instant(row.added), cosigned, row.revision)
