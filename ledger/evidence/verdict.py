"""What a verified receipt has shown, in values and in sentences, and what no receipt can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.policy import VerifiedCheckpoint
from ledger.evidence.register import KeyLine


@dataclass(frozen=True, slots=True)
class ReceiptVerdict:
    """The outcome of nine steps that all passed.

    Args:
        index, place: the record's position; with `batch.origin` its address for ever.
        batch: what the parties signed.
        parties: the key each of them signed with, its custody, roles and territory at that entry; issuer first.
        entry_time: when the log took the batch.
        opened: the verified checkpoint and the witnesses that cosigned it, with their times.
        record_type: the body's `type`; None of padding and of an erased record.
        body_available: False where the record is erased and its commitment alone is proven.
    """

    index: int
    place: int
    batch: Batch
    parties: tuple[KeyLine, ...]
    entry_time: Instant
    opened: VerifiedCheckpoint
    record_type: str | None
    body_available: bool

    @property
    def position(self) -> tuple[int, int]:
        return (self.index, self.place)

    @property
    def issuer(self) -> KeyLine:
        return self.parties[0]

    @property
    def is_padding(self) -> bool:
        return self.body_available and self.record_type is None

    @property
    def steps(self) -> tuple[str, ...]:
        """A sentence for each step, 1 to 9; the last says what a receipt means and is to be said every time."""
        checkpoint, batch = self.opened.checkpoint, self.batch
        cosigners = ", ".join(f"{name} at {_utc(time_s)}" for name, time_s in self.opened.cosigners)
        signers = ", ".join(f"{line.party} (key held by {_holder(line)})" for line in self.parties)
        proven = (
            f"in the key register of entry {self.index}" if self.index else "named by the founding record that the policy pins"
        )
        return (
            f"the policy names the log {batch.origin} and its first entry",
            f"the log signed the checkpoint of its first {checkpoint.size} entries",
            f"the policy's quorum is met: cosigned by {cosigners or 'nobody, and it asks for nobody'}",
            f"entry {self.index}, taken {format_instant(self.entry_time)}, stands under that checkpoint",
            "its batch was made for this log and this first entry",
            f"it is signed by {signers}",
            f"at place {self.place} of {batch.size} stands {self._record()}",
            f"each key was {proven}, and its role may sign class {batch.klass}",
            f"this shows that {batch.issuer} said this no later than the checkpoint; "
            "not that it is true, complete, still uncorrected, or not recalled",
        )

    @property
    def left_to_audit(self) -> tuple[str, ...]:
        """What only a replay of the log can show, a sentence each."""
        left = []
        if self.index:
            left.append(f"that the key register of entry {self.index} follows from the governance records before it")
        if self.index and self.batch.klass is RecordClass.GOVERNANCE:
            left.append(f"that these parties suffice to sign a {self.record_type}, by the table of signers and the state before")
        if self.batch.seen is not None:
            left.append(f"that the checkpoint of {self.batch.seen[0]} entries that the issuer saw is one of this log")
        return tuple(left)

    def _record(self) -> str:
        if not self.body_available:
            return "an erased record: its commitment is proven, its body is not available"
        return "padding, which says nothing" if self.record_type is None else f"this body, of type {self.record_type}"


def _holder(line: KeyLine) -> str:
    return "itself" if line.custody == "self" else "the ledger's operator"


def _utc(time_s: int) -> str:
    # A witness may claim any time below 2**63; what no calendar holds is shown as it stands.
    try:
        return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return f"second {time_s}"
