"""Erase in a copy what was erased after it was made, so that nothing comes back to life with an older backup."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from ledger.actions.erasure.erasure_list import ListedErasure
from ledger.actions.log.erasing import erase
from ledger.actions.media.forget_media import naming_positions
from ledger.evidence.authority import RecordClass
from ledger.storage.database import open_engine, writing
from ledger.storage.disclosures import DisclosureAbsent, empty_disclosure
from ledger.storage.entries import EntryAbsent, RecordAbsent, read_batch, read_record
from ledger.storage.erasures import Erasure, erasure_of, files_to_forget, looked_after
from ledger.storage.media import forget_note, keepers_of
from ledger.storage.position import pack
from ledger.storage.sqlite import empty_wal
from ledger.trade.parties.signers import NEVER_ERASED


def erase_again(stage: Path, listed: Iterable[ListedErasure]) -> int:
    """Let go of everything in `listed` that the database in the directory `stage` still holds; return how much that was.

    Files that only such records named are noted no more, so that whoever copies files leaves them out. The log of the copy
    does not tell of these erasures: an audit of it names each record as missing.
    """
    engine = open_engine(stage)
    try:
        with writing(engine) as connection:
            gone = sum(_erase_one(connection, one) for one in listed)
            _forget_notes(connection)
        empty_wal(engine)
    finally:
        engine.dispose()
    return gone


def _erase_one(connection: Connection, listed: ListedErasure) -> bool:
    position, packed = listed.position, pack(*listed.position)
    try:
        batch, record = read_batch(connection, position.entry), read_record(connection, position)
        if listed.digest is not None:
            empty_disclosure(connection, packed, listed.digest, listed.ground)
            return True
    except (EntryAbsent, RecordAbsent, DisclosureAbsent):
        return False  # the copy is older than the record itself, or holds no such disclosure any more
    if record.body is None or RecordClass(batch.record_class) in NEVER_ERASED or erasure_of(connection, packed) is not None:
        return False
    erase(connection, Erasure(packed, listed.by_entry or 0, listed.ground), position, event_secret=None)
    return True


def _forget_notes(connection: Connection) -> None:
    for digest, party in files_to_forget(connection):
        if set(keepers_of(connection, digest)) <= {party} and not naming_positions(connection, digest):
            forget_note(connection, digest)
        looked_after(connection, digest)
