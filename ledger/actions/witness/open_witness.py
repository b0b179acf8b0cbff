"""Open a data directory as a witness: its name, its keys, and the database of what it cosigned."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from ledger.actions.log.guard import guard_folders, refuse_guard_inside
from ledger.actions.open_ledger import Clock, system_clock
from ledger.actions.witness.own_keys import KEY_FILES, own_key
from ledger.actions.witness.witness_guard import WitnessGuard
from ledger.errors import Conflict, Misused
from ledger.evidence.key import KeyType, SigningKey, VerifierKey, refuse_key_name
from ledger.storage.database import DATABASE_FILE
from ledger.storage.witness.identity import Identity, keep_identity, read_identity
from ledger.storage.witness.store import WITNESS_FILE, open_store, writing

NAME_BYTES_MAX: Final = 255
"""Of a witness and of a log: ML-DSA-44 cosignatures give a name's length in one byte (C2SP tlog-cosignature)."""


class WitnessNameDiffers(Conflict):
    title = "the witness in this data directory has another name"
    default_hint = "a witness keeps its name and key; begin another one in another directory"


class WitnessNameTooLong(Misused):
    title = "the name of a witness is too long"


class LedgerInDirectory(Misused):
    title = "a ledger lies in this directory; a witness needs one of its own"
    default_hint = "choose another directory: a backup of the ledger must never bring an older witness back"


class WitnessStateAbsent(Misused):
    title = "the witness's private key is there, and what it has cosigned is not"
    default_hint = (
        "bring the database back as it was last, all its files; or begin a new witness, with a new name, in an empty directory"
    )


def go_on() -> None:
    """Nothing happens here, outside tests."""


@dataclass(frozen=True)
class Witness:
    """A data directory opened to cosign. Threads may share it.

    Attributes:
        guard: what was cosigned last, outside the directory.
        keys: type 0x04 first; an ML-DSA-44 key second where there is one. All of them cosign.
        before_persisting, before_replying: run between the steps of cosigning; tests force races and crashes there.
    """

    data: Path
    engine: Engine
    clock: Clock
    keys: tuple[SigningKey, ...]
    guard: WitnessGuard
    before_persisting: Callable[[], None] = go_on
    before_replying: Callable[[], None] = go_on

    @property
    def name(self) -> str:
        return self.keys[0].verifier.name

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        return tuple(key.verifier for key in self.keys)

    def close(self) -> None:
        self.engine.dispose()


def open_witness(data: Path, *, name: str, post_quantum: bool = False, clock: Clock = system_clock) -> Witness:
    """Open the witness in `data`; its key and database are made at the first time.

    Args:
        post_quantum: have an ML-DSA-44 key beside. Once made it stays in use, because others rely on it.
        clock: where "now" comes from.

    Raises:
        KeyNameMalformed, WitnessNameTooLong, WitnessNameDiffers, LedgerInDirectory.
        WitnessStateAbsent, WitnessKeyAbsent, WitnessKeyDiffers, KeyFileOpen, KeyFileMalformed, WitnessFormDiffers.
        GuardInsideData, GuardUnusable: no guard can be kept where `SUYUAN_GUARD` says.
        WitnessBusy: the database could not be written.
    """
    refuse_key_name(name)
    if len(name.encode()) > NAME_BYTES_MAX:
        raise WitnessNameTooLong(seen=f"{len(name.encode())} bytes", wanted=f"at most {NAME_BYTES_MAX}")
    if (data / DATABASE_FILE).is_file():
        raise LedgerInDirectory(seen=str(data / DATABASE_FILE))
    folders = guard_folders()
    refuse_guard_inside(data, folders)
    _refuse_lost_state(data)
    with ExitStack() as undone:
        engine = open_store(data, create=True)
        undone.callback(engine.dispose)
        keys = _own_keys(engine, data, name, post_quantum=post_quantum)
        guard = WitnessGuard(folders, keys[0].verifier)
        undone.pop_all()
    return Witness(data, engine, clock, keys, guard)


def _refuse_lost_state(data: Path) -> None:
    # With the key alone it would begin from nothing, and cosign a second history of every log it knew.
    if not (data / WITNESS_FILE).is_file():
        _refuse_key_alone(data)


def _refuse_key_alone(data: Path) -> None:
    lost = [file for file in KEY_FILES.values() if (data / file).is_file()]
    if lost:
        raise WitnessStateAbsent(seen=f"{data / lost[0]} alone", wanted=f"what it cosigned, in {data / WITNESS_FILE}")


def _own_keys(engine: Engine, data: Path, name: str, *, post_quantum: bool) -> tuple[SigningKey, ...]:
    # The name is on disk before the key: a key without it is a lost database, never a start that was cut short.
    with writing(engine) as connection:
        found = read_identity(connection)
        if found is None:
            # An empty database beside a key: cut off, or copied without the write-ahead log that its first rows stand in.
            _refuse_key_alone(data)
            found = Identity(name)
            keep_identity(connection, found)
    if found.name != name:
        raise WitnessNameDiffers(seen=name, wanted=found.name)
    keys = [own_key(data, name, KeyType.COSIGNATURE, known=found.vkey)]
    if post_quantum or found.mldsa_vkey or (data / KEY_FILES[KeyType.MLDSA44]).is_file():
        keys.append(own_key(data, name, KeyType.MLDSA44, known=found.mldsa_vkey))
    told = [str(key.verifier) for key in keys]
    complete = replace(found, vkey=told[0], mldsa_vkey=told[1] if len(told) > 1 else None)
    if complete != found:
        with writing(engine) as connection:
            keep_identity(connection, complete)
    return tuple(keys)
