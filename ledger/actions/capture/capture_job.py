"""A capture job: one verdict per event, kept as bytes that leave out the entry, which is known only at the end."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import msgspec

from ledger.evidence.instant import Instant
from ledger.storage.jobs import Job
from ledger.storage.position import Position
from ledger.trade.epcis.finding import Finding

_ID_BYTES: Final = 16


class OnError(StrEnum):
    """What a refused event means for the others. Source: EPCIS 2.0, header GS1-Capture-Error-Behaviour."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


class Verdict(StrEnum):
    """What became of one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"


class EventOutcome(msgspec.Struct, frozen=True, array_like=True):
    """One event of a document.

    Attributes:
        index: its place in the document's event list, counted from 0.
        place: its place in the batch, if accepted.
        first: (entry, place) of the record that said the same before, if duplicate.
    """

    index: int
    event_id: str | None
    verdict: Verdict
    place: int | None = None
    first: tuple[int, int] | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """A finished job, as EPCIS 2.0 section 12.6 has it, with the verdict on each event.

    `entry` is the log entry of the accepted events, None where there are none; a job with one is finished at its time.
    """

    id: str
    party: str
    created: Instant
    finished: Instant
    on_error: OnError
    errors: tuple[Finding, ...]
    events: tuple[EventOutcome, ...]
    entry: int | None = None

    @property
    def success(self) -> bool:
        """Everything sent is in the ledger, now or from before."""
        stored = (Verdict.ACCEPTED, Verdict.DUPLICATE)
        return not any(error.severity == "refuse" for error in self.errors) and all(e.verdict in stored for e in self.events)

    def position_of(self, outcome: EventOutcome) -> Position | None:
        """Where the event's record is; None if it is nowhere."""
        if outcome.first is not None:
            return Position(*outcome.first)
        if outcome.place is None or self.entry is None:
            return None
        return Position(self.entry, outcome.place)

    def at_entry(self, entry: int, *, finished: Instant) -> CaptureJob:
        return replace(self, entry=entry, finished=finished)

    def to_row(self) -> Job:
        answer = _ENCODER.encode(_Answer(self.on_error, self.errors, self.events))
        return Job(self.id, self.party, self.created, self.finished, answer, self.entry)


class _Answer(msgspec.Struct, frozen=True, array_like=True):
    on_error: OnError
    errors: tuple[Finding, ...]
    events: tuple[EventOutcome, ...]


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(_Answer)


def new_job_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(_ID_BYTES)


def from_row(row: Job) -> CaptureJob:
    answer = _DECODER.decode(row.answer)
    return CaptureJob(row.id, row.party, row.created, row.finished, answer.on_error, answer.errors, answer.events, row.entry)


def rolled_back(outcomes: Sequence[EventOutcome]) -> tuple[EventOutcome, ...]:
    """The same outcomes where nothing is stored: what would have been accepted is rolled back."""
    undone = {Verdict.ACCEPTED: Verdict.ROLLED_BACK}
    return tuple(
        msgspec.structs.replace(o, verdict=undone[o.verdict], place=None) if o.verdict in undone else o for o in outcomes
    )
