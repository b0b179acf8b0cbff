"""Open what an auditor names, the address of a log, a data directory or a bundle, as a source to replay."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import NoResultFound

from ledger.actions.log.bundle_source import BundleSource
from ledger.actions.log.damaged_rows import naming
from ledger.actions.log.data_source import DataSource, UnreadableData
from ledger.actions.log.export_zip import is_any_bundle
from ledger.actions.log.fetching import Fetcher
from ledger.actions.log.url_source import UrlSource
from ledger.actions.open_ledger import EVENT_KEYS, unlock_path
from ledger.audit.source import LogSource, SourceUnreadable
from ledger.errors import Absent
from ledger.storage.database import LedgerAbsent, open_engine, reading
from ledger.storage.held_keys import open_secret
from ledger.storage.sealing import SealBroken, UnlockFileUnusable, read_unlock_file


class SourceAbsent(Absent):
    title = "there is no log here"
    default_hint = (
        "name the address of a server (https://…), a data directory (the folder with `ledger.sqlite` in it), "
        "or a bundle that `suyuan export` wrote"
    )


_SCHEMES = ("http://", "https://")


@contextmanager
def open_source(
    name: str, *, api_key: str | None = None, unlock: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Iterator[LogSource]:
    """Open `name` for reading.

    Args:
        name: `http://…` or `https://…` of a served log, a data directory, or a bundle that was exported.
        api_key: shown to a server, so that it gives the bodies that its holder may read.
        unlock: unlock file of a data directory; by default that of the environment, or the one beside the data.

    Raises:
        SourceAbsent: no directory with a database, and no file that begins or ends as a bundle does.
        DatabaseNotRead: a database that cannot be had now.
        SourceUnreachable: the server does not answer.

    A file that is damaged, or no database, is a source too: one that raises `SourceUnreadable` for what it cannot show.
    """
    if name.startswith(_SCHEMES):
        with Fetcher(name, api_key=api_key) as fetcher:
            yield UrlSource(fetcher)
        return
    data = Path(name)
    if data.is_file():
        yield from _open_bundle(data)
        return
    try:
        engine = open_engine(data, read_only=True)
    except LedgerAbsent as reason:
        raise SourceAbsent(seen=name) from reason
    try:
        with ExitStack() as stack:
            try:
                connection = _connect(stack, engine)
            except SourceUnreadable as reason:
                yield UnreadableData(data, reason)
                return
            yield DataSource(data, connection, _event_secret(connection, data, unlock, environment))
    finally:
        engine.dispose()


def _open_bundle(path: Path) -> Iterator[LogSource]:
    with path.open("rb") as file:
        if not is_any_bundle(file):
            raise SourceAbsent(seen=str(path))
        try:
            source: LogSource = BundleSource(path, file)
        except SourceUnreadable as reason:
            source = UnreadableData(path, reason)
        yield source


def _connect(stack: ExitStack, engine: Engine) -> Connection:
    """Begin reading; a file without a readable list of tables shows nothing at all."""
    with naming("database"):
        connection = stack.enter_context(reading(engine))
        if not inspect(connection).get_table_names():
            raise SourceUnreadable("database", seen="no tables", wanted="the tables of a ledger")
        return connection


def _event_secret(
    connection: Connection, data: Path, unlock: Path | None, environment: Mapping[str, str]
) -> bytes | SourceUnreadable | None:
    """The secret of the eventID index; None where whoever audits has no unlock file for it."""
    try:
        with naming("secrets"):
            return open_secret(connection, read_unlock_file(unlock_path(data, unlock, environment)), EVENT_KEYS)
    except SourceUnreadable as reason:
        return reason
    except (UnlockFileUnusable, SealBroken, NoResultFound):
        return None
