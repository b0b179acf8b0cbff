"""Take dossier records in: descriptions, reports, recalls, codes; one class a batch, signed by its issuer or for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.actions.capture.author import refuse_standing
from ledger.actions.capture.index_rows import once_key, subject_keys
from ledger.actions.capture.stage_batch import Statement, sign_for, take_signed
from ledger.actions.capture.submit_document import Queue, TurnsExhausted
from ledger.actions.codes.bind_serials import bind_serials
from ledger.actions.dossier.judge_sayings import refuse_sayings
from ledger.actions.log.staging import KeysTaken, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, SuyuanError, Unprocessable
from ledger.evidence.authority import DOSSIER_CLASSES, MAY_SIGN, TYPES, ReadRule, RecordClass, refuse_foreign_type
from ledger.evidence.batch import SignedBatch
from ledger.evidence.instant import Instant
from ledger.evidence.record import JsonTooLarge, read_record
from ledger.storage.database import reading
from ledger.storage.entries import read_records
from ledger.storage.position import Position
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import BODIES, read_dossier_body
from ledger.trade.parties.state import Governance

RECORDS_MAX: Final = 1_000
_TURNS_MAX: Final = 8


class NoteNotDossier(Unprocessable):
    title = "these records are posted under a note of class description, inspection, recall, evidence or scan"


class ClassesMixed(Unprocessable):
    title = "the records of one batch belong to different classes, or to none that their issuer may sign"
    default_hint = "`suyuan record types` shows which roles may say it; post records of one class at a time"


class SaidAlready(Conflict):
    """`position`: where it was said first."""

    title = "this can be said only once, and somebody has said it"

    def __init__(self, *, seen: str, position: Position) -> None:
        self.position = position
        super().__init__(seen=seen, wanted=f"the first such record; that is {position.entry}/{position.place}")


@dataclass(frozen=True, slots=True)
class DossierWritten:
    """A batch of dossier records that is in the log for good. `repeated`: it was there before."""

    entry: int
    time: Instant
    repeated: bool
    klass: RecordClass
    bodies: tuple[DossierBody, ...]


def read_bodies(records: Sequence[bytes]) -> list[DossierBody]:
    """Read each record strictly.

    Raises:
        JsonMalformed and the like, BodyMalformed: with the place of the record in the pointer.
    """
    refuse_too_many(records)
    bodies = []
    for place, data in enumerate(records):
        try:
            bodies.append(read_dossier_body(read_record(data)))
        except SuyuanError as refusal:
            if len(records) > 1:
                refusal.pointer = f"record {place}{refusal.pointer or ''}"
            raise
    return bodies


def refuse_too_many(records: Sequence[bytes]) -> None:
    """Return if so many records may come at once.

    Raises:
        JsonTooLarge.
    """
    if len(records) > RECORDS_MAX:
        raise JsonTooLarge(seen=f"{len(records)} records", wanted=f"at most {RECORDS_MAX}")


def class_of(bodies: Sequence[DossierBody], roles: Sequence[str]) -> RecordClass:
    """The class under which a party with `roles` says all of `bodies`: the first of the closed table that takes them.

    Raises:
        ClassesMixed: there is none.
    """
    kinds = {type(body).__name__ for body in bodies}
    may = frozenset[RecordClass]().union(*(MAY_SIGN.get(role, frozenset()) for role in roles))
    for klass in _PREFERENCE:
        if klass in may and kinds <= TYPES[klass]:
            return klass
    able = sorted(klass.value for klass in DOSSIER_CLASSES if kinds <= TYPES[klass])
    raise ClassesMixed(
        seen=f"{', '.join(sorted(kinds))} by {','.join(roles) or 'no role'}", wanted=", ".join(able) or "one class"
    )


# What an examiner says of an item is an inspection; the seller's word about the same is a description.
_PREFERENCE: Final = (
    RecordClass.INSPECTION,
    RecordClass.RECALL,
    RecordClass.DESCRIPTION,
    RecordClass.EVIDENCE,
    RecordClass.SCAN,
)


def submit_held(
    ledger: Ledger, records: Sequence[bytes], *, issuer: str, queue: Queue, read: ReadRule = ReadRule.PUBLIC
) -> DossierWritten:
    """Write records that `issuer` says, signed with the key that the operator holds for it.

    Raises:
        NoHeldKey, ClassesMixed, SaidAlready, leaves of DossierRefused, what `read_bodies` raises, and the refusals of who
        may write at all.
    """
    bodies, state = read_bodies(records), ledger.state()
    klass = refuse_speaker(ledger, state, bodies, issuer=issuer)
    statement = Statement(issuer, klass, read, records)
    return _submit(ledger, bodies, lambda: sign_for(ledger, ledger.state(), statement, now=ledger.clock()), queue)


def refuse_speaker(ledger: Ledger, state: Governance, bodies: Sequence[DossierBody], *, issuer: str) -> RecordClass:
    """Return the class in which `issuer` may say all of `bodies`.

    Raises:
        ClassesMixed, leaves of DossierRefused, and the refusals of who may write at all.
    """
    klass = class_of(bodies, state.party(issuer).roles)
    refuse_standing(state, (issuer,), klass)
    refuse_sayings(ledger, state, bodies, issuer=issuer, klass=klass)
    return klass


def submit_signed(ledger: Ledger, records: Sequence[bytes], *, signed: SignedBatch, seed: bytes, queue: Queue) -> DossierWritten:
    """Write records under a note that its parties signed themselves. The issuer's word is judged; signers stand by it.

    Raises:
        NoteNotDossier, TypeNotInClass, RootDiffers, SaidAlready, leaves of DossierRefused, and the refusals of who may
        write at all.
    """
    bodies, staged = stage_signed(ledger, records, signed=signed, seed=seed)
    return _submit(ledger, bodies, lambda: staged, queue)


def stage_signed(
    ledger: Ledger, records: Sequence[bytes], *, signed: SignedBatch, seed: bytes
) -> tuple[Sequence[DossierBody], StagedBatch]:
    """The records that `submit_signed` writes and their batch: every signature holds, and its issuer may say each of them.

    Raises:
        what `submit_signed` raises before the batch has its turn.
    """
    batch = signed.batch
    if batch.klass not in DOSSIER_CLASSES:
        raise NoteNotDossier(seen=batch.klass.value, wanted=", ".join(sorted(DOSSIER_CLASSES)))
    bodies, state = read_bodies(records), ledger.state()
    refuse_standing(state, batch.parties, batch.klass)
    for body in bodies:
        refuse_foreign_type(type(body).__name__, batch.klass)
    statement = Statement(batch.issuer, batch.klass, batch.read, records)
    staged = take_signed(state, statement, signed=signed, seed=seed)
    refuse_sayings(ledger, state, bodies, issuer=batch.issuer, klass=batch.klass)
    return bodies, staged


def _submit(ledger: Ledger, bodies: Sequence[DossierBody], stage: Callable[[], StagedBatch], queue: Queue) -> DossierWritten:
    """Wait for the batch's turn; what may be said only once is looked up in it."""
    keys = [(key, place) for place, body in enumerate(bodies) if (key := once_key(ledger.event_secret, body)) is not None]
    identifiers = [(key, place) for place, body in enumerate(bodies) for key in subject_keys(body)]
    judged: frozenset[tuple[int, int]] = frozenset()
    for _ in range(_TURNS_MAX):
        staged = stage()
        beside = bind_serials(staged.signed.batch.issuer, bodies)
        staged = replace(staged, event_keys=keys, identifiers=identifiers, judged=judged, beside=beside)
        outcome = queue.submit(staged)
        if isinstance(outcome, SuyuanError):
            raise outcome
        if not isinstance(outcome, KeysTaken):
            klass = staged.signed.batch.klass
            return DossierWritten(outcome.entry, outcome.time, outcome.repeated, klass, tuple(bodies))
        at = {place: key for key, place in keys}
        for place, positions in outcome.positions.items():
            _refuse_said(ledger, bodies[place], positions)
            judged |= {(at[place], position) for position in positions}
    raise TurnsExhausted()


def _refuse_said(ledger: Ledger, body: DossierBody, positions: Sequence[int]) -> None:
    """The key is but 64 bits of a hash: only the body says whether the same was said before."""
    with reading(ledger.engine) as connection:
        for record in read_records(connection, positions):
            kept = None if record.body is None else read_record(record.body)
            if kept is not None and kept.get("type") in BODIES and read_dossier_body(kept).once() == body.once():
                raise SaidAlready(seen=body.once() or "", position=record.position)
