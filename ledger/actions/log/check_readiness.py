"""Look at everything a server needs before it may be sent work; one red check does not hide the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from ledger.actions.log.begin_guard import guarded_store
from ledger.actions.log.check_witnesses import describe_witnesses
from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.turn import CLOCK_BEHIND_MS_MAX, ClockBehind
from ledger.actions.log.writer import Writer
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.evidence.instant import format_instant
from ledger.storage.database import check_schema, reading, refuse_failed, refuse_replaced
from ledger.storage.held_keys import open_key


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `code` names the failure where it is not well."""

    name: str
    ok: bool
    message: str
    code: str | None = None


def check_readiness(ledger: Ledger, writer: Writer, publisher: Publisher) -> list[Check]:
    """Database, schema, clock, log key, guard, writer, publisher, witnesses."""
    return [
        _check("database", lambda: _database(ledger)),
        _check("schema", lambda: _schema(ledger)),
        _check("clock", lambda: _clock(ledger)),
        _check("log key", lambda: _log_key(ledger)),
        _check("guard", lambda: _guard(ledger)),
        _check("writer", lambda: _writer(writer)),
        _publisher(publisher),
        _check("witnesses", lambda: describe_witnesses(ledger, publisher)),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except SuyuanError as failure:
        return Check(name, False, str(failure), failure.code)
    except SQLAlchemyError as failure:
        return Check(name, False, f"the database failed: {type(failure).__name__}", "LedgerBusy")


def _database(ledger: Ledger) -> str:
    # SQLite goes on reading and writing a file that was removed: every other check would stay green.
    refuse_replaced(ledger.data, ledger.database_file)
    refuse_failed(ledger.engine)
    return f"{ledger.head().size} entries"


def _schema(ledger: Ledger) -> str:
    check_schema(ledger.engine)
    return "as this program writes it"


def _clock(ledger: Ledger) -> str:
    now, last = ledger.clock(), ledger.head().time
    if last > now + CLOCK_BEHIND_MS_MAX:
        raise ClockBehind(seen=format_instant(now), wanted=f"at least {format_instant(last)} less 5 s")
    return "not behind the last entry"


def _log_key(ledger: Ledger) -> str:
    size = ledger.head().size
    keys = ledger.state().log_keys_at(size)
    with reading(ledger.engine) as connection:
        for key in keys:
            open_key(connection, ledger.seal, key)
    return f"{len(keys)} at hand"


def _guard(ledger: Ledger) -> str:
    guarded_store(ledger)
    return "nothing later was signed elsewhere"


def _writer(writer: Writer) -> str:
    writer.refuse_if_full()
    return f"taking batches, {writer.waiting} waiting"


def _publisher(publisher: Publisher) -> Check:
    failure = publisher.failure
    if failure is None or isinstance(failure, CheckpointUnwitnessed):  # which the witnesses' own check tells
        return Check("publisher", True, "publishing checkpoints")
    return Check("publisher", False, str(failure), failure.code)
