"""Issue the receipt of a record: everything needed to check it without this server."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking
from ledger.actions.trace.read_record import refuse_reading
from ledger.errors import Conflict
from ledger.evidence.batch import SignedBatch
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.entry import Entry
from ledger.evidence.merkle import Digest, HashReader, inclusion_proof
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.receipt import make_receipt
from ledger.evidence.register import KeyLine, Register
from ledger.storage.blocks import batch_path
from ledger.storage.checkpoints import NotPublishedYet, covering
from ledger.storage.database import reading
from ledger.storage.entries import RecordAbsent, read_batch, read_entry, read_record
from ledger.storage.governance import lines_at
from ledger.storage.position import Position
from ledger.storage.tiles import tree_reader
from ledger.trade.parties.state import Governance
from ledger.trade.parties.witnessing import witness_mark

_REMEMBERED: Final = 1_024
_REMEMBERED_BYTES_MAX: Final = 2_048


class RegisterDiffers(Conflict):
    title = "the kept key lines do not give the register that the entry names"
    default_hint = "the tables were changed behind the ledger's back: run `suyuan audit`"


def issue_receipt(ledger: Ledger, position: Position) -> bytes:
    """The `.tlog-proof` of the record at `position`; the same bytes each time, until governance changes witnesses or log keys.

    Raises:
        EntryAbsent, RecordAbsent: no such record.
        NotPublishedYet: no checkpoint covers its entry yet.
        RegisterDiffers: the tables were changed.
    """
    with reading(ledger.engine) as connection:
        return ReceiptDesk(connection, ledger.governance.load(connection)).issue(position)


def receipt_for(ledger: Ledger, position: Position, asking: Asking) -> bytes:
    """The same, for whoever may read the record, or what is left of it: a receipt holds its salt.

    Raises:
        ReadingForbidden, BodyLost; and as `issue_receipt`.
    """
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        refuse_reading(connection, state, position, asking)
        return ReceiptDesk(connection, state).issue(position)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the receipts of all records of one entry have in common."""

    checkpoint_note: bytes
    inclusion: list[Digest]
    entry: bytes
    size: int
    keys: list[tuple[KeyLine, int, list[Digest]]]
    context: bytes | None


class ReceiptDesk:
    """Issues receipts from one view of the database; what the records of an entry share is put together once."""

    def __init__(self, connection: Connection, state: Governance) -> None:
        self._connection, self._met = connection, witness_mark(state)
        self._keys_since = max((one.added for one in state.log_keys if one.overlap_until is None), default=0)
        self._shared: dict[int, _Shared] = {}
        self._trees: dict[int, HashReader] = {}

    def issue(self, position: Position) -> bytes:
        """As `issue_receipt`."""
        shared = self._shared.get(position.entry) or self._share(position.entry)
        if position.place >= shared.size:
            raise RecordAbsent(seen=position.place, wanted=f"a place below {shared.size}")
        record = read_record(self._connection, position)
        return make_receipt(
            checkpoint_note=shared.checkpoint_note,
            index=position.entry,
            inclusion=shared.inclusion,
            entry=shared.entry,
            place=position.place,
            path=batch_path(self._connection, entry=position.entry, place=position.place, size=shared.size),
            salt=record.salt,
            commitment=record.commitment if record.salt is None else None,
            keys=shared.keys,
            context=shared.context,
        )

    def _share(self, index: int) -> _Shared:
        entry, signed = _read_entry(read_entry(self._connection, index))
        note = self._checkpoint_over(index)
        size = _size_of(note)
        if size not in self._trees:
            self._trees[size] = tree_reader(self._connection, size)
        shared = _Shared(
            checkpoint_note=note,
            inclusion=inclusion_proof(index=index, size=size, read=self._trees[size]),
            entry=entry.to_bytes(),
            size=signed.batch.size,
            keys=_key_proofs(self._connection, entry, signed, index),
            context=read_batch(self._connection, index).context,
        )
        self._shared[index] = shared
        return shared

    def _checkpoint_over(self, index: int) -> bytes:
        """The checkpoint for receipts of entry `index`: one that every log key in use has signed, once there is one."""
        # Who has the policy file of now knows no key that was retired, and an older checkpoint bears no other.
        if index < self._keys_since:
            with suppress(NotPublishedYet):
                return covering(self._connection, self._keys_since, met=self._met)
        return covering(self._connection, index, met=self._met)


def _key_proofs(connection: Connection, entry: Entry, signed: SignedBatch, index: int) -> list[tuple[KeyLine, int, list[Digest]]]:
    if index == 0:
        return []  # the founding entry brings its keys in its own body
    register = _register(tuple(lines_at(connection, index)))
    if register.root != entry.register_root:
        raise RegisterDiffers(seen=register.root.hex(), wanted=entry.register_root.hex(), pointer=f"entry {index}")
    return [_key_proof(register, party, line) for party, line in zip(signed.batch.parties, signed.signatures, strict=True)]


def _key_proof(register: Register, party: str, signature: SignatureLine) -> tuple[KeyLine, int, list[Digest]]:
    line = next(line for line in register.keys_of(party) if line.key.key_id == signature.key_id)
    return (line, *register.prove(line))


# What bytes say is the same as long as they are the same bytes; they are read from the tables each time.
def _read_entry(data: bytes) -> tuple[Entry, SignedBatch]:
    return _remembered(data) if len(data) <= _REMEMBERED_BYTES_MAX else _parse(data)


def _parse(data: bytes) -> tuple[Entry, SignedBatch]:
    entry = Entry.parse(data)
    return entry, entry.signed()


_remembered: Final = lru_cache(maxsize=_REMEMBERED)(_parse)


@lru_cache(maxsize=64)
def _size_of(note: bytes) -> int:
    return Checkpoint.parse(SignedNote.parse(note).text).size


@lru_cache(maxsize=64)
def _register(lines: tuple[str, ...]) -> Register:
    # Registers change seldom, receipts are asked for often.
    return Register.of(KeyLine.parse(line) for line in lines)
