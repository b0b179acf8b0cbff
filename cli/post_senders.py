"""The ways in which a document reaches a ledger: not at all, through its data directory, or over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx

from cli.post_outcome import Answer, EventSaid
from cli.remote import Remote, problem_in, refusal
from ledger.actions.capture.author import Author, HeldAuthor, read_own_note
from ledger.actions.capture.capture_job import CaptureJob, OnError, Verdict
from ledger.actions.capture.check_document import check_document, check_event
from ledger.actions.capture.document_capture import SignedEventRefused, Submission
from ledger.actions.capture.event_capture import EventRefused
from ledger.actions.capture.sign_own import is_event, sign_own
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Clock, Ledger
from ledger.errors import Conflict, Malformed, MediaTypeUnsupported, TooLarge
from ledger.evidence.authority import ReadRule
from ledger.evidence.disclosure import Disclosure
from ledger.evidence.merkle import Digest
from ledger.evidence.note_signer import NoteSigner
from ledger.storage.position import Position
from ledger.trade.epcis.finding import Finding, Severity
from ledger.trade.epcis.validate import DocumentVerdict
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS


class Sender(Protocol):
    """Sends a document, with what is disclosed of it."""

    def __call__(self, data: bytes, disclosures: tuple[Disclosure, ...] = ()) -> Answer: ...


ABOUT_ONE_FILE: Final = (Malformed, TooLarge, Conflict, MediaTypeUnsupported)
"""Failures that say something of the file sent; the next one may well be taken."""

_REFUSING: Final = frozenset({400, 409, 413, 415, 422})
_MEDIA_TYPE: Final = "application/ld+json"


@dataclass(frozen=True, slots=True)
class OwnSigner:
    """A party that signs for itself, for one ledger."""

    key: NoteSigner
    origin: str
    first_entry: Digest


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at documents and sends nothing.

    What the ledger holds is not looked at: an event that is there already counts as accepted here.
    """

    clock: Clock
    on_error: OnError

    def __call__(self, data: bytes, disclosures: tuple[Disclosure, ...] = ()) -> Answer:  # noqa: ARG002 (nothing is sent)
        try:
            verdict = self._verdict(data)
        except ABOUT_ONE_FILE as reason:
            return Answer(refusal=reason)
        taken = Verdict.ROLLED_BACK if self._undone(verdict) else Verdict.ACCEPTED
        said = (
            EventSaid(event.index, event.event_id, Verdict.REFUSED if event.refused else taken, None, event.findings)
            for event in verdict.events
        )
        return Answer(tuple(said), verdict.errors)

    def _undone(self, verdict: DocumentVerdict) -> bool:
        return verdict.refused or (self.on_error is OnError.ROLLBACK and any(event.refused for event in verdict.events))

    def _verdict(self, data: bytes) -> DocumentVerdict:
        if is_event(data):
            return DocumentVerdict((), (check_event(data, now=self.clock(), pinned=PINNED_CONTEXTS).verdict,))
        return check_document(data, now=self.clock(), pinned=PINNED_CONTEXTS).verdict


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes into a data directory, as a party whose key is held there or as one that signs for itself."""

    ledger: Ledger
    party: str
    read: ReadRule
    on_error: OnError
    signer: OwnSigner | None = None
    pad_to: int = 0

    def __call__(self, data: bytes, disclosures: tuple[Disclosure, ...] = ()) -> Answer:
        queue = OwnTurn(self.ledger)
        try:
            author = self._author(data, disclosures)
            if not is_event(data):
                return _of_job(submit_document(self.ledger, Submission(data, author, self.on_error), queue))
            taken = submit_event(self.ledger, data, author, queue)
        except EventRefused as reason:
            return Answer((EventSaid(0, None, Verdict.REFUSED, None, reason.findings),))
        except SignedEventRefused as reason:
            return Answer(errors=reason.findings, refusal=reason)
        except ABOUT_ONE_FILE as reason:
            return Answer(refusal=reason)
        return Answer((EventSaid(0, taken.event_id, taken.verdict, taken.position, taken.findings),))

    def _author(self, data: bytes, disclosures: tuple[Disclosure, ...]) -> Author:
        if self.signer is None:
            return HeldAuthor(self.party, self.read, self.pad_to, disclosures)
        own = sign_own(
            data,
            self.signer.key,
            origin=self.signer.origin,
            first_entry=self.signer.first_entry,
            read=self.read,
            now=self.ledger.clock(),
            pad_to=self.pad_to,
        )
        return read_own_note(own.note, own.seed, disclosures)


@dataclass(frozen=True, slots=True)
class Posting:
    """Posts to a server; with `signer` each document goes with the issuer's own note and seed beside it."""

    remote: Remote
    read: ReadRule
    on_error: OnError
    clock: Clock
    wait: str
    signer: OwnSigner | None = None
    pad_to: int = 0

    def __call__(self, data: bytes, disclosures: tuple[Disclosure, ...] = ()) -> Answer:
        try:
            request = self._request(data, disclosures)
            single = is_event(data)
        except ABOUT_ONE_FILE as reason:
            return Answer(refusal=reason)
        path = "/epcis/events" if single else "/epcis/capture"
        headers = {"GS1-Capture-Error-Behaviour": self.on_error.value, **request.pop("headers", {})}
        params = {"wait": self.wait, "read": self.read.value, **({"padTo": str(self.pad_to)} if self.pad_to else {})}
        answer = self.remote.ask("POST", path, params=params, headers=headers, **request)
        if answer.is_success:
            return _of_event(answer) if single else _of_capture(answer.json())
        if answer.status_code not in _REFUSING:
            raise refusal(answer)
        return _of_refusal(answer, single=single)

    def _request(self, data: bytes, disclosures: tuple[Disclosure, ...]) -> dict[str, Any]:
        if self.signer is None and not disclosures:
            return {"content": data, "headers": {"Content-Type": _MEDIA_TYPE}}
        parts = {"document": ("document", data, _MEDIA_TYPE)}
        if disclosures:
            given = json.dumps([disclosure.text for disclosure in disclosures]).encode()
            parts["disclosures"] = ("disclosures", given, "application/json")
        return {"files": {**self._signed(data), **parts}}

    def _signed(self, data: bytes) -> dict[str, tuple[str, bytes, str]]:
        if self.signer is None:
            return {}
        own = sign_own(
            data,
            self.signer.key,
            origin=self.signer.origin,
            first_entry=self.signer.first_entry,
            read=self.read,
            now=self.clock(),
            pad_to=self.pad_to,
        )
        return {
            "note": ("note", own.note, "text/plain; charset=utf-8"),
            "seed": ("seed", own.seed, "application/octet-stream"),
        }


def _of_job(job: CaptureJob) -> Answer:
    said = (EventSaid(one.index, one.event_id, one.verdict, job.position_of(one), one.findings) for one in job.events)
    return Answer(tuple(said), job.errors)


def _of_capture(job: Mapping[str, Any]) -> Answer:
    return Answer(tuple(map(_of_event_json, job["events"])), tuple(map(_finding, job["errors"])))


def _of_event(answer: httpx.Response) -> Answer:
    return Answer((_of_event_json(answer.json()),))


def _of_refusal(answer: httpx.Response, *, single: bool) -> Answer:
    """The findings of a refused event or document; where the problem has none, it is one itself, under the server's code."""
    problem = problem_in(answer)
    findings = tuple(map(_finding, problem.get("findings", ())))
    if findings and single:
        return Answer((EventSaid(0, None, Verdict.REFUSED, None, findings),))
    if not findings and problem.get("code"):
        findings = (_finding({**problem, "seen": problem.get("seen") or problem.get("title", "")}),)
    return Answer(errors=findings, refusal=refusal(answer))


def _of_event_json(said: Mapping[str, Any]) -> EventSaid:
    position = None if said["position"] is None else Position(*said["position"])
    findings = tuple(map(_finding, said["findings"]))
    return EventSaid(said["index"], said["eventID"], Verdict(said["verdict"]), position, findings)


def _finding(said: Mapping[str, Any]) -> Finding:
    severity: Severity = "mark" if said.get("severity") == "mark" else "refuse"
    texts = {name: str(said.get(name, "")) for name in ("code", "pointer", "seen", "wanted", "hint")}
    return Finding(severity=severity, **texts)
