"""One round of sequencing: the log as it stands at each batch's turn, and the rows that the round will write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection

from ledger.actions.erasure.open_matter import LedgerNow
from ledger.actions.escrow.read_terms import lines_named, references_named
from ledger.actions.log.erasing import erase, record_to_erase
from ledger.actions.log.staging import KeysTaken, Outcome, Sequenced, StagedBatch
from ledger.actions.open_ledger import Ledger, LedgerUnfounded
from ledger.errors import Conflict, SuyuanError, Unavailable, Untrusted
from ledger.evidence.batch import Batch
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.merkle import Digest
from ledger.storage import entries as entries_store
from ledger.storage.blocks import write_blocks
from ledger.storage.entries import StoredBatch, read_entry
from ledger.storage.erasures import Erasure
from ledger.storage.event_keys import add_event_keys, add_note_keys, entries_of_notes, note_key, positions_of
from ledger.storage.governance import change_lines, keep_snapshot
from ledger.storage.head import Head, advance_head, read_head
from ledger.storage.identifier_index import add_identifiers
from ledger.storage.jobs import Job, keep_jobs
from ledger.storage.journal import JournalBooks, Judged
from ledger.storage.journal_reading import read_verdicts
from ledger.storage.position import Position, first_of, pack
from ledger.storage.tiles import extend_tiles, tree_root
from ledger.trade.escrow.fold import GovernedRules, said_in
from ledger.trade.escrow.kernel import apply as apply_escrow
from ledger.trade.escrow.pack import shipped_packs
from ledger.trade.parties.bodies import ClockCorrected, RecordErased
from ledger.trade.parties.fold import admit, apply, note_use
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.state import Governance

CLOCK_BEHIND_MS_MAX: Final = 5_000
ISSUER_AHEAD_MS_MAX: Final = 5 * 60 * 1_000


class ClockBehind(Unavailable):
    title = "the clock stands before the last entry of the log"
    default_hint = "set the machine's clock, or record ClockCorrected if the last entry's time is the wrong one"


class IssuerTimeAhead(Conflict):
    title = "the batch's time is more than five minutes after the ledger's"
    default_hint = "set the signing machine's clock"


class RootTaken(Conflict):
    title = "this issuer has another batch with the same root in the log"


class SeenUntrue(Untrusted):
    title = "the checkpoint that the issuer says it saw is none of this log"


@dataclass
class _Rows:
    """What one round appends, table by table."""

    entries: list[tuple[int, bytes, Digest]] = field(default_factory=list)
    batches: list[StoredBatch] = field(default_factory=list)
    records: list[tuple[int, Digest, bytes, bytes]] = field(default_factory=list)
    blocks: list[tuple[int, bytes]] = field(default_factory=list)
    event_keys: list[tuple[int, int]] = field(default_factory=list)
    note_keys: list[tuple[int, int]] = field(default_factory=list)
    identifiers: list[tuple[int, int]] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    erasures: list[tuple[int, RecordErased]] = field(default_factory=list)
    beside: list[tuple[int, Callable[[Connection, int], None]]] = field(default_factory=list)


class Turn:
    """A round inside one write transaction. `take` each batch, `write` once, `remember` after the commit."""

    def __init__(self, ledger: Ledger, connection: Connection, group: Sequence[StagedBatch]) -> None:
        head = read_head(connection)
        if head is None:
            raise LedgerUnfounded(seen=str(ledger.data))
        # A copy that was restored or doubled must not grow a second history, not even an unsigned one.
        ledger.guard.refuse_older(head.size, lambda size: tree_root(connection, size))
        self._ledger, self._connection, self._now = ledger, connection, ledger.clock()
        self._before, self._head = head, head
        self._version, self._state = ledger.governance.load_versioned(connection)
        self._version_before = self._version
        self._taken = positions_of(connection, {key for batch in group for key, _ in batch.event_keys})
        self._noted = entries_of_notes(connection, [_note_key(staged.signed.batch) for staged in group])
        self._rows = _Rows()
        self._books = JournalBooks(connection, ledger.terms.read)
        self._books.load(line for staged in group for line in lines_named(staged.escrow))
        self._books.expect(reference for staged in group for reference in references_named(staged.escrow))

    def take(self, staged: StagedBatch) -> Outcome:
        """Make `staged` the next entry of this round, or say why not."""
        try:
            return self._repeated(staged) or self._keys_taken(staged) or self._sequence(staged)
        except SuyuanError as refusal:
            return refusal

    def write(self, jobs: Sequence[Job]) -> None:
        """Write the round's rows and move the head. The caller commits."""
        rows, connection = self._rows, self._connection
        keep_jobs(connection, [*rows.jobs, *jobs])
        if not rows.entries:
            return
        entries_store.append(connection, entries=rows.entries, batches=rows.batches, records=rows.records)
        write_blocks(connection, rows.blocks)
        add_event_keys(connection, rows.event_keys)
        add_note_keys(connection, rows.note_keys)
        add_identifiers(connection, rows.identifiers)
        self._books.write()
        extend_tiles(connection, size=self._before.size, leaves=[leaf for _, _, leaf in rows.entries])
        for index, erased in rows.erasures:
            position = Position(erased.entry, erased.place)
            noted = Erasure(pack(*position), index, erased.ground)
            erase(connection, noted, position, event_secret=self._ledger.event_secret)
        for index, work in rows.beside:
            work(connection, index)
        if self._version != self._version_before:
            snapshot = self._state.to_json()
            keep_snapshot(connection, origin=self._head.origin, upto=self._head.size, version=self._version, snapshot=snapshot)
        advance_head(connection, self._before, self._head)

    def remember(self) -> None:
        """After the commit: this process need not read back the state that it has just written."""
        if self._version != self._version_before:
            self._ledger.governance.keep(self._version, self._state)
        self._ledger.terms.keep(self._books.agreed())

    def _repeated(self, staged: StagedBatch) -> Sequenced | None:
        """The same note text again returns its first position; the same issuer and root with other text is refused."""
        batch = staged.signed.batch
        for index in self._noted.get(_note_key(batch), ()):
            entry = Entry.parse(self._entry_bytes(index))
            found = entry.signed().batch
            if found == batch:
                return Sequenced(index, entry.leaf_hash(), entry.time, True, tuple(self._verdicts_at(index)))
            if (found.issuer, found.root) == (batch.issuer, batch.root):
                raise RootTaken(seen=f"entry {index}", wanted="fresh salts for every batch")
        return None

    def _keys_taken(self, staged: StagedBatch) -> KeysTaken | None:
        hits: dict[int, tuple[int, ...]] = {}
        for key, place in staged.event_keys:
            found = self._taken.get(key)
            if found:
                fresh = tuple(position for position in found if (key, position) not in staged.judged)
                if fresh:
                    hits[place] = fresh
        return KeysTaken(hits) if hits else None

    def _sequence(self, staged: StagedBatch) -> Sequenced:
        batch, index = staged.signed.batch, self._head.size
        time = self._entry_time(staged)
        if batch.time > time + ISSUER_AHEAD_MS_MAX:
            raise IssuerTimeAhead(seen=format_instant(batch.time), wanted=f"at most 5 minutes after {format_instant(time)}")
        admit(self._state, batch, staged.keys, index=index)
        self._check_seen(batch)
        register = self._state.register()
        entry = Entry(self._head.leaf_hash, time, register.size, register.root, staged.signed.note)
        body, leaf = entry.to_bytes(), entry.leaf_hash()
        verdicts = self._judge_escrow(staged, index, time)
        self._govern(staged, index)
        self._head = Head(self._head.origin, leaf, time, self._head.frontier.append(leaf))
        self._rows.entries.append((index, body, leaf))
        self._collect(staged, index)
        return Sequenced(index, leaf, time, verdicts=verdicts)

    def _judge_escrow(self, staged: StagedBatch, index: int, time: Instant) -> tuple[Judged, ...]:
        """Each record of an escrow batch gets its verdict, by the state that the record before it left."""
        if not staged.escrow:
            return ()
        rules = GovernedRules(self._state, shipped_packs())
        said = said_in(staged.signed.batch, entry=index, time=time, bodies=staged.escrow, data=staged.bodies)
        return tuple(self._books.take(one, apply_escrow(self._books, one, rules)) for one in said)

    def _verdicts_at(self, index: int) -> list[Judged]:
        if index < self._before.size:
            return read_verdicts(self._connection, index)
        return self._books.verdicts_of(index)

    def _entry_time(self, staged: StagedBatch) -> Instant:
        """The later of clock and previous time; only `ClockCorrected` may go back."""
        if isinstance(staged.governance_body, ClockCorrected):
            return staged.governance_body.to
        if self._head.time > self._now + CLOCK_BEHIND_MS_MAX:
            raise ClockBehind(seen=format_instant(self._now), wanted=f"at least {format_instant(self._head.time)} less 5 s")
        return max(self._now, self._head.time)

    def _check_seen(self, batch: Batch) -> None:
        if batch.seen is None:
            return
        size, root = batch.seen
        if not 1 <= size <= self._before.size or tree_root(self._connection, size) != root:
            raise SeenUntrue(seen=f"size {size}", wanted=f"a checkpoint of this log, at most size {self._before.size}")

    def _govern(self, staged: StagedBatch, index: int) -> None:
        """Advance the governance state by this entry; key lines change for the entries after it."""
        body = staged.governance_body
        state = note_use(self._state, staged.keys, index=index) if body is None else self._apply(staged, body, index)
        if state is not self._state:
            self._change_register(state, index + 1)

    def _apply(self, staged: StagedBatch, body: GovernanceBody, index: int) -> Governance:
        batch = staged.signed.batch
        if not isinstance(body, RecordErased):
            return apply(self._state, index=index, batch=batch, body=body, keys=staged.keys)
        erased = {Position(one.entry, one.place): by for by, one in self._rows.erasures}
        record = record_to_erase(self._connection, body, LedgerNow(self._state, self._books.moved(), erased))
        state = apply(self._state, index=index, batch=batch, body=body, keys=staged.keys, record=record)
        self._rows.erasures.append((index, body))
        return state

    def _change_register(self, state: Governance, entry: int) -> None:
        before = {line.line for line in self._state.register().lines}
        after = {line.line for line in state.register().lines}
        change_lines(self._connection, entry=entry, gone=before - after, new=sorted(after - before))
        self._state, self._version = state, self._version + 1

    def _collect(self, staged: StagedBatch, index: int) -> None:
        batch, rows, base = staged.signed.batch, self._rows, first_of(index)
        rows.batches.append(
            StoredBatch(index, batch.issuer, batch.klass.value, batch.read.value, batch.size, batch.root, staged.context)
        )
        rows.records += zip(range(base, base + batch.size), staged.commitments, staged.salts, staged.bodies, strict=True)
        if staged.blocks:
            rows.blocks.append((index, staged.blocks))
        rows.event_keys += [(key, base + place) for key, place in staged.event_keys]
        rows.identifiers += [(key, base + place) for key, place in staged.identifiers]
        key = _note_key(batch)
        rows.note_keys.append((key, index))
        self._noted.setdefault(key, []).append(index)
        # Later batches of this round must find what earlier ones wrote.
        for event_key, place in staged.event_keys:
            self._taken.setdefault(event_key, []).append(base + place)
        if staged.beside is not None:
            rows.beside.append((index, staged.beside))
        if staged.job is not None:
            rows.jobs.append(replace(staged.job, entry=index, finished=self._head.time))

    def _entry_bytes(self, index: int) -> bytes:
        if index >= self._before.size:
            return self._rows.entries[index - self._before.size][1]
        return read_entry(self._connection, index)


def _note_key(batch: Batch) -> int:
    return note_key(batch.issuer, batch.root)
