"""Open what an auditor names, the address of a log or a data directory, as a source to replay."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, NoResultFound

from ledger.actions.log.data_source import DataSource
from ledger.actions.log.url_source import UrlSource
from ledger.actions.open_ledger import EVENT_KEYS, unlock_path
from ledger.audit.source import LogSource
from ledger.errors import Unprocessable
from ledger.storage.database import open_engine, reading
from ledger.storage.held_keys import open_secret
from ledger.storage.sealing import SealBroken, UnlockFileUnusable, read_unlock_file

_SCHEMES = ("http://", "https://")


class TablesUnreadable(Unprocessable):
    title = "the database of the data directory cannot be read as a ledger"
    default_hint = "the file is damaged or of another program; restore a backup and audit that"


@contextmanager
def open_source(
    name: str, *, api_key: str | None = None, unlock: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Iterator[LogSource]:
    """Open `name` for reading.

    Args:
        name: `http://…` or `https://…` of a served log, or a data directory.
        api_key: shown to a server, so that it gives the bodies that its holder may read.
        unlock: unlock file of a data directory; by default that of the environment, or the one beside the data.

    Raises:
        LedgerAbsent: no database in the directory. TablesUnreadable: one that is no ledger's.
        SourceUnreachable: the server does not answer.
    """
    if name.startswith(_SCHEMES):
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        with httpx.Client(headers=headers, follow_redirects=False) as client:
            yield UrlSource(name, client)
        return
    data = Path(name)
    engine = open_engine(data, read_only=True)
    try:
        with reading(engine) as connection:
            yield DataSource(data, connection, _event_secret(connection, data, unlock, environment))
    except DatabaseError as reason:
        raise TablesUnreadable(seen=str(reason.orig), wanted="the tables of a ledger") from reason
    finally:
        engine.dispose()


def _event_secret(connection: Connection, data: Path, unlock: Path | None, environment: Mapping[str, str]) -> bytes | None:
    """The secret of the eventID index; None where whoever audits has no unlock file for it."""
    try:
        return open_secret(connection, read_unlock_file(unlock_path(data, unlock, environment)), EVENT_KEYS)
    except (UnlockFileUnusable, SealBroken, NoResultFound):
        return None
