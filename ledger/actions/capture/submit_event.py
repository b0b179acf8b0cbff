"""Take a single event in: a batch of one, addressed by its position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ledger.actions.capture.author import Author, HeldAuthor, refuse_author
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.check_document import CheckedEvent, check_event
from ledger.actions.capture.document_capture import SignedEventDuplicate
from ledger.actions.capture.event_rows import identifier_keys, key_of
from ledger.actions.capture.judge_taken import judge_taken
from ledger.actions.capture.stage_batch import Statement, sign_for, take_signed
from ledger.actions.capture.submit_document import Queue, TurnsExhausted
from ledger.actions.log.staging import Sequenced, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, SuyuanError, Unprocessable
from ledger.evidence.authority import RecordClass
from ledger.storage.database import reading
from ledger.storage.position import Position
from ledger.trade.epcis.event import AnyEvent
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


def submit_event(ledger: Ledger, data: bytes, author: Author, queue: Queue) -> EventTaken:
    """Take one event in; it is durable when this returns.

    Raises:
        Malformed and TooLarge leaves: the bytes cannot be read at all.
        EventRefused: read, but against the rules.
        EventIdTaken: 409, see there.
        SignedEventDuplicate: the issuer's own note signs an event that is there already.
    """
    state, now = ledger.state(), ledger.clock()
    refuse_author(state, author)
    checked = check_event(data, now=now, pinned=state.contexts)
    event = checked.verdict.event
    if event is None:
        raise EventRefused(checked.verdict.findings)
    judged: frozenset[tuple[int, int]] = frozenset()
    for _ in range(_TURNS_MAX):
        staged = replace(_stage(ledger, state, author, checked, event), judged=judged)
        outcome = queue.submit(staged)
        if isinstance(outcome, Sequenced):
            verdict = Verdict.DUPLICATE if outcome.repeated else Verdict.ACCEPTED
            return EventTaken(Position(outcome.entry, 0), checked.verdict.event_id, verdict, checked.verdict.findings)
        if isinstance(outcome, SuyuanError):
            raise outcome
        taken = outcome.positions[0]
        first = _same_event(ledger, checked, author, taken)
        if first is not None:
            return EventTaken(first, checked.verdict.event_id, Verdict.DUPLICATE, checked.verdict.findings)
        judged |= {(staged.event_keys[0][0], position) for position in taken}
    raise TurnsExhausted()


def _stage(ledger: Ledger, state: Governance, author: Author, checked: CheckedEvent, event: AnyEvent) -> StagedBatch:
    read = author.read if isinstance(author, HeldAuthor) else author.signed.batch.read
    statement = Statement(author.party, RecordClass.EPCIS, read, [checked.body], context=checked.context)
    if isinstance(author, HeldAuthor):
        staged = sign_for(ledger, state, statement, now=ledger.clock())
    else:
        staged = take_signed(state, statement, signed=author.signed, seed=author.seed)
    key = key_of(ledger.event_secret, author.party, checked.body, event)
    return replace(staged, event_keys=[(key, 0)], identifiers=[(found, 0) for found in identifier_keys(event)])


def _same_event(ledger: Ledger, checked: CheckedEvent, author: Author, taken: tuple[int, ...]) -> Position | None:
    with reading(ledger.engine) as connection:
        judgement = judge_taken(connection, checked.verdict, checked.body, issuer=author.party, taken=taken, pointer="")
    if judgement.refusal is not None:
        raise EventIdTaken(seen=checked.verdict.event_id, wanted=judgement.refusal.wanted, pointer="/eventID")
    if judgement.first is not None and not isinstance(author, HeldAuthor):
        seen = f"record {judgement.first.entry}/{judgement.first.place}"
        raise SignedEventDuplicate(seen=seen, wanted="an event that is new", pointer="")
    return judgement.first
