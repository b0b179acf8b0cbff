"""One event on its way in: the batch of one that carries it, and what came of its turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.actions.capture.author import Author, HeldAuthor, refuse_author
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.check_document import check_event
from ledger.actions.capture.disclosed import kept_beside, match_disclosures
from ledger.actions.capture.document_capture import SignedEventDuplicate
from ledger.actions.capture.event_rows import identifier_keys, key_of
from ledger.actions.capture.judge_taken import judge_taken
from ledger.actions.capture.stage_batch import Statement, sign_for, take_signed
from ledger.actions.capture.submit_document import TurnsExhausted
from ledger.actions.log.staging import Indexed, KeysTaken, Outcome, Sequenced, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, SuyuanError, Unprocessable
from ledger.evidence.authority import RecordClass
from ledger.storage.database import reading
from ledger.storage.position import Position
from ledger.trade.epcis.finding import Finding
from ledger.trade.parties.state import Governance

_TURNS_MAX: Final = 8


class EventRefused(Unprocessable):
    """`findings` are all that is said against the event."""

    title = "the event breaks the rules of EPCIS or of this ledger"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = next(finding for finding in findings if finding.severity == "refuse")
        super().__init__(seen=f"{first.code}: {first.seen}", wanted=first.wanted, hint=first.hint, pointer=first.pointer)


class EventIdTaken(Conflict):
    title = "this issuer has another event under the same eventID"
    default_hint = "give it an eventID of its own, or an errorDeclaration if it corrects the other"


@dataclass(frozen=True, slots=True)
class EventTaken:
    """Where the event's record is; `verdict` is accepted, or duplicate if it was there before."""

    position: Position
    event_id: str | None
    verdict: Verdict
    findings: tuple[Finding, ...]


class EventCapture:
    """`stage` a batch, have it sequenced, `settle` what came of it; where that says nothing yet, stage again."""

    def __init__(self, ledger: Ledger, state: Governance, data: bytes, author: Author) -> None:
        """Look at the event; nothing is stored.

        Raises:
            Malformed and TooLarge leaves: the bytes cannot be read at all.
            EventRefused: read, but against the rules. Untrusted leaves: the author may not write.
            DisclosureUnmatched: a disclosure belongs to another event.
        """
        refuse_author(state, author)
        self._ledger, self._state, self._author = ledger, state, author
        self._checked = check_event(data, now=ledger.clock(), pinned=state.contexts)
        event = self._checked.verdict.event
        if event is None:
            raise EventRefused(self._checked.verdict.findings)
        self._key = key_of(ledger.event_secret, author.party, self._checked.body, event)
        self._identifiers = [(found, 0) for found in identifier_keys(event)]
        self._beside = kept_beside(match_disclosures([self._checked.body], author.disclosures))
        self._judged: frozenset[tuple[int, int]] = frozenset()
        self._turns = 0

    def stage(self) -> StagedBatch:
        """The batch, signed with a held key, or checked as its issuer signed it."""
        author, checked = self._author, self._checked
        read = author.read if isinstance(author, HeldAuthor) else author.signed.batch.read
        padding = author.pad_to if isinstance(author, HeldAuthor) else 0
        statement = Statement(author.party, RecordClass.EPCIS, read, [checked.body], checked.context, pad_to=padding)
        indexed = Indexed([(self._key, 0)], self._identifiers, self._judged, self._beside)
        if isinstance(author, HeldAuthor):
            return sign_for(self._ledger, self._state, statement, now=self._ledger.clock(), indexed=indexed)
        return take_signed(self._state, statement, signed=author.signed, seed=author.seed, indexed=indexed)

    def settle(self, outcome: Outcome) -> EventTaken | None:
        """Where the event is, after its turn; None if it is to be staged again.

        Raises:
            EventIdTaken: 409, see there.
            SignedEventDuplicate: the issuer's own note signs an event that is there already.
            TurnsExhausted, and whatever refused the batch.
        """
        if isinstance(outcome, Sequenced):
            return self._taken(Position(outcome.entry, 0), Verdict.DUPLICATE if outcome.repeated else Verdict.ACCEPTED)
        if isinstance(outcome, SuyuanError):
            raise outcome
        first = self._same_event(outcome)
        if first is not None:
            return self._taken(first, Verdict.DUPLICATE)
        self._judged |= {(self._key, position) for position in outcome.positions[0]}
        self._turns += 1
        if self._turns >= _TURNS_MAX:
            raise TurnsExhausted()
        return None

    def _taken(self, position: Position, verdict: Verdict) -> EventTaken:
        return EventTaken(position, self._checked.verdict.event_id, verdict, self._checked.verdict.findings)

    def _same_event(self, taken: KeysTaken) -> Position | None:
        checked, author = self._checked, self._author
        with reading(self._ledger.engine) as connection:
            judgement = judge_taken(
                connection, checked.verdict, checked.body, issuer=author.party, taken=taken.positions[0], pointer=""
            )
        if judgement.refusal is not None:
            raise EventIdTaken(seen=checked.verdict.event_id, wanted=judgement.refusal.wanted, pointer="/eventID")
        if judgement.first is not None and not isinstance(author, HeldAuthor):
            seen = f"record {judgement.first.entry}/{judgement.first.place}"
            raise SignedEventDuplicate(seen=seen, wanted="an event that is new", pointer="")
        return judgement.first
