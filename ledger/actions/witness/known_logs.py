"""The logs of a witness as its operator sees and changes them, by hand, while it serves or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from ledger.actions.open_ledger import Clock
from ledger.actions.witness.introduce_log import refuse_too_many
from ledger.actions.witness.open_witness import NAME_BYTES_MAX
from ledger.errors import Absent
from ledger.evidence.add_log import AddLogMalformed, refuse_log_keys
from ledger.evidence.key import VerifierKey
from ledger.evidence.policy import PolicyMalformed
from ledger.storage.database import reading
from ledger.storage.witness.conflicts import Conflict, count_proven, read_conflicts
from ledger.storage.witness.logs import (
    KnownLog,
    change_keys,
    insert_log,
    origin_hash,
    read_log,
    read_log_by_hash,
    read_logs,
)
from ledger.storage.witness.store import open_store, writing

_OTHER_LINES: Final = {"first-entry", "witness", "group", "quorum"}


class LogNotKnown(Absent):
    title = "this witness has never known a log of this origin"
    default_hint = "`suyuan witness log list` shows those it knows"


class NeverCosigned(Absent):
    title = "this witness has cosigned no checkpoint of such a log"


@dataclass(frozen=True, slots=True)
class Shown:
    """A log with what was refused of it."""

    log: KnownLog
    conflicts: tuple[Conflict, ...]


@contextmanager
def opened_store(data: Path) -> Iterator[Engine]:
    """What the functions below work on: the database in a witness's data directory, without its keys.

    Raises:
        WitnessUnfounded.
    """
    engine = open_store(data)
    try:
        yield engine
    finally:
        engine.dispose()


def log_keys_in(policy: bytes) -> dict[str, tuple[VerifierKey, ...]]:
    """The keys of each log that a policy file names. What it says of witnesses and quorums is not looked at.

    Unlike `Policy` this reads files of other programs, which have no `first-entry`, and files that name several logs.

    Raises:
        PolicyMalformed: no log, or a line that is none of a policy. KeyMalformed, KeyRefused, AddLogMalformed.
    """
    found: dict[str, tuple[VerifierKey, ...]] = {}
    try:
        lines = policy.decode().split("\n")
    except UnicodeDecodeError as reason:
        raise PolicyMalformed(seen=f"byte {reason.start} is not UTF-8", wanted="text in UTF-8") from reason
    for number, line in enumerate(lines, 1):
        match line.split():
            case ["log", vkey] | ["log", vkey, _]:
                key = VerifierKey.parse(vkey)
                found[key.name] = (*found.get(key.name, ()), key)
            case [word, *_] if word not in _OTHER_LINES and not word.startswith("#"):
                raise PolicyMalformed(seen=line, wanted="a line of a policy file", pointer=f"line {number}")
    if not found:
        raise PolicyMalformed(seen=f"{len(policy)} bytes", wanted="at least one line: log <vkey>")
    for origin, keys in found.items():
        if len(origin.encode()) > NAME_BYTES_MAX:
            raise AddLogMalformed(seen=origin, wanted=f"an origin of at most {NAME_BYTES_MAX} bytes")
        refuse_log_keys(keys)
    return found


def add_logs(engine: Engine, logs: Mapping[str, tuple[VerifierKey, ...]], *, clock: Clock) -> None:
    """Know each of these logs by exactly these keys; what was cosigned of it stays.

    Raises:
        LogsTooMany; WitnessBusy. Nothing was changed.
    """
    with writing(engine) as connection:
        for origin, keys in logs.items():
            known = read_log(connection, origin)
            if known is None:
                refuse_too_many(connection)
                insert_log(connection, origin, keys, keys_size=0, now=clock())
            else:
                # From here on only a larger checkpoint may change them: an older one could bring a dropped key back.
                seen = known.cosigned.size if known.cosigned else 0
                change_keys(connection, origin, keys, keys_size=max(known.keys_size, seen))


def remove_log(engine: Engine, origin: str) -> None:
    """Cosign nothing more of a log. What was cosigned is kept, so that it goes on from there should it be added again.

    Raises:
        LogNotKnown; WitnessBusy.
    """
    with writing(engine) as connection:
        known = read_log(connection, origin)
        if known is None:
            raise LogNotKnown(seen=origin)
        change_keys(connection, origin, (), keys_size=known.keys_size)


def list_logs(engine: Engine) -> tuple[list[KnownLog], dict[str, int]]:
    """Every log, and how many proven contradictions there are of those that have any."""
    with reading(engine) as connection:
        return read_logs(connection), count_proven(connection)


def show_log(engine: Engine, origin: str) -> Shown:
    """A log, with what was refused of it.

    Raises:
        LogNotKnown.
    """
    return find_log(engine, origin_hash(origin), seen=origin)


def find_log(engine: Engine, hashed: bytes, *, seen: str) -> Shown:
    """The same by the SHA-256 of its origin; `seen` is how it was asked for.

    Raises:
        LogNotKnown.
    """
    with reading(engine) as connection:
        known = read_log_by_hash(connection, hashed)
        if known is None:
            raise LogNotKnown(seen=seen)
        return Shown(known, tuple(read_conflicts(connection, known.origin)))


def latest_checkpoint(engine: Engine, hashed: bytes, *, seen: str) -> bytes:
    """The last checkpoint that was cosigned, with the log's lines and the witness's.

    Raises:
        NeverCosigned.
    """
    with reading(engine) as connection:
        known = read_log_by_hash(connection, hashed)
    if known is None or known.cosigned is None:
        raise NeverCosigned(seen=seen)
    return known.cosigned.note
