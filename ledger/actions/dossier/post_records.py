"""Take in the dossier records that parties post: those of every type that has no way of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.actions.capture.author import refuse_standing
from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.stage_batch import held_key
from ledger.actions.capture.submit_document import Queue
from ledger.actions.dossier.judge_sayings import judge_sayings
from ledger.actions.dossier.submit_dossier import (
    DossierWritten,
    class_of,
    read_bodies,
    refuse_speaker,
    refuse_too_many,
    stage_signed,
    submit_held,
    submit_signed,
)
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignedBatch, sign_batch
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.permission import refuse_other_way


def post_held(ledger: Ledger, records: Sequence[bytes], *, issuer: str, queue: Queue, read: ReadRule) -> DossierWritten:
    """Write records that `issuer` says, signed with the key that the operator holds for it.

    Raises:
        TypeHasItsOwnWay, and what `submit_held` raises.
    """
    read_posted(records)
    return submit_held(ledger, records, issuer=issuer, queue=queue, read=read)


def post_signed(ledger: Ledger, records: Sequence[bytes], *, note: bytes, seed: bytes, queue: Queue) -> DossierWritten:
    """Write records under a note that its parties signed themselves.

    Raises:
        TypeHasItsOwnWay, and what `submit_signed` and `SignedBatch.parse` raise.
    """
    read_posted(records)
    return submit_signed(ledger, records, signed=SignedBatch.parse(note), seed=seed, queue=queue)


def check_signed(ledger: Ledger, records: Sequence[bytes], *, note: bytes, seed: bytes) -> None:
    """Return if `post_signed` would write these records now.

    Raises:
        what `post_signed` raises before the batch has its turn.
    """
    read_posted(records)
    stage_signed(ledger, records, signed=SignedBatch.parse(note), seed=seed)


def sign_held(ledger: Ledger, records: Sequence[bytes], *, issuer: str, read: ReadRule, seed: bytes) -> bytes:
    """The note that `post_signed` takes, signed with the key that the operator holds for `issuer`; nothing is written.

    Raises:
        what `post_held` raises before the batch has its turn.
    """
    bodies, state = read_posted(records), ledger.state()
    batch = draft_batch(
        records,
        klass=refuse_speaker(ledger, state, bodies, issuer=issuer),
        issuer=issuer,
        signers=(),
        origin=state.origin,
        first_entry=state.first_entry,
        now=ledger.clock(),
        seed=seed,
        read=read,
    )
    return sign_batch(batch, [held_key(ledger, state, issuer)]).note


def read_posted(records: Sequence[bytes]) -> list[DossierBody]:
    """Read each record strictly, and refuse types that are not posted.

    Raises:
        TypeHasItsOwnWay, and what `read_bodies` raises.
    """
    bodies = read_bodies(records)
    for place, body in enumerate(bodies):
        try:
            refuse_other_way(body)
        except SuyuanError as refusal:
            if len(bodies) > 1:
                refusal.pointer = f"record {place}{refusal.pointer}"
            raise
    return bodies


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """What would become of one record if it came now; `body` is None where it cannot be read."""

    body: DossierBody | None
    refusal: SuyuanError | None


@dataclass(frozen=True, slots=True)
class CheckedRecords:
    """The same of a whole post. `refusal`: why nothing of it would be written, whatever each record says."""

    klass: RecordClass | None
    refusal: SuyuanError | None
    records: tuple[CheckedRecord, ...]

    @property
    def accepted(self) -> bool:
        """Whether all of it would be written."""
        return self.refusal is None and all(record.refusal is None for record in self.records)


def check_posted(ledger: Ledger, records: Sequence[bytes], *, issuer: str) -> CheckedRecords:
    """What would become of these records if `issuer` posted them now; nothing is signed and nothing is written.

    Every record is judged, the ones after a refused one too.
    """
    read = check_shapes(records)
    bodies = [record.body for record in read if record.body is not None]
    state = ledger.state()
    try:
        klass = class_of(bodies, state.party(issuer).roles)
        refuse_standing(state, (issuer,), klass)
    except SuyuanError as refusal:
        return CheckedRecords(None, refusal if bodies else None, read)
    judged = iter(judge_sayings(ledger, state, bodies, issuer=issuer, klass=klass))
    records_judged = tuple(
        record if record.body is None else CheckedRecord(record.body, next(judged) or record.refusal) for record in read
    )
    return CheckedRecords(klass, None, records_judged)


def check_shapes(records: Sequence[bytes]) -> tuple[CheckedRecord, ...]:
    """Every record by itself, without a ledger: whether it can be read, and is of a type that is posted.

    Raises:
        JsonTooLarge: there are too many.
    """
    refuse_too_many(records)
    return tuple(map(_check_shape, records))


def _check_shape(data: bytes) -> CheckedRecord:
    body = None
    try:
        (body,) = read_bodies([data])
        refuse_other_way(body)
    except SuyuanError as refusal:
        return CheckedRecord(body, refusal)
    return CheckedRecord(body, None)
