"""Open a data directory to work on it: database, sealed secrets, clock, and the governance state as it now is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from ledger.actions.escrow.read_terms import KnownTerms
from ledger.actions.log.guard import Guard, guard_begins, guard_folders, refuse_guard_inside
from ledger.actions.media.known_media import KnownMedia
from ledger.actions.trace.proven_entries import ProvenEntries
from ledger.errors import Absent
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.storage.database import check_schema, file_identity, open_engine, reading
from ledger.storage.entries import leaf_hash_of
from ledger.storage.governance import read_snapshot, snapshot_version
from ledger.storage.head import Head, read_head
from ledger.storage.held_keys import open_secret
from ledger.storage.sealing import Seal, UnlockFileUnusable, read_unlock_file
from ledger.trade.parties.state import Governance

Clock = Callable[[], Instant]

UNLOCK_VARIABLE: Final = "SUYUAN_UNLOCK_FILE"
UNLOCK_FILE: Final = "unlock"
EVENT_KEYS: Final = "event keys"
_OPENED_KEYS_MAX: Final = 4_096


class LedgerUnfounded(Absent):
    title = "the data directory has a database but no founded ledger"
    default_hint = "the founding was interrupted: remove the directory and run `suyuan init` again"


def system_clock() -> Instant:
    return Instant(time.time_ns() // 1_000_000)


@dataclass
class GovernanceCache:
    """The newest governance state this process has seen; other processes may have moved it on."""

    _version: int = 0
    _state: Governance | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self, connection: Connection) -> Governance:
        """The state as of the transaction of `connection`."""
        return self.load_versioned(connection)[1]

    def load_versioned(self, connection: Connection) -> tuple[int, Governance]:
        """The same, with the number of changes that led to it."""
        version = snapshot_version(connection)
        with self._lock:
            if self._state is not None and self._version == version:
                return version, self._state
        found = read_snapshot(connection)
        if found is None:
            raise LedgerUnfounded(wanted="a ledger founded with `suyuan init`")
        version, snapshot = found
        state = Governance.from_json(snapshot)
        self.keep(version, state)
        return version, state

    def keep(self, version: int, state: Governance) -> None:
        """Remember a committed state, unless a newer one is known."""
        with self._lock:
            if version > self._version:
                self._version, self._state = version, state


@dataclass
class OpenedKeys:
    """Held keys that this process has unsealed: opening one again for every batch costs more than signing with it.

    Whoever asks decides first that the key is valid now. It adds nothing to what a reader of this memory could get:
    the secret that opens every held key lies in it too.
    """

    _keys: dict[VerifierKey, SigningKey] = field(default_factory=dict)

    def get(self, key: VerifierKey) -> SigningKey | None:
        return self._keys.get(key)

    def keep(self, key: SigningKey) -> None:
        if len(self._keys) >= _OPENED_KEYS_MAX:
            self._keys.clear()
        self._keys[key.verifier] = key


@dataclass(frozen=True)
class Ledger:
    """A data directory opened for work. Threads may share it."""

    data: Path
    engine: Engine
    seal: Seal
    clock: Clock
    origin: str
    event_secret: bytes = field(repr=False)
    guard: Guard = field(repr=False)
    governance: GovernanceCache = field(default_factory=GovernanceCache, repr=False)
    opened_keys: OpenedKeys = field(default_factory=OpenedKeys, repr=False)
    terms: KnownTerms = field(default_factory=KnownTerms, repr=False)
    media: KnownMedia = field(default_factory=KnownMedia, repr=False)
    proven: ProvenEntries = field(default_factory=ProvenEntries, repr=False)
    database_file: tuple[int, int] | None = None
    """Which file the engine opened: `file_identity` of that moment."""

    def state(self) -> Governance:
        """The governance state now."""
        with reading(self.engine) as connection:
            return self.governance.load(connection)

    def head(self) -> Head:
        """The head of the log now."""
        with reading(self.engine) as connection:
            head = read_head(connection)
        if head is None:
            raise LedgerUnfounded(seen=str(self.data))
        return head

    def close(self) -> None:
        self.engine.dispose()


def open_ledger(
    data: Path, *, unlock: Path | None = None, clock: Clock = system_clock, guard: Sequence[Path] | None = None
) -> Ledger:
    """Open the ledger in `data`.

    Args:
        unlock: the unlock file; by default what `SUYUAN_UNLOCK_FILE` names, else `data/unlock`.
        clock: where "now" comes from.
        guard: the folders of its guard; by default those that `SUYUAN_GUARD` names.

    Raises:
        LedgerAbsent, LedgerUnfounded, SchemaDiffers, UnlockFileUnusable, SealBroken, GuardInsideData.
    """
    folders = guard_folders() if guard is None else guard
    refuse_guard_inside(data, folders)
    engine = open_engine(data)
    opened_file = file_identity(data)
    check_schema(engine)
    seal = read_unlock_file(unlock_path(data, unlock, os.environ))
    with reading(engine) as connection:
        head = read_head(connection)
        if head is None:
            raise LedgerUnfounded(seen=str(data))
        secret = open_secret(connection, seal, EVENT_KEYS)
        first_entry = leaf_hash_of(connection, 0)
    return Ledger(
        data=data,
        engine=engine,
        seal=seal,
        clock=clock,
        origin=head.origin,
        event_secret=secret,
        guard=Guard(folders, origin=head.origin, first_entry=first_entry, begins=guard_begins()),
        database_file=opened_file,
    )


def unlock_path(data: Path, chosen: Path | None, environment: Mapping[str, str]) -> Path:
    """Which unlock file to use: the chosen one, else the environment's, else the one beside the data."""
    if chosen is not None:
        return chosen
    named = environment.get(UNLOCK_VARIABLE, "")
    path = Path(named) if named else data / UNLOCK_FILE
    if not path.is_file() and not named:
        raise UnlockFileUnusable(seen=str(path), wanted="the unlock file that `suyuan init` wrote")
    return path
