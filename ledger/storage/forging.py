"""What a hostile administrator can do to a data directory: every row, every held key, and the log key to cover it up.

Nothing in the product calls this but the rehearsal of attacks, on a copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.checkpoint import Checkpoint, cosign, sign_checkpoint
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.evidence.merkle import Digest, root_of
from ledger.evidence.note import SignatureLine, SignedNote, sign_note
from ledger.evidence.register import KeyLine, Register
from ledger.storage.bare_log import BareLog
from ledger.storage.event_keys import note_key
from ledger.storage.position import pack

Record = tuple[Digest, bytes | None, bytes | None]
"""Commitment, salt, body."""


@dataclass(frozen=True, slots=True)
class EscrowScene:
    """Where in the escrow of the copied log the attacks strike; every entry named holds one record.

    Attributes:
        line: an order line of `buyer` whose money `custodian` holds, of a second-hand item; `unpaid` is another one.
        account: what the bank holds, in `currency`.
        spare: entry of a governance record, before all of the escrow, that nothing there needs.
        agreed, paid, titled: entries of records about `line` that were accepted: agreement, payment, title.
        refused: entry of a record that was refused.
        reference: of the payment, as the bank names it.
        serial: of the item.
    """

    line: str
    unpaid: str
    buyer: str
    custodian: str
    account: str
    currency: str
    spare: int
    agreed: int
    paid: int
    refused: int
    titled: int
    reference: str
    serial: bytes


@dataclass(frozen=True, slots=True)
class Scene:
    """Where in the copied log the attacks strike; every entry named is covered by a published checkpoint.

    Attributes:
        document: entry of a document of `issuer` with at least three events; entries follow it.
        other_document: the same of `other`.
        cosigned: entry signed by `issuer` and `other`.
        large: entry of more than 256 records.
        padded: entry of one event of `issuer` and one record of padding behind it.
        admission: entry that admitted `issuer`.
        erased: (entry, place) of a record that the log erased; `erased_salt`, `erased_body` are what it was.
        bank: a party whose role may not sign events.
        revoked: a key of a party that was revoked.
        early_size: size of a published checkpoint over `document`, not the newest.
        older_copy: the database as it was when that checkpoint was published.
        witnesses: three, of which two are a quorum; all cosigned the two checkpoints that the scene published.
        retired: a log key that signs no checkpoint from `document` on.
        log_keys_at: the keys that sign the checkpoint of a size.
    """

    issuer: str
    other: str
    bank: str
    document: int
    other_document: int
    cosigned: int
    large: int
    padded: int
    admission: int
    erased: tuple[int, int]
    erased_salt: bytes
    erased_body: bytes
    revoked: SigningKey
    early_size: int
    older_copy: Path
    escrow: EscrowScene
    witnesses: tuple[SigningKey, ...]
    retired: SigningKey
    log_keys_at: Callable[[int], Sequence[VerifierKey]]


class Forgery(BareLog):
    """A copied database without its guards, and the keys that its administrator holds."""

    def __init__(self, connection: sqlite3.Connection, keys: Mapping[str, SigningKey], scene: Scene, kept: bytes) -> None:
        """`kept`: the checkpoint that the auditor keeps; an attack may have shown another one."""
        super().__init__(connection)
        self._keys, self.scene, self.kept = keys, scene, kept
        self.origin = str(self.value("SELECT origin FROM head"))

    def restore(self, database: Path) -> None:
        with closing(sqlite3.connect(database)) as older:
            older.backup(self._connection)

    def batch(self, index: int) -> Batch:
        return self.entry(index).signed().batch

    def records(self, index: int) -> list[Record]:
        return self.rows(
            "SELECT commitment, salt, body FROM records WHERE position BETWEEN ? AND ? ORDER BY position",
            pack(index, 0),
            pack(index + 1, 0) - 1,
        )

    def key(self, party: str) -> SigningKey:
        """The newest key that the operator holds for a party, or the log's own."""
        vkeys = self.rows("SELECT vkey FROM held_keys WHERE party = ? ORDER BY rowid DESC", party)
        return self._keys[vkeys[0][0]]

    def put_entry(self, index: int, entry: Entry) -> None:
        self.run('UPDATE entries SET body = ? WHERE "index" = ?', entry.to_bytes(), index)

    def cover_up(self, start: int) -> None:
        """Chain the entries anew from `start`, and make tiles, head and signed checkpoints fit them."""
        before = self.entry(start - 1).leaf_hash()
        for index in range(start, self.size):
            entry = replace(self.entry(index), prev=before)
            before = entry.leaf_hash()
            self.run('UPDATE entries SET body = ?, leaf_hash = ? WHERE "index" = ?', entry.to_bytes(), before, index)
        self.rebuild_tree()
        for (size,) in self.rows("SELECT size FROM checkpoints WHERE size > ?", start):
            self.sign(size)
        self.sign(self.size)

    def sign(self, size: int, *, root: Digest | None = None, witnesses: Sequence[SigningKey] = ()) -> None:
        """Publish a checkpoint with the log keys, of the tree as it now is or of another root."""
        note = self.signed(size, root=root)
        self.publish(size, note, [cosign(note, witness, self.time_s) for witness in witnesses])

    def signed(self, size: int, *, root: Digest | None = None, keys: Sequence[SigningKey] | None = None) -> SignedNote:
        """A checkpoint by the log keys of its size, or by other keys."""
        checkpoint = Checkpoint(self.origin, size, root or root_of(self.leaves()[:size]))
        by = [self._keys[str(key)] for key in self.scene.log_keys_at(size)] if keys is None else keys
        return sign_checkpoint(checkpoint, by, time_s=self.time_s)

    def published(self, size: int) -> SignedNote:
        return SignedNote.parse(self.value("SELECT note FROM checkpoints WHERE size = ?", size))

    def publish(self, size: int, note: SignedNote, lines: Sequence[SignatureLine] = ()) -> None:
        """Put a checkpoint, with these lines below its own, into the place of the one of its size."""
        whole = "".join((note.text, "\n", *(f"{line}\n" for line in (*note.signatures, *lines)))).encode()
        self.run("DELETE FROM checkpoints WHERE size = ?", size)
        self.run("INSERT INTO checkpoints (size, note) VALUES (?, ?)", size, whole)

    @property
    def time_s(self) -> int:
        """POSIX seconds of the last entry."""
        return self.entry(self.size - 1).time // 1_000

    def append(self, batch: Batch, keys: Sequence[SigningKey], records: Sequence[Record], *, context: bytes | None) -> int:
        """Write a batch signed with these keys as the next entry, as if it had been sequenced, and publish it."""
        index, last = self.size, self.entry(self.size - 1)
        register = Register.of(KeyLine.parse(line) for line in self._lines_at(index))
        note = sign_note(batch.text, keys).to_bytes()
        entry = Entry(last.leaf_hash(), Instant(max(last.time, batch.time)), register.size, register.root, note)
        self.run("INSERT INTO entries VALUES (?, ?, ?)", index, entry.to_bytes(), entry.leaf_hash())
        columns = (index, batch.issuer, batch.klass.value, batch.read.value, batch.size, batch.root, context)
        self.run("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)", *columns)
        for place, record in enumerate(records):
            self.run("INSERT INTO records VALUES (?, ?, ?, ?)", pack(index, place), *record)
        self.run("INSERT INTO note_keys VALUES (?, ?)", note_key(batch.issuer, batch.root), index)
        self.rebuild_tree()
        self.sign(index + 1)
        return index

    def context_of(self, index: int) -> bytes | None:
        context: bytes | None = self.value("SELECT context FROM batches WHERE entry = ?", index)
        return context

    def new_batch(self, **changed: Any) -> Batch:  # noqa: ANN401 - fields of a batch
        """An honest batch of class governance to bend."""
        model = self.batch(self.scene.admission)
        fields = {"klass": RecordClass.GOVERNANCE, "read": ReadRule.PUBLIC, "time": self.entry(self.size - 1).time}
        return replace(model, **{**fields, **changed})

    def _lines_at(self, index: int) -> Iterator[str]:
        query = "SELECT line FROM register_lines WHERE valid_from <= ? AND (valid_until IS NULL OR valid_until > ?)"
        return (line for (line,) in self.rows(query, index, index))


@contextmanager
def forging(database: Path, keys: Mapping[str, SigningKey], scene: Scene, kept: bytes) -> Iterator[Forgery]:
    """Open a copied database as an administrator does who removes the guards first; commit at the end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        yield Forgery(connection, keys, scene, kept)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


Strike = Callable[[Forgery], str]


@dataclass(frozen=True, slots=True)
class NamedAttack:
    """One attack, on whatever it strikes at.

    Args:
        kind: of the finding, or the code of the refusal, that must name it.
        strike: does it; its docstring says what it does, its name is the attack's.
    """

    kind: str
    strike: Callable[..., str]

    @property
    def name(self) -> str:
        return self.strike.__name__.replace("_", "-")

    @property
    def sentence(self) -> str:
        return (self.strike.__doc__ or "").split("\n")[0]


@dataclass(frozen=True, slots=True)
class Attack(NamedAttack):
    """One attack on a data directory.

    Args:
        strike: returns the position at which an audit must name it.
        against_kept: only a checkpoint kept from before gives it away.
        witnessed: the auditor's policy asks for a quorum of witnesses.
    """

    strike: Strike
    against_kept: bool = False
    witnessed: bool = False
