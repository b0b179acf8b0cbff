"""What a proof to keep shows: the numbered steps of every record's receipt, and what all of them together leave open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ledger.errors import SuyuanError, Untrusted
from ledger.evidence.instant import format_instant
from ledger.evidence.policy import Policy
from ledger.evidence.proof_file import KeptRecord, Place, ProofFile
from ledger.evidence.receipt import verify_receipt
from ledger.evidence.verdict import ReceiptVerdict


class ReceiptOfAnotherRecord(Untrusted):
    title = "a receipt in a proof to keep is of another record than the one it stands beside"


class RecordAfterProof(Untrusted):
    title = "a record was taken after the time at which the proof says that it was made"


@dataclass(frozen=True, slots=True)
class JudgedRecord:
    """One record of a proof: what its receipt has shown, or why it shows nothing.

    names_item: the caller's rule found the item in it; False of an erased record.
    """

    position: Place
    shown: ReceiptVerdict | None
    failure: SuyuanError | None
    names_item: bool = False


@dataclass(frozen=True)
class ProofVerdict:
    """The outcome for every record of a proof.

    Args:
        own_keys: the log keys are those that the file itself brings; it says nothing then about whose they are.
    """

    file: ProofFile
    own_keys: bool
    records: tuple[JudgedRecord, ...]

    @cached_property
    def failures(self) -> tuple[SuyuanError, ...]:
        return tuple(one.failure for one in self.records if one.failure is not None)

    @cached_property
    def erased(self) -> int:
        """How many records are proven by their commitment alone."""
        return sum(one.shown is not None and not one.shown.body_available for one in self.records)

    @cached_property
    def names_item(self) -> bool:
        """Whether a proven record names the item that the file says it is about. Nobody signs what the file says."""
        return any(one.names_item for one in self.records)

    @property
    def holds(self) -> bool:
        """Every record in it holds, and there is one."""
        return bool(self.records) and not self.failures

    @property
    def complete(self) -> bool:
        """Nothing stayed open: no record erased or left out, and one names the item."""
        return self.names_item and not self.erased and not self.file.left_out


def verify_proof(file: ProofFile, *, names: Callable[[bytes], bool], policy: Policy | None = None) -> ProofVerdict:
    """Judge every record of a proof; the first that fails does not stop the others.

    Args:
        names: whether a record's body names the item of the file, a matter of trade.
        policy: whom the caller trusts; without it the keys that the file brings, which anybody can have made.
    """
    trusted = file.policy if policy is None else policy
    return ProofVerdict(file, policy is None, tuple(_judge(file, one, names, trusted) for one in file.records))


def _judge(file: ProofFile, record: KeptRecord, names: Callable[[bytes], bool], policy: Policy) -> JudgedRecord:
    try:
        shown = verify_receipt(record.receipt, body=record.body, policy=policy)
        if policy != file.policy:
            # Whom the caller trusts decides; but keys in the file that did not sign it were changed by somebody.
            file.policy.open(shown.opened.note.to_bytes())
        _refuse_differing(file, record, shown)
    except SuyuanError as failure:
        return JudgedRecord(record.position, None, failure)
    return JudgedRecord(record.position, shown, None, record.body is not None and names(record.body))


def _refuse_differing(file: ProofFile, record: KeptRecord, shown: ReceiptVerdict) -> None:
    if shown.position != record.position:
        raise ReceiptOfAnotherRecord(seen=f"record {shown.position}", wanted=f"record {record.position}")
    if shown.entry_time > file.made:
        raise RecordAfterProof(seen=f"taken {format_instant(shown.entry_time)}", wanted=f"by {format_instant(file.made)}")
