"""The escrow folded again from its records: every one judged anew by the rules, and the tables held against the outcome.

What the fold itself makes sure of: records are judged in log order, each once, so that positions only rise (I8); a record
of the operator's clock needs a `seen` line (I14), whose truth is checked with its entry; the terms of a line pin a rule pack
that governance had adopted before, by its digest (I16). After each record its legs are summed (I1); the invariants over all
books are counted when the records have doubled in number, and at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ledger.audit.entries import ParsedEntry
from ledger.audit.escrow_keeping import EscrowCheck
from ledger.audit.escrow_notes import EscrowNotes, Judged
from ledger.audit.escrow_rows import EscrowRows
from ledger.audit.finding import FindingKind, Place, at_entry, at_place
from ledger.audit.journal import Journal
from ledger.audit.kept_state import KeptEscrow
from ledger.audit.records import CheckedRecords
from ledger.audit.said import SaidRecord
from ledger.errors import SuyuanError
from ledger.evidence.authority import RecordClass
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.fold import GovernedRules
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.invariants import breaches, broken_legs
from ledger.trade.escrow.kernel import apply
from ledger.trade.escrow.open_matter import rests_on
from ledger.trade.escrow.pack import adopted_name, shipped_packs
from ledger.trade.parties.state import Governance

_FIRST_COUNT: Final = 1_000


class EscrowReplay:
    """The books as the records before the next entry left them.

    `doubted_from` is the first entry about which something is not known that the rules ask for: nothing after it is
    judged, no table is held against it, and the report says so.
    """

    def __init__(self, journal: Journal, rows: EscrowRows | None) -> None:
        self._journal, self._packs = journal, shipped_packs()
        self._check = EscrowCheck(rows, journal) if rows is not None else None
        self.notes = EscrowNotes()
        self.refusals: Counter[str] = Counter()
        self.entries = self.records = 0
        self.doubted_from: int | None = None
        self._why = ""
        self.broken: tuple[str, ...] = ()
        """Every breach of an invariant: of single postings, and of all books as counted last."""
        self._unbalanced: list[str] = []
        self._judged: dict[Place, Judged] = {}
        self._count_at, self._last = _FIRST_COUNT, 0

    def load(self, start: int, stop: int) -> None:
        """Read the tables' rows of the next bundle."""
        if self._check is not None:
            self._check.load(start, stop)

    def doubt(self, index: int, why: str) -> None:
        """From this entry on the state of the escrow is not known, unless it was not known before."""
        if self.doubted_from is None:
            self.doubted_from, self._why = index, why

    def judge(
        self, index: int, parsed: ParsedEntry, checked: CheckedRecords, state: Governance | None, *, signed_well: bool
    ) -> None:
        """Judge an entry. Who may do what here is governance's to say, so doubts about it are doubts here."""
        klass = parsed.signed.batch.klass
        decides = klass in (RecordClass.ESCROW, RecordClass.GOVERNANCE)
        # Under a good signature an altered entry still says which class it is of, and only the escrow asks for its time.
        if index in self._journal.spoilt and (klass is RecordClass.ESCROW or not signed_well):
            self.doubt(index, "its bytes are not those of the tree")
        elif decides and state is not None and not signed_well:
            self.doubt(index, "it is not signed as it has to be")
        elif klass is RecordClass.GOVERNANCE and checked.commitments is None:
            self.doubt(index, "its governance record is not known to be the one that was signed")
        if klass is RecordClass.ESCROW:
            self.take(index, parsed, checked.escrow, state)

    def take(self, index: int, parsed: ParsedEntry, said: Sequence[SaidRecord] | None, state: Governance | None) -> None:
        """Judge the records of an entry of class escrow by the governance before it.

        Args:
            said: its well-formed records; None where one of its bodies is not known.
            state: None where governance before this entry is not known.
        """
        self.entries += 1
        if state is None:
            self.doubt(index, "a governance record before it cannot be read")
        elif said is None:
            self.doubt(index, "not all of its bodies are shown as they were signed")
        if self.doubted_from is not None or state is None or said is None:
            return
        rules = GovernedRules(state, self._packs)
        batch, time = parsed.signed.batch, parsed.entry.time
        for place, data, record in said:
            body = self._read(index, place, record)
            if body is None:
                continue
            if isinstance(body, OrderAgreed) and self._is_pack_unknown(body, state):
                self.doubt(index, f"the rule pack {body.pack.name} that governance adopted does not come with this release")
                return
            self._hear(Said(body, data, (index, place), batch.parties, batch.seen is not None, time), rules)
        self._last = index
        if self.records >= self._count_at:
            self._count_at = 2 * self.records
            self._count()

    def rests_on(self, commitment: Digest | None) -> bool:
        """Whether an open dispute or claim has the record of this commitment among its evidence, as far as that is known."""
        if commitment is None or self.doubted_from is not None:
            return False
        return any(rests_on(line, {commitment}) for line in self.notes.books.lines.values())

    def compare(self, index: int) -> None:
        """Hold the rows of the entry just read against its verdicts; of one that is in doubt, no row is told."""
        judged, self._judged = self._judged, {}
        if self._check is not None:
            self._check.entry(index, judged if self.doubted_from is None else None)

    def keep(self) -> KeptEscrow:
        return KeptEscrow(
            entries=self.entries,
            records=self.records,
            refusals=dict(self.refusals),
            doubted_from=self.doubted_from,
            why=self._why,
            broken=list(self.broken),
            unbalanced=self._unbalanced,
            count_at=self._count_at,
            last=self._last,
            **self.notes.keep(),
        )

    def resume(self, kept: KeptEscrow) -> None:
        """Go on from these books.

        Raises:
            SuyuanError leaves: a kept record cannot be read. KeyError: it pins a rule pack that this release does not have.
        """
        self.entries, self.records, self.refusals = kept.entries, kept.records, Counter(kept.refusals)
        self.doubted_from, self._why = kept.doubted_from, kept.why
        self.broken, self._unbalanced = tuple(kept.broken), list(kept.unbalanced)
        self._count_at, self._last = kept.count_at, kept.last
        self.notes.resume(kept, self._packs)

    def finish(self, size: int) -> None:
        """Count everything, and compare what only the end can tell."""
        self._count()
        if self.doubted_from is not None:
            if self.entries:
                self._journal.leave(f"the escrow from entry {self.doubted_from} on: {self._why}")
        elif self._check is not None:
            self._check.finish(self.notes, size)

    def _read(self, index: int, place: int, record: Mapping[str, Any]) -> EscrowBody | None:
        try:
            return read_escrow_body(record)
        except SuyuanError as reason:
            self._journal.record(FindingKind.ESCROW_RECORD_MALFORMED, index, place, str(reason))
            return None

    def _hear(self, said: Said, rules: GovernedRules) -> None:
        self.records += 1
        self._journal.checked.escrow_records += 1
        verdict = apply(self.notes.books, said, rules)
        judged = self._judged[said.position] = self.notes.take(said, verdict)
        if not isinstance(verdict, Accepted):
            self.refusals[verdict.code] += 1
            return
        for breach in broken_legs(judged.legs):
            self._unbalanced.append(f"I1: {breach}")
            self._journal.add(FindingKind.ESCROW_INVARIANT_BROKEN, at_place(*said.position), f"I1: {breach}")

    def _is_pack_unknown(self, body: OrderAgreed, state: Governance) -> bool:
        pinned = body.pack.sha256
        return pinned not in self._packs and state.rule_packs.get(adopted_name(body.pack.name)) == pinned

    def _count(self) -> None:
        counted = breaches(self.notes.books) if self.records else []
        self.broken = (*self._unbalanced, *counted)
        for breach in counted:
            self._journal.add(FindingKind.ESCROW_INVARIANT_BROKEN, at_entry(self._last), breach)
