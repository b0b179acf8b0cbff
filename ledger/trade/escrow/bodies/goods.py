"""Records of the goods' way: dispatch, inspection at entry, delivery, acceptance, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.bodies.kinds import COUNT, EVIDENCE, RETURN_REASONS
from ledger.trade.shapes.kinds import DIGEST, MOMENT, one_of

RECALL_REASONS = ("unsafe", "contaminated", "mislabelled", "counterfeit", "copied")


@dataclass(frozen=True, slots=True)
class GoodsDispatched(LineBody):
    """Merchant and carrier: the goods of the manifest are on their way. `event` is the digest of the shipping event."""

    serials: Annotated[Digest, DIGEST]
    event: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class LotCommitted(LineBody):
    """The lot's manifest and the moment whose checkpoint gives the sample's seed, both before that moment."""

    serials: Annotated[Digest, DIGEST]
    seed_after: Annotated[Instant, MOMENT]


@dataclass(frozen=True, slots=True)
class InspectionReported(LineBody):
    """The inspector drew the agreed number of items and `defects` of them failed; whether that passes is computed."""

    sample_size: Annotated[int, COUNT]
    defects: Annotated[int, COUNT]
    report: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class InspectionEscalated(LineBody):
    """The inspector is late; the second body takes over."""


@dataclass(frozen=True, slots=True)
class ReinspectionRequested(LineBody):
    """Merchant or buyer asks the second body to look, once."""


@dataclass(frozen=True, slots=True)
class EntryRejected(LineBody):
    """The failed inspection is final; the buyer's money goes back."""


@dataclass(frozen=True, slots=True)
class GoodsDelivered(LineBody):
    """The carrier handed the goods over; the buyer may sign too."""

    serials: Annotated[Digest, DIGEST]
    proof: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class DeliveryLapsed(LineBody):
    """The goods never came; the risk is the merchant's."""


@dataclass(frozen=True, slots=True)
class DeliveryAccepted(LineBody):
    """The buyer accepts the delivery; it waives nothing."""


@dataclass(frozen=True, slots=True)
class AcceptanceLapsed(LineBody):
    """The buyer said nothing in time. It opens the release, and waives nothing."""


@dataclass(frozen=True, slots=True)
class WithdrawalNoticed(LineBody):
    """The buyer uses the statutory right to withdraw; no reason is asked for."""


@dataclass(frozen=True, slots=True)
class ReturnCarried(LineBody):
    """The carrier has delivered the returned goods to the merchant."""

    proof: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class ReturnReceived(LineBody):
    """The merchant has the goods back."""


@dataclass(frozen=True, slots=True)
class ReturnRefused(LineBody):
    """The merchant refuses the return, naming every reason at once; what is not named here cannot be named later."""

    reasons: Annotated[tuple[str, ...], RETURN_REASONS]
    evidence: Annotated[tuple[Digest, ...], EVIDENCE]


@dataclass(frozen=True, slots=True)
class ReturnLapsed(LineBody):
    """The merchant was silent after the carrier's proof; the return counts as accepted."""


@dataclass(frozen=True, slots=True)
class WithdrawalLapsed(LineBody):
    """The goods were never sent back; the delivery stands."""


@dataclass(frozen=True, slots=True)
class LineRecalled(LineBody):
    """The goods are recalled; `notice` is the digest of what was made public. What is held is frozen as a dispute."""

    reason: Annotated[str, one_of(RECALL_REASONS)]
    notice: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class RecallLifted(LineBody):
    """The recall is over. A dispute that it opened goes on until it is withdrawn, settled or ruled."""

    notice: Annotated[Digest, DIGEST]
