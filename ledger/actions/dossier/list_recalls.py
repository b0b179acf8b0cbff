"""List recalls: all of them from the newest back, or those that reach one item through whatever it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from ledger.actions.dossier.find_makers import find_makers
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.check_proof import Proof, Prover, Said
from ledger.actions.trace.describe_item import is_known
from ledger.actions.trace.find_statements import FoundStatement, find_statements
from ledger.actions.trace.gather_item import gather_item
from ledger.actions.trace.item_history import names_of
from ledger.actions.trace.item_statements import recalls_of
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.evidence.record import read_record
from ledger.storage.database import reading
from ledger.storage.entries import StoredBatch, StoredRecord, read_batches_at
from ledger.storage.position import Position, pack
from ledger.storage.recalls import NEWEST, recall_records
from ledger.trade.assessment.recall import ReachedRecall, Recalls, standing_recalls
from ledger.trade.assessment.told import Statement
from ledger.trade.brands import brand_of
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.dossier.wording import worded
from ledger.trade.identifiers import ladder
from ledger.trade.parties.state import Governance
from ledger.trade.reading import ANYONE
from ledger.trade.shapes.address import Address

PAGE_MAX: Final = 50
"""Recall records of one page, and recalls of one item's list."""
_NAMED_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Lifting:
    """The record that ended a recall, and who said it."""

    position: Position
    body: RecallEnded
    said: Said
    recorded: Instant


@dataclass(frozen=True, slots=True)
class ListedRecall:
    """A recall that stands, or was lifted. through: of its subjects those that reach the item; all of them in the whole list."""

    position: Position
    body: RecallIssued
    through: tuple[str, ...]
    said: Said
    proof: Proof
    recorded: Instant
    ended: Lifting | None = None


@dataclass(frozen=True, slots=True)
class RecallList:
    """Newest first. names: of subjects, as their brands call them. older: where to go on; None at the end."""

    recalls: tuple[ListedRecall, ...]
    names: Mapping[str, str]
    founded: Instant
    older: Position | None = None


def list_recalls(ledger: Ledger, *, before: Position | None = None, limit: int = PAGE_MAX, language: str = "en") -> RecallList:
    """Every public recall by somebody who may recall what it names, from the newest, or from `before`, back."""
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        records = recall_records(connection, before=NEWEST if before is None else pack(*before), limit=limit)
        batches = read_batches_at(connection, sorted({record.position.entry for record in records}))
        listing = _Listing(connection, ledger, state)
        issued = [
            listing.statement(record.position, record.body, record.salt, body, batches[record.position.entry])
            for record, body in _issued(records, batches)
            if record.body is not None
        ]
        found = _judged(connection, listing, issued)
        things = [thing for said in issued for thing in sorted(said.body.subjects())]
        return RecallList(
            listing.newest_first(found),
            _names(connection, state, things, language),
            listing.founded(),
            records[-1].position if len(records) == limit else None,
        )


def list_recalls_of(ledger: Ledger, link: DigitalLink, *, language: str = "en") -> RecallList:
    """The recalls that reach what `link` names, for whoever holds its code.

    Raises:
        ItemUnknown: no record names it.
    """
    with reading(ledger.engine) as connection:
        gathered = gather_item(connection, ledger, link, party=None)
        if not is_known(gathered):
            raise ItemUnknown(seen=gathered.asking.code, wanted="an identifier that a record of this ledger names")
        found = recalls_of(gathered)
        listing = _Listing(connection, ledger, gathered.state)
        listing.proofs.update(gathered.proofs)
        return RecallList(listing.newest_first(found)[:PAGE_MAX], names_of(gathered, language).names, listing.founded())


class _Listing:
    """Turns what was judged into what is listed, every recall proved once."""

    def __init__(self, connection: Connection, ledger: Ledger, state: Governance) -> None:
        self._prover = Prover(connection, ledger, state)
        self.state = state
        self.proofs: dict[Position, Proof] = {}

    def statement(
        self, position: Position, data: bytes, salt: bytes | None, body: RecallIssued | RecallEnded, batch: StoredBatch
    ) -> Statement:
        """With the roles that the issuer had at its signing, as far as that can be proved."""
        proof = self.proofs[position] = self._prover.prove(position, data, salt)
        roles = proof.said[0].roles if proof.said else ()
        return Statement(position, body, batch.issuer, roles, RecordClass(batch.record_class))

    def newest_first(self, found: Recalls) -> tuple[ListedRecall, ...]:
        listed = (self._listed(recall) for recall in (*found.standing, *found.ended))
        return tuple(sorted(listed, key=lambda recall: recall.position, reverse=True))

    def founded(self) -> Instant:
        return self._recorded(0)

    def _listed(self, recall: ReachedRecall) -> ListedRecall:
        position, ended = Position(*recall.statement.position), recall.ended
        return ListedRecall(
            position=position,
            body=recall.body,
            through=recall.through,
            said=self._said(recall.statement),
            proof=self.proofs[position],
            recorded=self._recorded(position.entry),
            ended=None if ended is None or not isinstance(ended.body, RecallEnded) else self._lifting(ended, ended.body),
        )

    def _lifting(self, ended: Statement, body: RecallEnded) -> Lifting:
        position = Position(*ended.position)
        return Lifting(position, body, self._said(ended), self._recorded(position.entry))

    def _said(self, statement: Statement) -> Said:
        proof = self.proofs.get(Position(*statement.position))
        return proof.said[0] if proof is not None and proof.said else self._prover.said_by(statement.issuer)

    def _recorded(self, entry: int) -> Instant:
        return Entry.parse(self._prover.entry(entry)).time


def _issued(records: Iterable[StoredRecord], batches: Mapping[int, StoredBatch]) -> Iterator[tuple[StoredRecord, RecallIssued]]:
    """The public recalls among records of class recall; what is no record any more is passed over: the audit names it."""
    for record in records:
        if not record.body or batches[record.position.entry].read != ReadRule.PUBLIC.value:
            continue
        try:
            body = read_dossier_body(read_record(record.body))
        except SuyuanError:
            continue
        if isinstance(body, RecallIssued):
            yield record, body


def _judged(connection: Connection, listing: _Listing, issued: list[Statement]) -> Recalls:
    addresses = {str(Address(listing.state.origin, *said.position)) for said in issued}
    ends = [
        listing.statement(found.position, found.data, found.salt, found.body, found.batch)
        for found in find_statements(connection, ANYONE, addresses).found
        if isinstance(found.body, RecallEnded)
    ]
    return standing_recalls(
        issued,
        ends,
        rungs=(),
        reached={thing for said in issued for thing in said.body.subjects()},
        origin=listing.state.origin,
        answers_for=_answering(connection, listing.state),
    )


def _answering(connection: Connection, state: Governance) -> Callable[[str, str], bool]:
    def answers_for(party: str, thing: str) -> bool:
        brand, makers = brand_of(state, thing), find_makers(connection, thing)
        return brand == party or party in (makers if brand is None else makers[:1])

    return answers_for


def _names(connection: Connection, state: Governance, things: Iterable[str], language: str) -> Mapping[str, str]:
    """What brands call these things, or their products."""
    rungs = {rung for thing in list(things)[:_NAMED_MAX] for rung in ladder(thing)}
    described = (_described(found, state) for found in find_statements(connection, ANYONE, rungs).found)
    return MappingProxyType(
        {body.product: worded(body.names, language) or body.product for body in described if body is not None}
    )


def _described(found: FoundStatement, state: Governance) -> ProductDescribed | None:
    body = found.body
    return body if isinstance(body, ProductDescribed) and brand_of(state, body.product) == found.batch.issuer else None
