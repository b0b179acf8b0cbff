"""Take an EPCIS document in: check it, sign or verify its batch, wait for its turn, and answer with a verdict per event."""

from __future__ import annotations

from typing import Final, Protocol

from ledger.actions.capture.author import OwnAuthor, ProceedWithOwnNote, refuse_author
from ledger.actions.capture.capture_job import CaptureJob, OnError
from ledger.actions.capture.check_document import check_document
from ledger.actions.capture.document_capture import DocumentCapture, Submission
from ledger.actions.log.staging import KeysTaken, Outcome, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unavailable
from ledger.storage.jobs import Job

_TURNS_MAX: Final = 8


class TurnsExhausted(Unavailable):
    title = "other batches with the same events kept coming first"


class Queue(Protocol):
    """How batches get their turn: the writer of a server, or a turn of one's own."""

    def submit(self, staged: StagedBatch) -> Outcome:
        """Wait for the batch's turn; durable when this returns."""

    def keep_job(self, job: Job) -> None:
        """Keep a job that wrote no entry."""


def submit_document(ledger: Ledger, submission: Submission, queue: Queue) -> CaptureJob:
    """Take a document in; what is accepted is durable when this returns.

    Raises:
        Malformed and TooLarge leaves: the document cannot be read at all.
        Untrusted leaves: the author may not write, or signature, root or keys do not hold.
        SignedEventRefused, SignedEventDuplicate, ProceedWithOwnNote: an own note is all or nothing.
        Unavailable leaves: not now; nothing was written.
    """
    state, now = ledger.state(), ledger.clock()
    refuse_author(state, submission.author)
    if isinstance(submission.author, OwnAuthor) and submission.on_error is OnError.PROCEED:
        raise ProceedWithOwnNote(seen=OnError.PROCEED.value, wanted=OnError.ROLLBACK.value)
    checked = check_document(submission.data, now=now, pinned=state.contexts)
    capture = DocumentCapture(ledger, state, submission, checked, created=now)
    for _ in range(_TURNS_MAX):
        capture.refuse_signed()
        if not capture.stands:
            return _kept(capture.job(), queue)
        outcome = queue.submit(capture.stage())
        if isinstance(outcome, KeysTaken):
            capture.judge(outcome)
        elif isinstance(outcome, SuyuanError):
            raise outcome
        elif outcome.repeated:
            return _kept(capture.job_of_repeat(outcome.entry), queue)
        else:
            return capture.job().at_entry(outcome.entry, finished=outcome.time)
    raise TurnsExhausted()


def _kept(job: CaptureJob, queue: Queue) -> CaptureJob:
    queue.keep_job(job.to_row())
    return job
