"""Gather everything said of an item: the events of its backward trace, and what is stated of all that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.affordable_proofs import affordable
from ledger.actions.trace.asking import Asking, reader_of
from ledger.actions.trace.check_proof import Proof, Prover
from ledger.actions.trace.entry_signers import signers_of
from ledger.actions.trace.find_events import EventFinder, FoundEvent, traced
from ledger.actions.trace.find_statements import FoundStatement
from ledger.actions.trace.gather_statements import statements_about, subjects_of
from ledger.actions.trace.trace_item import ItemTrace, starts_of, walk
from ledger.evidence.authority import RecordClass
from ledger.evidence.record import read_record
from ledger.storage.entries import read_batches_at
from ledger.storage.erasures import Erasure, erasures_of_names
from ledger.storage.event_keys import erased_name_key
from ledger.storage.position import Position
from ledger.storage.serials import issue_of_serial
from ledger.trade.assessment.hearing import Heard, Part, hear
from ledger.trade.assessment.makers import first_beginnings, first_maker, makers_by_thing
from ledger.trade.assessment.told import About, Statement, Told
from ledger.trade.brands import brand_of, owner_of_place
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.described import StatementWithdrawn
from ledger.trade.dossier.permission import AUTHORITY
from ledger.trade.identifiers import ROOT, ladder
from ledger.trade.parties.state import Governance
from ledger.trade.reading import Reader, is_code

NODES_MAX: Final = 2_000
"""A page walks no further, and reads of one thing no more than its newest so many records."""

NAMES_MAX: Final = 20_000
"""The records that a page reads name so many things together, or a few more: those of two full pallets."""

_QUALIFIED: Final = re.compile(rb'"[^"\\]*:[^"\\]*"\s*:')


@dataclass(frozen=True)
class Gathered:
    """What was found of one item, as far as this reader may read it.

    Attributes:
        registered: a record says that its serial number was drawn.
        asking: with the code in full: the lot too, where only the record that issued the number says it.
        rungs: the item, its lot, its product, as its address states them, finest first.
        said: statements about things, places, parties, files and other statements, by position.
        erased: records that named the item and were erased since.
    """

    ledger: Ledger
    connection: Connection
    state: Governance
    link: DigitalLink
    registered: bool
    asking: Asking
    reader: Reader
    rungs: tuple[str, ...]
    trace: ItemTrace
    said: Mapping[Position, FoundStatement]
    said_withheld: int
    said_cut: bool
    erased: tuple[Erasure, ...]
    prover: Prover

    @cached_property
    def proofs(self) -> dict[Position, Proof]:
        """What was proved already: each record once a page."""
        return {}

    def prove(self, position: Position) -> Proof:
        """The proof of an event or a statement that was found."""
        known = self.proofs.get(position)
        if known is None:
            event, said = self.trace.events.get(position), self.said.get(position)
            body, salt = (event.body, event.salt) if event is not None else (said.data, said.salt) if said else (b"", None)
            known = self.proofs[position] = self.prover.prove(position, body, salt)
        return known

    @cached_property
    def carriers(self) -> frozenset[str]:
        return frozenset(node.identifier for node in self.trace.trace.nodes if node.carrier)

    @cached_property
    def reached(self) -> frozenset[str]:
        return frozenset(node.identifier for node in self.trace.trace.nodes)

    @cached_property
    def found(self) -> tuple[FoundEvent, ...]:
        """The events of the trace and what was withdrawn, by event time.

        Less than what was met: a pallet's events from before and after it carried the item are not of its story.
        """
        positions = {Position(*event.position) for event in self.trace.trace.events} | self.trace.withdrawn
        return tuple(sorted((self.trace.events[p] for p in positions), key=lambda e: (traced(e).event_time, e.position)))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The same events as the rules look at them."""
        return tuple(self._told(found) for found in self.found)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that count, as the rules look at them, in log order; each proved, for the roles of its signing."""
        return self._heard.counting

    @property
    def strange(self) -> tuple[Statement, ...]:
        """What parties without a part in the item described, likewise."""
        return self._heard.strange

    @cached_property
    def _heard(self) -> Heard:
        withdrawn = self._withdrawn()
        said = tuple(self._statement(found, withdrawn) for found in self._affordable)
        tellers = frozenset(self._tellers())
        if not tellers and brand_of(self.state, self.rungs[-1]) is None:
            return Heard(said, ())  # a number that nobody has a part in: everybody's word is worth the same
        return hear(said, Part(tellers, self.answers_for, partial(owner_of_place, self.state)))

    @cached_property
    def _affordable(self) -> list[FoundStatement]:
        return affordable(self.said.values(), self.prover)

    @property
    def left_unproven(self) -> bool:
        """Whether there are more statements than this page had time to prove: it shows only what it proved."""
        return len(self._affordable) < len(self.said)

    def _tellers(self) -> Iterator[str]:
        """Who signed an event of the trace, one that this reader may not read included."""
        yield from (told.issuer for told in self.told)
        hidden = sorted({position.entry for position in self.trace.withheld})
        yield from (batch.issuer for batch in read_batches_at(self.connection, hidden).values())

    @cached_property
    def makers(self) -> Mapping[str, frozenset[str]]:
        return makers_by_thing(self.told)

    def answers_for(self, party: str, thing: str) -> bool:
        """Whether `party` is the brand of `thing`, or recorded first that it, its lot or its product began."""
        if brand_of(self.state, thing) == party:
            return True
        return first_maker(self._beginnings, self.rungs if thing in self.rungs else (thing,)) == party

    def may_call_back(self, party: str, thing: str) -> bool:
        """The same, and of a thing without a known brand every maker: the first may be the one who has no part in it."""
        if self.answers_for(party, thing):
            return True
        same = self.rungs if thing == self.rungs[-1] else (thing,)
        return brand_of(self.state, thing) is None and any(party in self.makers.get(rung, ()) for rung in same)

    @cached_property
    def _beginnings(self) -> Mapping[str, Told]:
        return first_beginnings(self.told)

    def affiliated(self, first: str, second: str) -> bool:
        return first == second or self.state.alliance.related(first, second) is not None

    def about(self, told: Iterable[str]) -> About:
        named = set(told)
        if named & set(self.trace.starts):
            return About.ITEM
        return About.CARRIER if named & self.carriers else About.ORIGIN

    def _told(self, found: FoundEvent) -> Told:
        event = traced(found)
        named = (event.parent or "", *event.children, *event.inputs, *event.outputs, *event.others)
        return Told(
            position=found.position,
            event=found.event,
            traced=event,
            event_time=event.event_time,
            issuer=found.batch.issuer,
            roles=self._roles(found.batch.issuer, found.position),
            about=self.about(named),
            signers=self._signers(found.position.entry),
            extensions=_extensions(found.body),
            withdrawn=found.position in self.trace.withdrawn,
        )

    def _statement(self, found: FoundStatement, withdrawn: frozenset[Position]) -> Statement:
        self.prove(found.position)
        return Statement(
            position=found.position,
            body=found.body,
            issuer=found.batch.issuer,
            roles=self._roles(found.batch.issuer, found.position),
            klass=RecordClass(found.batch.record_class),
            signers=self._signers(found.position.entry),
            withdrawn=found.position in withdrawn,
        )

    def _roles(self, issuer: str, position: Position) -> tuple[str, ...]:
        """The roles its key line proved at that entry; where nothing was proved, those the party has now."""
        proof = self.proofs.get(position)
        if proof is not None and proof.said:
            return proof.said[0].roles
        party = self.state.parties.get(issuer)
        return () if party is None else party.roles

    def _signers(self, entry: int) -> tuple[str, ...]:
        signers = self._signers_of.get(entry)
        if signers is None:
            signers = self._signers_of[entry] = signers_of(self.prover.entry(entry))
        return signers

    @cached_property
    def _signers_of(self) -> dict[int, tuple[str, ...]]:
        return {}

    def _withdrawn(self) -> frozenset[Position]:
        """Statements that were withdrawn: by whoever said them, an examiner's by an authority too."""
        gone = set()
        for found in self.said.values():
            if isinstance(found.body, StatementWithdrawn) and found.body.statement.origin == self.state.origin:
                named = Position(found.body.statement.entry, found.body.statement.place)
                said = self.said.get(named)
                if said is not None and (said.batch.issuer == found.batch.issuer or self._by_authority(found, said)):
                    gone.add(named)
        return frozenset(gone)

    def _by_authority(self, found: FoundStatement, said: FoundStatement) -> bool:
        if said.batch.record_class != RecordClass.INSPECTION.value:
            return False
        self.prove(found.position)
        return AUTHORITY in self._roles(found.batch.issuer, found.position)


def gather_item(connection: Connection, ledger: Ledger, link: DigitalLink, *, party: str | None) -> Gathered:
    """Everything there is of what `link` names; nothing at all is no error here."""
    state = ledger.governance.load(connection)
    whole, registered = _with_issued_lot(connection, link)
    asking = Asking(party, whole.uri(with_attributes=False))
    reader, starts = reader_of(connection, state, asking), starts_of(asking.code or "")
    finder = EventFinder(connection, reader, origin=state.origin, newest=NODES_MAX, names_max=NAMES_MAX)
    found = walk(finder, starts, direction="back", limit=NODES_MAX)
    rungs = ladder(asking.code or "")
    things = [node.identifier for node in found.trace.nodes]
    if reader.codes:
        # Whoever holds the code of the item may read what is said of all that led to it.
        reader = replace(reader, codes=reader.codes.union(things))
    codes = [erased_name_key(ledger.event_secret, rung) for rung in rungs if is_code(rung)]
    erased = tuple(erasures_of_names(connection, codes)) if codes else ()
    named = registered or erased or found.events or found.withheld or found.damaged
    # Of a code that nothing names no more is looked up, whether its product is known or not: a guesser learns nothing by it.
    subjects = subjects_of(rungs, found) if named else frozenset(starts)
    said = statements_about(connection, state.origin, reader, subjects)
    if not named and (said.found or said.withheld):
        # Known by what is said of it alone: then a recall of its product is its own too.
        said = statements_about(connection, state.origin, reader, subjects_of(rungs, found))
    prover = Prover(connection, ledger, state)
    prover.read_ahead(position.entry for position in (*found.events, *(one.position for one in said.found)))
    return Gathered(
        ledger=ledger,
        connection=connection,
        state=state,
        link=link,
        registered=registered,
        asking=asking,
        reader=reader,
        rungs=rungs,
        trace=found,
        said={one.position: one for one in said.found},
        said_withheld=said.withheld,
        said_cut=said.truncated,
        erased=erased,
        prover=prover,
    )


def _with_issued_lot(connection: Connection, link: DigitalLink) -> tuple[DigitalLink, bool]:
    """The link with the lot for which its number was drawn, if it states none; and whether it was drawn at all."""
    keys = dict(link.keys)
    issue = issue_of_serial(connection, keys["21"]) if "01" in keys and "21" in keys else None
    if issue is None or issue.product != f"{ROOT}/01/{keys['01']}":
        return link, False
    if issue.lot is None or "10" in keys:
        return link, True
    return DigitalLink((*link.keys[:-1], ("10", issue.lot), link.keys[-1])), True


def _extensions(body: bytes) -> Mapping[str, Any]:
    """Members outside the standard; most events have none, and are not parsed again."""
    if _QUALIFIED.search(body) is None:
        return {}
    return {name: value for name, value in read_record(body).items() if ":" in name}
