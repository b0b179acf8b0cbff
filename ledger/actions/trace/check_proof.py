"""Build the receipt of a record and verify it at once, against the ledger's own policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.issue_receipt import ReceiptDesk
from ledger.actions.trace.proven_entries import ProvenEntry
from ledger.errors import SuyuanError
from ledger.evidence.commitment import commit
from ledger.evidence.instant import Instant
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest, leaf_hash, root_of
from ledger.evidence.policy import NO_QUORUM, FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.evidence.receipt import verify_receipt
from ledger.evidence.register import KeyLine
from ledger.evidence.statement import type_in_batch
from ledger.evidence.verdict import ReceiptVerdict
from ledger.storage.checkpoints import NotPublishedYet, latest_size
from ledger.storage.entries import read_batch, read_commitments, read_entries_at, read_entry
from ledger.storage.position import Position
from ledger.trade.parties.state import Governance


class Holds(StrEnum):
    """What came of checking a proof."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not yet"
    """The entry is sequenced; no checkpoint over it is published."""


@dataclass(frozen=True, slots=True)
class Said:
    """A party that signed, as it is shown: `held` where the operator holds its key for it."""

    party: str
    label: str | None
    roles: tuple[str, ...]
    territory: str
    held: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A record's proof as it was a moment ago. `failure` names the error where it does not hold.

    said: the parties of the batch note, issuer first; what their key lines proved, if the proof holds.
    """

    holds: Holds
    said: tuple[Said, ...]
    recorded: Instant | None = None
    failure: str | None = None


class Prover:
    """Checks proofs of one ledger from one view of the database, one after the other."""

    def __init__(self, connection: Connection, ledger: Ledger, state: Governance) -> None:
        self._connection, self._ledger, self._state = connection, ledger, state
        self._desk = ReceiptDesk(connection, state)
        self._policy = own_policy(state)
        self._entries: dict[int, bytes] = {}
        self._proven: dict[int, ProvenEntry] = {}
        self._shown: dict[tuple[KeyLine, ...], tuple[Said, ...]] = {}
        self.size = latest_size(connection)

    def read_ahead(self, entries: Iterable[int]) -> None:
        """Read these entries at once: whoever proves many records knows whose they are."""
        wanted = [index for index in sorted(set(entries)) if index not in self._entries]
        self._entries.update(read_entries_at(self._connection, wanted))

    def entry(self, index: int) -> bytes:
        """The bytes of an entry as they lie there now."""
        found = self._entries.get(index)
        if found is None:
            found = self._entries[index] = read_entry(self._connection, index)
        return found

    def prove(self, position: Position, body: bytes, salt: bytes | None) -> Proof:
        """Build and verify the receipt of the record at `position`, whose bytes are `body`.

        Of an entry that this process has proven already, unchanged since, only the record itself is proven again.
        """
        known = self.proven(position.entry)
        if known is not None and salt is not None and self._is_proven(known, position.place, body, salt):
            return Proof(Holds.YES, self._said(known.parties), known.time)
        try:
            verdict = verify_receipt(self._desk.issue(position), body=body, policy=self._policy)
        except NotPublishedYet as waiting:
            return Proof(Holds.NOT_YET, self._issuer(position), failure=waiting.code)
        except SuyuanError as failure:
            return Proof(Holds.NO, self._issuer(position), failure=failure.code)
        self._remember(position.entry, verdict)
        return Proof(Holds.YES, self._said(verdict.parties), verdict.entry_time)

    def proven(self, index: int) -> ProvenEntry | None:
        """The entry, if this process has proven it already and it is unchanged; its bytes are read and hashed once a page."""
        known = self._proven.get(index)
        if known is None:
            known = self._ledger.proven.get(index, leaf=leaf_hash(self.entry(index)), policy=self._policy)
            if known is not None:
                self._proven[index] = known
        return known

    def _is_proven(self, known: ProvenEntry, place: int, body: bytes, salt: bytes) -> bool:
        batch = known.batch
        commitment = commit(origin=batch.origin, issuer=batch.issuer, salt=salt, body=body)
        if place >= batch.size or known.commitment(place) != commitment:
            return False  # the whole verification names what is wrong
        if not known.typed[place]:
            try:
                type_in_batch(body, batch)
            except SuyuanError:
                return False
            known.typed[place] = True
        return True

    def _remember(self, index: int, verdict: ReceiptVerdict) -> None:
        commitments = read_commitments(self._connection, index)
        if len(commitments) != verdict.batch.size or root_of(commitments) != verdict.batch.root:
            return
        leaf = leaf_hash(self.entry(index))
        kept, typed = b"".join(commitments), bytearray(len(commitments))
        proven = ProvenEntry(leaf, self._policy, verdict.batch, verdict.parties, verdict.entry_time, kept, typed)
        self._ledger.proven.keep(index, proven)
        self._proven[index] = proven

    def _said(self, lines: tuple[KeyLine, ...]) -> tuple[Said, ...]:
        shown = self._shown.get(lines)
        if shown is None:
            shown = self._shown[lines] = tuple(
                Said(line.party, self._label(line.party), line.roles, line.territory, line.custody == "operator")
                for line in lines
            )
        return shown

    def said_by(self, name: str) -> Said:
        """A party as it stands now."""
        party = self._state.parties.get(name)
        if party is None:
            return Said(name, None, (), "-", held=False)
        return Said(name, party.label, party.roles, party.territory, party.custody == "operator")

    def _issuer(self, position: Position) -> tuple[Said, ...]:
        return (self.said_by(read_batch(self._connection, position.entry).issuer),)

    def _label(self, name: str) -> str | None:
        party = self._state.parties.get(name)
        return None if party is None else party.label


def own_policy(state: Governance) -> Policy:
    """The policy that pins this ledger as its own governance knows it, without witnesses.

    It shows that the parts of a proof fit together and to the keys; whoever distrusts the server brings another policy.
    """
    return _pinning(tuple(held.key for held in state.log_keys), state.origin, state.first_entry)


@lru_cache(maxsize=64)
def _pinning(keys: tuple[VerifierKey, ...], origin: str, first_entry: Digest) -> Policy:
    # A policy looks whether its keys are weak ones: a tenth of a page.
    lines = [LogLine(key) for key in keys]
    return Policy((*lines, FirstEntryLine(origin, first_entry), QuorumLine(NO_QUORUM)))
