"""Receipts of what was posted: fetched, verified where a policy is at hand, and kept beside the bytes they prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click

from cli.boundary import one_line
from cli.post_beside import Prepared
from cli.post_outcome import Answers, EventSaid
from cli.remote import Remote
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.sign_own import is_event
from ledger.actions.log.publish_now import publish_now
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.actions.trace.locate_event import body_at
from ledger.evidence.checkpoint import Checkpoint, claimed_time, cosignature_time
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.evidence.tlog_proof import TlogProof
from ledger.storage.checkpoints import NotPublishedYet
from ledger.storage.position import Position
from ledger.trade.epcis.document import split_document, split_event
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.roles import identifiers_in
from ledger.trade.parties.witnessing import policy_of
from ledger.trade.reading import opened_by


class Archive(Protocol):
    """Where records and their receipts are fetched from; `sent` is the event as it was sent."""

    def receipt(self, position: Position, sent: bytes) -> bytes: ...
    def record(self, position: Position, sent: bytes) -> bytes: ...
    def own_policy(self) -> Policy | None: ...


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt on disk: which event of which file it is of, and who cosigned its checkpoint, (name, POSIX seconds or None).

    `verified`: the cosignatures were, by a policy; else the lines only claim to be by these.
    """

    file: Path
    event: int
    path: Path
    size: int
    cosigned: tuple[tuple[str, int | None], ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class LocalArchive:
    """A data directory."""

    ledger: Ledger

    def receipt(self, position: Position, sent: bytes) -> bytes:  # noqa: ARG002 (whoever has the directory needs no code)
        try:
            return issue_receipt(self.ledger, position)
        except NotPublishedYet:
            publish_now(self.ledger)
            return issue_receipt(self.ledger, position)

    def record(self, position: Position, sent: bytes) -> bytes:  # noqa: ARG002 (as above)
        return body_at(self.ledger, position)

    def own_policy(self) -> Policy | None:
        """What governance recommends now: whoever has the directory believes it."""
        return policy_of(self.ledger.state())


@dataclass(frozen=True, slots=True)
class RemoteArchive:
    """A server. Who signs for itself may come without an API key: then the code of a thing in the event opens it."""

    remote: Remote

    def receipt(self, position: Position, sent: bytes) -> bytes:
        return self.remote.get(f"/receipts/{position.entry}/{position.place}", **_code_in(sent))

    def record(self, position: Position, sent: bytes) -> bytes:
        return self.remote.get(f"/records/{position.entry}/{position.place}", **_code_in(sent))

    def own_policy(self) -> Policy | None:
        """None: a server's word for its own policy shows nothing."""
        return None


def keep_receipts(
    answers: Answers, folder: Path, *, archive: Archive, policy: Policy | None, sent_as: Mapping[Path, Prepared] | None = None
) -> list[KeptReceipt]:
    """Write `<entry>-<place>.tlog-proof`, and the recorded bytes beside it as `.json`; return what was written.

    Args:
        sent_as: the documents that were not sent as they lie on the disk.

    Raises:
        What `verify_receipt` raises: a receipt does not hold. It is not written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept, own = [], policy or archive.own_policy()
    for file, event, sent in _events(answers, sent_as or {}):
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
        size, cosigned = _cosigned(receipt, own)
        kept.append(KeptReceipt(file, event.index, stem.with_suffix(".tlog-proof"), size, cosigned, own is not None))
    return kept


def print_receipts(kept: Sequence[KeptReceipt]) -> None:
    """One line for each: where it lies, and who cosigned its checkpoint when."""
    for one in kept:
        said = ", ".join(name if at is None else f"{name} at {_moment(at)}" for name, at in one.cosigned) or "nobody"
        doubt = "" if one.verified or not one.cosigned else " (not verified: give --policy FILE)"
        click.echo(one_line(f"{one.path}  checkpoint of {one.size} entries, cosigned by {said}{doubt}"))


def receipts_as_json(kept: Sequence[KeptReceipt]) -> dict[tuple[Path, int], dict[str, Any]]:
    """What to say of each, by file and event."""
    return {
        (one.file, one.event): {
            "receipt": str(one.path),
            "checkpoint": one.size,
            "cosigned": [{"name": name, "time": None if at is None else _moment(at)} for name, at in one.cosigned],
            "cosignaturesVerified": one.verified,
        }
        for one in kept
    }


def _moment(seconds: int) -> str:
    return format_instant(Instant(seconds * 1_000))


def _cosigned(receipt: bytes, policy: Policy | None) -> tuple[int, tuple[tuple[str, int | None], ...]]:
    """Size of the checkpoint, and its cosigners: verified by `policy`, else as the lines have it."""
    note = SignedNote.parse(TlogProof.parse(receipt).checkpoint_note)
    checkpoint = Checkpoint.parse(note.text)
    if policy is None:
        lines = [line for line in note.signatures if line.name != checkpoint.origin]
        return checkpoint.size, tuple((line.name, claimed_time(line)) for line in lines)
    cosigners: list[tuple[str, int | None]] = []
    for witness in policy.witnesses:
        for line in note.signatures:
            if (line.name, line.key_id) == (witness.key.name, witness.key.key_id):
                cosigners.append((witness.name, cosignature_time(note, line, witness.key)))
                break
    return checkpoint.size, tuple(cosigners)


def _events(answers: Answers, sent_as: Mapping[Path, Prepared]) -> Iterator[tuple[Path, EventSaid, bytes]]:
    """Every event that was read, with its file, and its bytes as they were sent."""
    for file, answer in answers:
        if answer.events:
            data = sent_as[file].data if file in sent_as else file.read_bytes()
            bodies = [split_event(data)[0]] if is_event(data) else split_document(data).events
            yield from ((file, event, bodies[event.index]) for event in answer.events)


def _code_in(event: bytes) -> dict[str, str]:
    codes = (named.identifier for named in identifiers_in(read_event(event)) if opened_by(named.identifier))
    code = next(codes, None)
    return {} if code is None else {"item": code}
