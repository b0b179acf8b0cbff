"""Receipts of what was posted: fetched, verified where a policy is at hand, and kept beside the bytes they prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cli.post_outcome import Answers, EventSaid
from cli.remote import Remote
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.sign_own import is_event
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.actions.trace.locate_event import body_at
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.storage.position import Position
from ledger.trade.epcis.document import split_document, split_event
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.roles import identifiers_in
from ledger.trade.reading import opened_by


class Archive(Protocol):
    """Where records and their receipts are fetched from; `sent` is the event as it was sent."""

    def receipt(self, position: Position, sent: bytes) -> bytes: ...
    def record(self, position: Position, sent: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class LocalArchive:
    """A data directory."""

    ledger: Ledger

    def receipt(self, position: Position, sent: bytes) -> bytes:  # noqa: ARG002 (whoever has the directory needs no code)
        publish_checkpoint(self.ledger)
        return issue_receipt(self.ledger, position)

    def record(self, position: Position, sent: bytes) -> bytes:  # noqa: ARG002 (as above)
        return body_at(self.ledger, position)


@dataclass(frozen=True, slots=True)
class RemoteArchive:
    """A server. Who signs for itself may come without an API key: then the code of a thing in the event opens it."""

    remote: Remote

    def receipt(self, position: Position, sent: bytes) -> bytes:
        return self.remote.get(f"/receipts/{position.entry}/{position.place}", **_code_in(sent))

    def record(self, position: Position, sent: bytes) -> bytes:
        return self.remote.get(f"/records/{position.entry}/{position.place}", **_code_in(sent))


def keep_receipts(answers: Answers, folder: Path, *, archive: Archive, policy: Policy | None) -> int:
    """Write `<entry>-<place>.tlog-proof`, and the recorded bytes beside it as `.json`; return how many.

    Raises:
        What `verify_receipt` raises: a receipt does not hold. It is not written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for event, sent in _events(answers):
        position = event.position
        if position is None:
            continue
        # A duplicate may have been said before in other bytes: those are the ones that are proven.
        body = archive.record(position, sent) if event.verdict is Verdict.DUPLICATE else sent
        receipt = archive.receipt(position, sent)
        if policy is not None:
            verify_receipt(receipt, body=body, policy=policy)
        stem = folder / f"{position.entry}-{position.place}"
        stem.with_suffix(".tlog-proof").write_bytes(receipt)
        stem.with_suffix(".json").write_bytes(body)
        count += 1
    return count


def _events(answers: Answers) -> Iterator[tuple[EventSaid, bytes]]:
    """Every event that was read, with its bytes as they were sent."""
    for file, answer in answers:
        if answer.events:
            data = file.read_bytes()
            bodies = [split_event(data)[0]] if is_event(data) else split_document(data).events
            yield from ((event, bodies[event.index]) for event in answer.events)


def _code_in(event: bytes) -> dict[str, str]:
    codes = (named.identifier for named in identifiers_in(read_event(event)) if opened_by(named.identifier))
    code = next(codes, None)
    return {} if code is None else {"item": code}
