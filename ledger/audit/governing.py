"""Governance folded again from its records, entry by entry: whose key is valid where, and what was erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.audit.finding import FindingKind, Place
from ledger.audit.journal import Journal
from ledger.audit.kept_state import KeptErasure, KeptGovernance
from ledger.errors import SuyuanError
from ledger.evidence.batch import Batch, BatchSignatureWrong, SignedBatch, verify_batch
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.trade.parties.bodies import LogKeyAdded, LogKeyRetired, RecordErased, read_body
from ledger.trade.parties.fold import apply, found, founding_keys, note_use
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.signers import ErasedRecord
from ledger.trade.parties.state import Governance

BatchAt = Callable[[int], Batch | None]
"""The batch of an earlier entry, where the source shows it."""


@dataclass(frozen=True, slots=True)
class ErasedBy:
    """The entry whose `RecordErased` took the record away, and on what ground."""

    entry: int
    ground: str


class GovernanceReplay:
    """The state before the next entry, and what followed from all governance so far.

    `gap` is the entry of the first governance record that could not be read: from there on the true state is unknown,
    so that keys and registers are no longer judged. `doubted` means that some entry's use of keys is not in the state.
    """

    def __init__(self, journal: Journal, batch_at: BatchAt, is_evidence: Callable[[Place], bool]) -> None:
        """`is_evidence`: whether a dispute that is open before the next entry rests on a record, by its commitment."""
        self._journal, self._batch_at, self._is_evidence = journal, batch_at, is_evidence
        self.state: Governance | None = None
        self.gap: int | None = None
        self.doubted = False
        self._skipped: int | None = None
        self.erased: dict[Place, ErasedBy] = {}
        self.lines: dict[tuple[str, int], int | None] = {}
        self._since: dict[str, int] = {}

    @property
    def trusted_state(self) -> Governance | None:
        """The state, unless a governance record before it could not be read."""
        return self.state if self.gap is None else None

    def found(self, signed: SignedBatch, body: GovernanceBody | None, entry_hash: Digest) -> None:
        """Begin with entry 0, signed by every governance key that it names."""
        if body is None:
            return self._lose(0)
        try:
            keys = verify_batch(signed, founding_keys(body))
            self._journal.checked.signatures += len(keys)
            self._move(found(batch=signed.batch, body=body, entry_hash=entry_hash, keys=keys), 0)
        except BatchSignatureWrong as reason:
            self._journal.entry(FindingKind.SIGNATURE_WRONG, 0, str(reason))
        except SuyuanError as reason:
            self._journal.entry(FindingKind.GOVERNANCE_REFUSED, 0, str(reason))
        if self.state is None:
            self._lose(0)
        return None

    def use(self, index: int, keys: Sequence[VerifierKey]) -> None:
        """These keys signed an entry, which proves that somebody holds them."""
        if self.state is not None:
            self._move(note_use(self.state, keys, index=index), index)

    def read(self, index: int, record: Mapping[str, Any] | None) -> GovernanceBody | None:
        """The typed record of a governance entry; None, and a finding, where it cannot be read."""
        if record is None:
            self._lose(index)
            return None
        try:
            return read_body(record)
        except SuyuanError as reason:
            self._journal.entry(FindingKind.GOVERNANCE_REFUSED, index, str(reason))
            return None

    def apply(self, index: int, batch: Batch, body: GovernanceBody, keys: Sequence[VerifierKey]) -> None:
        """Fold one governance record; a refused one changes nothing."""
        if self.state is None:
            return
        if isinstance(body, RecordErased) and body.entry in self._journal.spoilt:
            # Who may erase it is in an entry that cannot be read: the doubt is told with that entry.
            self.erased[body.entry, body.place] = ErasedBy(index, body.ground)
            return
        try:
            record = self._erased_record(body) if isinstance(body, RecordErased) else None
            state = apply(self.state, index=index, batch=batch, body=body, keys=keys, record=record)
        except SuyuanError as reason:
            if self.gap is None:
                self._journal.entry(FindingKind.GOVERNANCE_REFUSED, index, str(reason))
            return
        if isinstance(body, RecordErased):
            self.erased[body.entry, body.place] = ErasedBy(index, body.ground)
        if isinstance(body, LogKeyAdded | LogKeyRetired):
            self._journal.key_changes.append(f"{type(body).__name__} of {body.key.key_id.hex()} at entry {index}")
        self._move(state, index)

    def doubt(self, index: int | None) -> None:
        """An entry was skipped, or its bytes are wrong: it may have moved the state without our knowing."""
        self.doubted = True
        self._skipped = index if self._skipped is None else self._skipped

    def settle_doubt(self, size: int, root: Digest) -> None:
        """The register that a later entry names tells if a skipped entry was one of governance."""
        if self._skipped is not None and self.state is not None:
            register = self.state.register()
            if (register.size, register.root) != (size, root):
                self._lose(self._skipped)
            self._skipped = None

    def keep(self) -> KeptGovernance:
        snapshot = None if self.state is None else self.state.to_json().decode()
        erased = [KeptErasure(*place, by.entry, by.ground) for place, by in self.erased.items()]
        lines = [(line, since, until) for (line, since), until in self.lines.items()]
        return KeptGovernance(snapshot, self.gap, self.doubted, self._skipped, erased, lines, self._since)

    def resume(self, kept: KeptGovernance) -> None:
        """Go on from this state.

        Raises:
            BodyMalformed: the snapshot is not one.
        """
        self.state = None if kept.snapshot is None else Governance.from_json(kept.snapshot.encode())
        self.gap, self.doubted, self._skipped = kept.gap, kept.doubted, kept.skipped
        self.erased = {(one.entry, one.place): ErasedBy(one.by_entry, one.ground) for one in kept.erased}
        self.lines = {(line, since): until for line, since, until in kept.lines}
        self._since = dict(kept.since)

    def _erased_record(self, body: RecordErased) -> ErasedRecord | None:
        batch = self._batch_at(body.entry) if self.state is not None and body.origin == self.state.origin else None
        if batch is None or body.place >= batch.size:
            return None
        before = self.erased.get((body.entry, body.place))
        return ErasedRecord(
            batch.issuer,
            batch.klass,
            in_open_matter=self._is_evidence((body.entry, body.place)),
            erased_at=None if before is None else before.entry,
        )

    def _lose(self, index: int) -> None:
        if self.gap is None:
            self.gap = index
            self._journal.leave(f"keys and registers after entry {index}, whose governance record cannot be read")

    def _move(self, state: Governance, index: int) -> None:
        """Take the state for the entry after `index`, and keep the history of the register's lines."""
        before = self.state.register() if self.state is not None else None
        self.state = state
        if before is state.register():
            return
        old = {line.line for line in before.lines} if before is not None else set()
        new = {line.line for line in state.register().lines}
        for line in old - new:
            self.lines[line, self._since.pop(line)] = index + 1
        for line in new - old:
            self._since[line] = index + 1
            self.lines[line, index + 1] = None
