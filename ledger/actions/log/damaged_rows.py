"""Reading a database that may be damaged, or may hold anything: what cannot be read is named, odd values stay comparable."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DatabaseError, MultipleResultsFound

from ledger.audit.source import SourceUnreadable
from ledger.errors import Unavailable

_NOT_DAMAGE: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}
"""What a sound database answers too, at a bad moment or to somebody without the right to read it."""
_NO_NUMBER: Final = 1 << 63
"""Larger than any number of a column, as databases sort what is no number after all numbers."""


class DatabaseNotRead(Unavailable):
    title = "the database of the data directory cannot be opened or read right now"
    default_hint = (
        "look at its file rights and at who else has it open: to read it, two files have to be put beside it; "
        "this says nothing about the ledger"
    )


@contextmanager
def naming(part: str) -> Iterator[None]:
    """Name what is being read, for the case that it cannot be.

    Raises:
        SourceUnreadable: it is damaged or gone. DatabaseNotRead: it may be sound, but cannot be had now.
    """
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as reason:
        told = reason.orig if isinstance(reason, DatabaseError) else reason
        # The low byte is the kind; the others only say more about it.
        if getattr(told, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGE:
            raise DatabaseNotRead(seen=f"{part}: {told}") from reason
        raise SourceUnreadable(part, seen=told) from reason
    except UnicodeDecodeError as reason:
        # Damage in the schema is quoted in the database's own message, which then is no text either.
        raise SourceUnreadable(part, seen=reason) from reason
    except MultipleResultsFound as reason:
        raise SourceUnreadable(part, seen="several rows of one key") from reason


# A database takes any value in any column from whoever may write the file. What is not of its column's kind becomes a
# value that no honest row has, so that it is compared and told like any other.


def bytes_in(value: object) -> bytes | None:
    """The bytes of a column of bytes, or None."""
    return value if value is None or isinstance(value, bytes) else f"not bytes: {value!r}".encode()


def number_in(value: object) -> int:
    """The number of a column of numbers."""
    return value if isinstance(value, int) else _NO_NUMBER
