"""One document on its way in: which of its events still stand, and the batch that carries them, turn after turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from ledger.actions.capture.author import Author, HeldAuthor
from ledger.actions.capture.capture_job import CaptureJob, EventOutcome, OnError, Verdict, new_job_id, rolled_back
from ledger.actions.capture.check_document import CheckedDocument
from ledger.actions.capture.disclosed import Disclosed, kept_beside, match_disclosures
from ledger.actions.capture.event_rows import identifier_rows, key_of
from ledger.actions.capture.judge_taken import Judgement, judge_taken
from ledger.actions.capture.stage_batch import Statement, sign_for, take_signed
from ledger.actions.log.staging import KeysTaken, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, Unprocessable
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.position import Position
from ledger.trade.epcis.finding import Finding, refuses
from ledger.trade.parties.state import Governance


class SignedEventRefused(Unprocessable):
    """`findings` are all that is said of the document and its events."""

    title = "the note signs a document of which something is refused, so none of it is taken"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = next(finding for finding in findings if finding.severity == "refuse")
        super().__init__(seen=f"{first.code}: {first.seen}", wanted=first.wanted, hint=first.hint, pointer=first.pointer)


class SignedEventDuplicate(Conflict):
    title = "the note signs an event that the ledger holds already, so none of it is taken"


@dataclass(frozen=True, slots=True)
class Submission:
    """A document exactly as it was sent, who says it, and what a refused event means for the others."""

    data: bytes
    author: Author
    on_error: OnError = OnError.ROLLBACK


class DocumentCapture:
    """Verdicts start from what the document itself says; `judge` adds what the ledger holds already."""

    def __init__(
        self, ledger: Ledger, state: Governance, submission: Submission, checked: CheckedDocument, *, created: Instant
    ) -> None:
        self._ledger, self._state = ledger, state
        self._author, self._on_error = submission.author, submission.on_error
        self._document, self._verdict = checked.document, checked.verdict
        self._id, self._created = new_job_id(), created
        self._keys = [
            key_of(ledger.event_secret, self._author.party, body, verdict.event) if verdict.event is not None else None
            for body, verdict in zip(self._document.events, self._verdict.events, strict=True)
        ]
        self._disclosed = match_disclosures([self._document.record, *self._document.events], self._author.disclosures)
        self._judged: frozenset[tuple[int, int]] = frozenset()
        self._outcomes = self._from_verdicts()

    @property
    def accepted(self) -> list[int]:
        """Indexes of the events that still stand, in document order; the record of index i has place 1 + its rank here."""
        return [outcome.index for outcome in self._outcomes if outcome.verdict is Verdict.ACCEPTED]

    @property
    def stands(self) -> bool:
        """Whether anything is to be written at all."""
        refused = any(outcome.verdict is Verdict.REFUSED for outcome in self._outcomes)
        undone = self._verdict.refused or (refused and self._on_error is OnError.ROLLBACK)
        return not undone and bool(self.accepted)

    def stage(self) -> StagedBatch:
        """The batch of the document and its accepted events, signed, with the job as it ends if the batch gets in."""
        accepted = self.accepted
        bodies = [self._document.record, *(self._document.events[index] for index in accepted)]
        staged = self._signed(bodies)
        events = [(place, self._verdict.events[index].event) for place, index in enumerate(accepted, 1)]
        return replace(
            staged,
            event_keys=[(key, place) for place, index in enumerate(accepted, 1) if (key := self._keys[index]) is not None],
            identifiers=identifier_rows((place, event) for place, event in events if event is not None),
            judged=self._judged,
            job=self.job().to_row(),
            beside=kept_beside(self._disclosed_of(accepted)),
        )

    def _disclosed_of(self, accepted: Sequence[int]) -> list[Disclosed]:
        """What is disclosed of the records that are written, by their places."""
        places = {0: 0} | {1 + index: place for place, index in enumerate(accepted, 1)}
        return [(places[at], digest, text) for at, digest, text in self._disclosed if at in places]

    def judge(self, taken: KeysTaken) -> None:
        """Settle the events under whose keys the ledger holds something.

        Raises:
            SignedEventDuplicate: see there.
        """
        accepted = self.accepted
        with reading(self._ledger.engine) as connection:
            for place, positions in taken.positions.items():
                index = accepted[place - 1]
                judgement = judge_taken(
                    connection,
                    self._verdict.events[index],
                    self._document.events[index],
                    issuer=self._author.party,
                    taken=positions,
                    pointer=self._pointer(index),
                )
                self._settle(index, judgement, positions)

    def refuse_signed(self) -> None:
        """An own note is all or nothing.

        Raises:
            SignedEventRefused: something of the document is refused.
            SignedEventDuplicate: it says the same event twice.
        """
        if isinstance(self._author, HeldAuthor):
            return
        found = (*self._verdict.errors, *(f for outcome in self._outcomes for f in outcome.findings))
        if refuses(found):
            raise SignedEventRefused(found)
        repeated = next((outcome for outcome in self._outcomes if outcome.verdict is Verdict.DUPLICATE), None)
        if repeated is not None:
            raise SignedEventDuplicate(seen="the same event twice", wanted="each once", pointer=self._pointer(repeated.index))

    def job(self) -> CaptureJob:
        """The job as it ends with the present verdicts; accepted events lack their entry still."""
        if not self.stands:
            return self._job(rolled_back(self._outcomes))
        places = {index: place for place, index in enumerate(self.accepted, 1)}
        return self._job([msgspec.structs.replace(o, place=self._place(o, places)) for o in self._outcomes])

    def job_of_repeat(self, entry: int) -> CaptureJob:
        """The job when the same signed note was in the log already, at `entry`."""
        again = [
            msgspec.structs.replace(outcome, verdict=Verdict.DUPLICATE, first=(entry, 1 + outcome.index))
            for outcome in self._outcomes
        ]
        return self._job(again)

    def _job(self, outcomes: Sequence[EventOutcome]) -> CaptureJob:
        return CaptureJob(
            id=self._id,
            party=self._author.party,
            created=self._created,
            finished=self._ledger.clock(),
            on_error=self._on_error,
            errors=self._verdict.errors,
            events=tuple(outcomes),
        )

    def _place(self, outcome: EventOutcome, places: dict[int, int]) -> int | None:
        if outcome.first is not None:
            return None
        # An event said twice in one document shares the record of the first.
        return places.get(self._twins.get(outcome.index, outcome.index))

    def _from_verdicts(self) -> list[EventOutcome]:
        self._twins: dict[int, int] = {}
        first_with: dict[int, int] = {}
        outcomes = []
        for verdict, key in zip(self._verdict.events, self._keys, strict=True):
            kind = Verdict.ACCEPTED
            if key is None:
                kind = Verdict.REFUSED
            elif self._says_again(first_with.get(key), verdict.index):
                kind, self._twins[verdict.index] = Verdict.DUPLICATE, first_with[key]
            else:
                first_with.setdefault(key, verdict.index)
            outcomes.append(EventOutcome(verdict.index, verdict.event_id, kind, findings=verdict.findings))
        return outcomes

    def _says_again(self, earlier: int | None, index: int) -> bool:
        return earlier is not None and self._document.events[earlier] == self._document.events[index]

    def _settle(self, index: int, judgement: Judgement, positions: Sequence[int]) -> None:
        if judgement.refusal is not None:
            self._become(index, Verdict.REFUSED, refusal=judgement.refusal)
        elif judgement.first is None:
            key = self._keys[index]
            self._judged |= {(key, position) for position in positions if key is not None}
        elif isinstance(self._author, HeldAuthor):
            self._become(index, Verdict.DUPLICATE, first=judgement.first)
        else:
            seen = f"record {judgement.first.entry}/{judgement.first.place}"
            raise SignedEventDuplicate(seen=seen, wanted="events that are new", pointer=self._pointer(index))

    def _become(self, index: int, verdict: Verdict, *, first: Position | None = None, refusal: Finding | None = None) -> None:
        for outcome in list(self._outcomes):
            if outcome.index == index or self._twins.get(outcome.index) == index:
                findings = outcome.findings if refusal is None else (*outcome.findings, refusal)
                self._outcomes[outcome.index] = msgspec.structs.replace(outcome, verdict=verdict, first=first, findings=findings)

    def _signed(self, bodies: Sequence[bytes]) -> StagedBatch:
        own = None if isinstance(self._author, HeldAuthor) else self._author
        read = self._author.read if isinstance(self._author, HeldAuthor) else ReadRule(self._author.signed.batch.read)
        padding = self._author.pad_to if isinstance(self._author, HeldAuthor) else 0
        statement = Statement(self._author.party, RecordClass.EPCIS, read, bodies, self._document.context, pad_to=padding)
        if own is None:
            return sign_for(self._ledger, self._state, statement, now=self._ledger.clock())
        return take_signed(self._state, statement, signed=own.signed, seed=own.seed)

    def _pointer(self, index: int) -> str:
        return f"{self._document.events_at}/{index}"
