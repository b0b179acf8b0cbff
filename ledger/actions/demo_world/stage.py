"""The stage the stories are told on: a ledger, its parties with their keys, and the two ways to speak there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ledger.actions.capture.author import Author, HeldAuthor, OwnAuthor, read_own_note
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.sign_own import sign_note, sign_own
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.demo_world.identifiers import ORIGIN, Member
from ledger.actions.demo_world.telling import Calendar, Chapter, document, single_events
from ledger.actions.dossier.submit_dossier import DossierWritten, class_of, submit_held, submit_signed
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party, full_name
from ledger.actions.parties.record_governance import record_by_held_keys, record_governance
from ledger.evidence.authority import ReadRule
from ledger.evidence.batch import SignedBatch
from ledger.evidence.key import SigningKey
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.parties.bodies import RecordErased
from ledger.trade.parties.brand_bodies import PrefixLicensed
from ledger.trade.parties.possession import prove_possession

_LAST_DAY: Final = 33


@dataclass
class Stage:
    """Whoever holds it holds the parties' own keys, by short name. `events` counts what was captured so far."""

    ledger: Ledger
    calendar: Calendar
    own_keys: dict[str, SigningKey] = field(default_factory=dict, repr=False)
    events: int = 0
    _chapters: int = 0

    def admit(self, name: str, member: Member) -> str:
        """Let a party in, with a key of its own if the member has one; returns its API key."""
        state = self.ledger.state()
        proof = key = None
        if member.key is not None:
            key = self.own_keys[name] = SigningKey.generate(party(name), member.key)
            proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=key.verifier.name)
        admission = Admission(
            name,
            [member.role],
            member.territory,
            key=None if key is None else key.verifier,
            proof=proof,
            label=member.label,
        )
        return admit_party(self.ledger, admission).api_key

    def license_prefix(self, prefix: str, brand: str) -> None:
        """Have governance write that goods numbered under `prefix` are this party's brand."""
        record_by_held_keys(self.ledger, PrefixLicensed(party(brand), prefix))

    def tell(self, chapters: Iterable[Chapter]) -> list[int]:
        """Have every chapter captured, in order; returns the entries of the last one."""
        entries: list[int] = []
        for chapter in chapters:
            entries = self._tell(chapter, self._chapters)
            self._chapters += 1
            self.events += len(chapter.events)
        return entries

    def say(self, member: str, *bodies: DossierBody, read: ReadRule = ReadRule.PUBLIC) -> DossierWritten:
        """Have `member` say these records at once, under the class that its role gives them."""
        records, issuer = [body.to_body() for body in bodies], party(member)
        key = self.own_keys.get(member)
        if key is None:
            return submit_held(self.ledger, records, issuer=issuer, queue=OwnTurn(self.ledger), read=read)
        state = self.ledger.state()
        own = sign_note(
            records,
            [key],
            origin=state.origin,
            first_entry=state.first_entry,
            klass=class_of(bodies, state.party(issuer).roles),
            read=read,
            now=self.ledger.clock(),
        )
        signed = SignedBatch.parse(own.note)
        return submit_signed(self.ledger, records, signed=signed, seed=own.seed, queue=OwnTurn(self.ledger))

    def erase(self, entry: int, place: int, ground: str, *, issuer: str, protector: str) -> None:
        """Erase a record that its issuer said, together with the party that guards personal data."""
        body = RecordErased(self.ledger.origin, entry, place, ground)
        record_governance(self.ledger, body, issuer=party(issuer), signers=(party(protector),))

    def _tell(self, chapter: Chapter, number: int) -> list[int]:
        if chapter.singly:
            return [self._tell_one(chapter, number, data) for data in single_events(chapter, number)]
        data = document(chapter, number, created=self.calendar.at(_LAST_DAY, "12:00"))
        job = submit_document(self.ledger, Submission(data, self._author(chapter, data)), OwnTurn(self.ledger))
        if not job.success or len(job.events) != len(chapter.events) or job.entry is None:
            raise AssertionError(f"the ledger does not take {chapter.member}, chapter {number}: {job}")
        return [job.entry]

    def _tell_one(self, chapter: Chapter, number: int, data: bytes) -> int:
        taken = submit_event(self.ledger, data, self._author(chapter, data), OwnTurn(self.ledger))
        if taken.verdict is not Verdict.ACCEPTED or taken.position is None:
            raise AssertionError(f"the ledger does not take {chapter.member}, chapter {number}: {taken}")
        return taken.position.entry

    def _author(self, chapter: Chapter, data: bytes) -> Author:
        key = self.own_keys.get(chapter.member)
        if key is None:
            return HeldAuthor(party(chapter.member), chapter.read)
        return self._signed(chapter, key, data)

    def _signed(self, chapter: Chapter, key: SigningKey, data: bytes) -> OwnAuthor:
        state = self.ledger.state()
        now = self.ledger.clock()
        own = sign_own(data, key, origin=state.origin, first_entry=state.first_entry, read=chapter.read, now=now)
        return read_own_note(own.note, own.seed)


def party(name: str) -> str:
    """The full name of a party of the stories."""
    return full_name(ORIGIN, name)
