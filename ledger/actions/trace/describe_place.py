"""Describe a place or a party by itself: what it says of itself, its licences, its certificates, and who stands behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, reader_of
from ledger.actions.trace.check_proof import Proof, Prover, Said
from ledger.actions.trace.find_statements import FoundStatement, find_statements
from ledger.actions.trace.item_facts import ShownCertificate, ShownParty, Source
from ledger.errors import Absent
from ledger.evidence.authority import RecordClass
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.position import Position
from ledger.trade.assessment.grade import Interests, grade_of
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.described import PartyDescribed, PlaceDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked
from ledger.trade.dossier.wording import worded
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.address import Address

SHOWN_MAX: Final = 40


class PlaceUnknown(Absent):
    title = "no record here describes this place"
    default_hint = "compare the number; a place that nobody described here may exist all the same"


class PartyUndescribed(Absent):
    title = "nobody of this name was ever admitted here"


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place. descriptions: the newest word of each who describes it, newest first; name: as the newest of them has it."""

    identifier: str
    name: str | None
    descriptions: tuple[tuple[PlaceDescribed, Source], ...]
    certificates: tuple[ShownCertificate, ...]
    checked: Instant
    log_size: int


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party. said: its roles as they are now. described: what it says of itself, None where it says nothing."""

    name: str
    said: Said
    standing: Standing
    described: ShownParty | None
    certificates: tuple[ShownCertificate, ...]
    checked: Instant
    log_size: int


def describe_place(ledger: Ledger, identifier: str, *, party: str | None = None, language: str = "en") -> PlaceFacts:
    """What this reader may know of the place with this canonical identifier.

    Raises:
        PlaceUnknown: nobody described it, and it has no certificate.
    """
    with reading(ledger.engine) as connection:
        said = _Sayings(connection, ledger, identifier, party)
        newest = {one.issuer: (one, one.body) for one in said.standing if isinstance(one.body, PlaceDescribed)}
        words = sorted(newest.values(), key=lambda pair: pair[0].position, reverse=True)[:SHOWN_MAX]
        interests = said.interests(frozenset(newest))
        certificates = said.certificates(interests, language)
        if not words and not certificates:
            raise PlaceUnknown(seen=identifier, wanted="a place that a record of this ledger describes")
        return PlaceFacts(
            identifier=identifier,
            name=worded(words[0][1].names, language) if words else None,
            descriptions=tuple((body, said.source(statement, interests)) for statement, body in words),
            certificates=certificates,
            checked=said.checked,
            log_size=said.prover.size,
        )


def describe_party(ledger: Ledger, name: str, *, party: str | None = None, language: str = "en") -> PartyFacts:
    """What this reader may know of the party with this name.

    Raises:
        PartyUndescribed: there is none.
    """
    with reading(ledger.engine) as connection:
        said = _Sayings(connection, ledger, name, party)
        known = said.state.parties.get(name)
        if known is None:
            raise PartyUndescribed(seen=name, wanted="the name of an admitted party")
        interests = said.interests(frozenset({name}))
        return PartyFacts(
            name=name,
            said=said.prover.said_by(name),
            standing=known.standing,
            described=said.party(name, interests, language),
            certificates=said.certificates(interests, language),
            checked=said.checked,
            log_size=said.prover.size,
        )


class _Sayings:
    """What is said of one subject, in log order, every record of it proved."""

    def __init__(self, connection: Connection, ledger: Ledger, subject: str, party: str | None) -> None:
        self.state: Governance = ledger.governance.load(connection)
        self.prover = Prover(connection, ledger, self.state)
        self.checked = ledger.clock()
        self._proofs: dict[Position, Proof] = {}
        reader = reader_of(connection, self.state, Asking(party))
        found = find_statements(connection, reader, {subject}).found
        addresses = {str(Address(self.state.origin, *one.position)): one for one in found}
        later = find_statements(connection, reader, addresses).found if addresses else ()
        gone = {one.position for end in later if (one := _withdrawn_by(end, addresses)) is not None}
        self.statements = tuple(self._statement(one, withdrawn=one.position in gone) for one in found)
        self.standing = tuple(one for one in self.statements if not one.withdrawn)

    def interests(self, interested: frozenset[str]) -> Interests:
        return Interests(self._affiliated, interested)

    def source(self, statement: Statement, interests: Interests) -> Source:
        position = Position(*statement.position)
        return Source(position, grade_of(statement, interests), self._proofs[position])

    def certificates(self, interests: Interests, language: str) -> tuple[ShownCertificate, ...]:
        """The newest first, withdrawn ones too."""
        today = self._today
        found = [
            ShownCertificate(
                body=one.body,
                source=self.source(one, interests),
                name=worded(one.body.names, language),
                scope=worded(one.body.scope, language),
                expired=not one.body.valid_from <= today <= one.body.valid_until,
                withdrawn=one.withdrawn,
            )
            for one in self.statements
            if isinstance(one.body, CertificateIssued)
        ]
        return tuple(reversed(found))[:SHOWN_MAX]

    def party(self, name: str, interests: Interests, language: str) -> ShownParty | None:
        """The party's newest word about itself, and who looked its licences up."""
        own = [one for one in self.standing if isinstance(one.body, PartyDescribed) and one.issuer == name]
        if not own or not isinstance(own[-1].body, PartyDescribed):
            return None
        body = own[-1].body
        checks = ((one, one.body) for one in self.standing if isinstance(one.body, LicenceChecked))
        return ShownParty(
            said=self.prover.said_by(name),
            body=body,
            source=self.source(own[-1], interests),
            name=worded(body.names, language),
            expired=tuple(licence.number for licence in body.licences or () if licence.valid_until < self._today),
            checks=tuple((check, self.source(one, interests)) for one, check in checks),
        )

    @property
    def _today(self) -> date:
        return datetime.fromtimestamp(self.checked / 1_000, UTC).date()

    def _statement(self, found: FoundStatement, *, withdrawn: bool) -> Statement:
        proof = self._proofs[found.position] = self.prover.prove(found.position, found.data, found.salt)
        roles = proof.said[0].roles if proof.said else ()
        klass = RecordClass(found.batch.record_class)
        signers = tuple(one.party for one in proof.said)
        return Statement(found.position, found.body, found.batch.issuer, roles, klass, signers, withdrawn)

    def _affiliated(self, first: str, second: str) -> bool:
        return first == second or self.state.alliance.related(first, second) is not None


def _withdrawn_by(end: FoundStatement, addresses: dict[str, FoundStatement]) -> FoundStatement | None:
    """The statement that `end` withdraws: only who said a thing may take it back."""
    if not isinstance(end.body, StatementWithdrawn):
        return None
    said = addresses.get(str(end.body.statement))
    return said if said is not None and said.batch.issuer == end.batch.issuer else None
