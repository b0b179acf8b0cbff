"""Take signed escrow records in: each is written, and each gets its verdict by the rules as they stand at its turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.actions.capture.stage_batch import Statement, sign_for, take_signed
from ledger.actions.capture.submit_document import Queue
from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.log.staging import KeysTaken, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unprocessable
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignedBatch
from ledger.evidence.instant import Instant
from ledger.evidence.record import JsonTooLarge, read_record
from ledger.storage.position import Position, unpack
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.precedence import REFUSALS

RECORDS_MAX: Final = 10_001


class NoteNotEscrow(Unprocessable):
    title = "escrow records are posted under a note of class escrow"


@dataclass(frozen=True, slots=True)
class RecordVerdict:
    """What became of one record; `refusal` is None where it was accepted, with the codes of its postings.

    `reason` is the refusal with what was seen and wanted, known only to whoever brought the record first.
    """

    position: Position
    type: str
    line: str | None
    refusal: str | None
    postings: tuple[str, ...]
    reason: EscrowRefused | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """Why it was refused, in words."""
        return "" if self.refusal is None else REFUSALS[self.refusal].title

    @property
    def refused(self) -> EscrowRefused | None:
        """The refusal as an error; without what was seen and wanted where the record was there before."""
        return None if self.refusal is None else self.reason or REFUSALS[self.refusal]()


@dataclass(frozen=True, slots=True)
class Written:
    """A batch of escrow records that is in the log for good. `repeated`: it was there before, with these same verdicts."""

    entry: int
    time: Instant
    repeated: bool
    verdicts: tuple[RecordVerdict, ...]

    @property
    def accepted(self) -> bool:
        """Whether every record was."""
        return all(verdict.refusal is None for verdict in self.verdicts)


def read_bodies(records: Sequence[bytes]) -> list[EscrowBody]:
    """Read each record strictly; nothing malformed comes before the rules.

    Raises:
        JsonMalformed and the like, BodyMalformed, errors of amounts: with the place of the record in the pointer.
    """
    if len(records) > RECORDS_MAX:
        raise JsonTooLarge(seen=f"{len(records)} records", wanted=f"at most {RECORDS_MAX}")
    bodies = []
    for place, data in enumerate(records):
        try:
            bodies.append(read_escrow_body(read_record(data)))
        except SuyuanError as refusal:
            if len(records) > 1:
                refusal.pointer = f"record {place}{refusal.pointer or ''}"
            raise
    return bodies


def submit_held(ledger: Ledger, records: Sequence[bytes], *, issuer: str, signers: Sequence[str], queue: Queue) -> Written:
    """Write records that `issuer` and `signers` say, signed with the keys that the operator holds for them.

    Raises:
        NoHeldKey: the operator cannot sign for one of them.
        what `read_bodies` raises, and the refusals of who may write at all.
    """
    bodies, state = read_bodies(records), ledger.state()
    statement = Statement(issuer, RecordClass.ESCROW, ReadRule.PARTIES, records, escrow=bodies)
    seen = newest_checkpoint(ledger)
    staged = sign_for(ledger, state, statement, now=ledger.clock(), signers=sorted(signers), seen=seen)
    return submit_staged(staged, queue)


def submit_signed(ledger: Ledger, records: Sequence[bytes], *, signed: SignedBatch, seed: bytes, queue: Queue) -> Written:
    """Write records under a note that all its parties signed themselves.

    Raises:
        NoteNotEscrow, RootDiffers, what `verify_batch` and `read_bodies` raise, and the refusals of who may write at all.
    """
    return submit_staged(stage_signed(ledger, records, signed=signed, seed=seed), queue)


def stage_signed(ledger: Ledger, records: Sequence[bytes], *, signed: SignedBatch, seed: bytes) -> StagedBatch:
    """The batch that `submit_signed` writes: records and note fit together, and every signature holds.

    Raises:
        what `submit_signed` raises before the batch has its turn.
    """
    if signed.batch.klass is not RecordClass.ESCROW:
        raise NoteNotEscrow(seen=signed.batch.klass.value, wanted="class escrow")
    bodies = read_bodies(records)
    statement = Statement(signed.batch.issuer, RecordClass.ESCROW, signed.batch.read, records, escrow=bodies)
    return take_signed(ledger.state(), statement, signed=signed, seed=seed)


def submit_staged(staged: StagedBatch, queue: Queue) -> Written:
    """Wait for the batch's turn, in which its keys and its records are judged by what then stands.

    Raises:
        the refusals of who may write at all.
    """
    outcome = queue.submit(staged)
    if isinstance(outcome, SuyuanError):
        raise outcome
    if isinstance(outcome, KeysTaken):
        raise AssertionError("an escrow record has no event keys")
    verdicts = tuple(
        RecordVerdict(
            position=unpack(judged.position),
            type=type(body).__name__,
            line=getattr(body, "line", None),
            refusal=judged.refusal,
            postings=judged.postings,
            reason=judged.reason,
        )
        for judged, body in zip(outcome.verdicts, staged.escrow, strict=True)
    )
    return Written(outcome.entry, outcome.time, outcome.repeated, verdicts)
