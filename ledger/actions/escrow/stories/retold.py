"""A ledger's escrow told again from its entries and bodies alone: every record judged anew, no table of the journal read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import SignedBatch, verify_batch
from ledger.evidence.entry import Entry
from ledger.evidence.key import VerifierKey
from ledger.evidence.record import read_record as read_json_record
from ledger.storage.database import reading
from ledger.storage.entries import read_entry, read_record
from ledger.storage.position import Position
from ledger.trade.escrow.accounts import Leg
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.fold import GovernedRules, said_in
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.invariants import INVARIANTS, broken_legs
from ledger.trade.escrow.kernel import apply as apply_escrow
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.pack import shipped_packs
from ledger.trade.escrow.regions import REGIONS, Own, spelt
from ledger.trade.escrow.table.every import REGION_OF_RECORD
from ledger.trade.parties.bodies import read_body
from ledger.trade.parties.fold import admit, apply, found, founding_keys, note_use
from ledger.trade.parties.state import Governance

NO_LINE = "books:open"
"""The state of records of no line, before and after."""


class BodyMissing(Conflict):
    title = "a record's body is not there any more, so the escrow cannot be told again"


@dataclass(frozen=True, slots=True)
class Retold:
    """One record and what the rules say of it. States are `region:state`; `also` are moves of other regions with it."""

    position: Position
    record: str
    line: str | None
    issuer: str
    body: bytes
    refusal: str | None
    before: str
    after: str
    also: tuple[tuple[str, str], ...] = ()
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The books up to some entry. Balances are currency to account to minor units, debit positive, zeros left out."""

    balances: Mapping[str, Mapping[str, int]]
    zero_sum: bool
    segregated: bool


class Retelling:
    """Reads a ledger from its first entry on. `records` up to some entry, then `reckon` the books as they stand there."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self.books = ledger, MemoryBooks()
        self._state: Governance | None = None
        self._next = 0
        self._unbalanced: list[str] = []

    def records(self, stop: int) -> Iterator[Retold]:
        """The escrow records of the entries not told yet, to below `stop`, in log order."""
        with reading(self._ledger.engine) as connection:
            while self._next < stop:
                yield from self._tell(connection, self._next)
                self._next += 1

    def reckon(self) -> Reckoning:
        books = self.books
        zero = not self._unbalanced and not list(INVARIANTS["I2"].check(books))
        apart = not [breach for name in ("I4", "I5") for breach in INVARIANTS[name].check(books)]
        return Reckoning(books.by_currency(), zero, apart)

    def _tell(self, connection: Connection, index: int) -> Iterator[Retold]:
        entry = Entry.parse(read_entry(connection, index))
        signed = entry.signed()
        bodies = [_body(connection, Position(index, place)) for place in range(signed.batch.size)] if _matters(signed) else []
        if self._state is None:
            body = read_body(read_json_record(bodies[0]))
            keys = verify_batch(signed, founding_keys(body))
            self._state = found(batch=signed.batch, body=body, keys=keys, entry_hash=entry.leaf_hash())
            return
        state = self._state
        keys = verify_batch(signed, state.keys_ever_of)
        admit(state, signed.batch, keys, index=index)
        if signed.batch.klass is RecordClass.ESCROW:
            yield from self._judge(state, entry, signed, index, bodies)
        self._state = _govern(state, signed, keys, index, bodies)

    def _judge(self, state: Governance, entry: Entry, signed: SignedBatch, index: int, bodies: list[bytes]) -> Iterator[Retold]:
        rules = GovernedRules(state, shipped_packs())
        parsed = [read_escrow_body(read_json_record(body)) for body in bodies]
        for said in said_in(signed.batch, entry=index, time=entry.time, bodies=parsed, data=bodies):
            yield self._take(said, rules)

    def _take(self, said: Said, rules: GovernedRules) -> Retold:
        verdict, record = apply_escrow(self.books, said, rules), type(said.body).__name__
        name: str | None = getattr(said.body, "line", None)
        before = None if name is None else self.books.line(name)
        after, legs, refusal = before, tuple[Leg, ...](), None
        if isinstance(verdict, Accepted):
            after, legs = verdict.change.line, verdict.change.legs
            self._unbalanced += broken_legs(legs)
            self.books.take(verdict.change, said.now)
        else:
            refusal = verdict.code
        moves = _moves(before, after)
        region = REGION_OF_RECORD.get(record, "")
        came, went = moves.pop(region, (NO_LINE, NO_LINE))
        also = tuple((came_also, went_also) for came_also, went_also in moves.values() if came_also != went_also)
        return Retold(Position(*said.position), record, name, said.parties[0], said.data, refusal, came, went, also, legs)


def _matters(signed: SignedBatch) -> bool:
    return signed.batch.klass in (RecordClass.GOVERNANCE, RecordClass.ESCROW)


def _body(connection: Connection, position: Position) -> bytes:
    body = read_record(connection, position).body
    if body is None:
        raise BodyMissing(seen=f"{position.entry}/{position.place}")
    return body


def _govern(state: Governance, signed: SignedBatch, keys: tuple[VerifierKey, ...], index: int, bodies: list[bytes]) -> Governance:
    if signed.batch.klass is not RecordClass.GOVERNANCE:
        return note_use(state, keys, index=index)
    body = read_body(read_json_record(bodies[0]))
    return apply(state, index=index, batch=signed.batch, body=body, keys=keys)


def _moves(before: Line | None, after: Line | None) -> dict[str, tuple[str, str]]:
    """Region to its state before and after; a line that begins comes from `line:none`."""
    if after is None:
        return {}
    moves = {}
    for region in REGIONS:
        went = after.state(region)
        came = went if before is None else before.state(region)
        moves[region] = (spelt(came), spelt(went))
    if before is None:
        moves["line"] = (spelt(Own.NONE), spelt(after.own))
    return moves
