"""Guards of the goods: inspection, return and title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.evidence.instant import format_instant
from ledger.trade.escrow import deadlines
from ledger.trade.escrow.bodies.kinds import merchant_of
from ledger.trade.escrow.guards.guard import Guard, before, guard
from ledger.trade.escrow.guards.terms import INSPECTED_CLASSES
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.contents import (
    ExcludedGoodsClass,
    ReinspectorMissing,
    SampleSizeDiffers,
    SerialsDiffer,
)
from ledger.trade.escrow.refusals.obstacles import NotOwner, NotSecondHand, SeedBeforeCommit, TitleMissing, WindowClosed
from ledger.trade.escrow.refusals.states import (
    AlreadyCarried,
    InspectionFinal,
    InspectionMissing,
    ReturnNotCarried,
    SamplingNotAgreed,
)
from ledger.trade.escrow.regions import Title


def _serials_agreed(hearing: Hearing) -> EscrowRefused | None:
    wanted = hearing.terms.agreed.manifest
    return None if hearing.body.serials == wanted else SerialsDiffer(seen=hearing.body.serials.hex(), wanted=wanted.hex())


def _sampling_agreed(hearing: Hearing) -> EscrowRefused | None:
    return SamplingNotAgreed(wanted="terms with a sampling plan") if hearing.terms.agreed.sampling is None else None


def _sampling_not_agreed(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.terms.agreed.sampling is None else InspectionMissing(wanted="a passed inspection before delivery")


def _seed_unknown_yet(hearing: Hearing) -> EscrowRefused | None:
    after = hearing.body.seed_after
    return (
        None
        if after > hearing.now
        else SeedBeforeCommit(seen=format_instant(after), wanted=f"after {format_instant(hearing.now)}")
    )


def _sample_as_planned(hearing: Hearing) -> EscrowRefused | None:
    plan = hearing.terms.agreed.sampling
    wanted = plan.sample_size if plan is not None else 0
    size, defects = hearing.body.sample_size, hearing.body.defects
    if size == wanted and defects <= size:
        return None
    return SampleSizeDiffers(seen=f"{defects} of {size}", wanted=f"at most {wanted} of {wanted}")


def _first_inspection(hearing: Hearing) -> EscrowRefused | None:
    return InspectionFinal(wanted="a first inspection") if hearing.line.reinspecting else None


def _reinspector_named(hearing: Hearing) -> EscrowRefused | None:
    return ReinspectorMissing() if hearing.terms.agreed.reinspector is None else None


def _within_reinspection(hearing: Hearing) -> EscrowRefused | None:
    return before(hearing, deadlines.end_of_reinspection(hearing.line, hearing.terms))


def _may_withdraw(hearing: Hearing) -> EscrowRefused | None:
    pack, goods_class = hearing.terms.pack, hearing.terms.agreed.goods_class
    sent = hearing.line.shipped_at is not None
    if pack.withdrawal_days == 0 or not (sent or pack.withdrawal_before_dispatch):
        return WindowClosed(seen=f"{pack.withdrawal_days} days", wanted=f"a right to withdraw in {pack.name}")
    if goods_class in pack.withdrawal_excluded:
        return ExcludedGoodsClass(seen=goods_class, wanted=f"none of {', '.join(sorted(pack.withdrawal_excluded))}")
    return None


def _within_withdrawal(hearing: Hearing) -> EscrowRefused | None:
    return before(hearing, deadlines.end_of_withdrawal(hearing.line, hearing.terms))


def _carried(hearing: Hearing) -> EscrowRefused | None:
    return ReturnNotCarried() if hearing.line.carried_at is None else None


def _not_carried(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.carried_at is None else AlreadyCarried()


def _within_return_reply(hearing: Hearing) -> EscrowRefused | None:
    if hearing.line.carried_at is None:
        return None
    return before(hearing, deadlines.end_of_return_reply(hearing.line, hearing.terms))


def _second_hand(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.terms.agreed.second_hand else NotSecondHand()


def _title_passed(hearing: Hearing) -> EscrowRefused | None:
    missing = hearing.terms.agreed.second_hand and hearing.line.title is not Title.BUYER
    return TitleMissing(wanted="TitleTransferred before the release") if missing else None


def _seller_owns(hearing: Hearing) -> EscrowRefused | None:
    serial = hearing.terms.agreed.serial
    owner = hearing.books.owner(serial) if serial is not None else None
    seller = merchant_of(hearing.line.name)
    return None if owner in (None, seller) else NotOwner(seen=seller, wanted=str(owner))


def _inspected(hearing: Hearing) -> EscrowRefused | None:
    terms = hearing.terms
    if hearing.line.passed or (terms.agreed.goods_class not in INSPECTED_CLASSES and not _needs_pass(hearing)):
        return None
    return InspectionMissing(wanted="a passed inspection")


def _needs_pass(hearing: Hearing) -> bool:
    """From the first limit on, the clock alone releases only what an independent inspection has passed."""
    by_buyer = hearing.terms.agreed.buyer in hearing.said.parties
    small = hearing.terms.agreed.price.minor < hearing.terms.pack.small_minor
    large = hearing.terms.agreed.price.minor > hearing.terms.pack.large_minor
    return not (by_buyer or small or large)


GOODS_GUARDS: Final[Mapping[str, Guard]] = {
    "serials_agreed": guard(_serials_agreed, "the serials are those of the agreed manifest", SerialsDiffer),
    "sampling_agreed": guard(_sampling_agreed, "the terms have a sampling plan", SamplingNotAgreed),
    "sampling_not_agreed": guard(_sampling_not_agreed, "the terms have no sampling plan", InspectionMissing),
    "seed_unknown_yet": guard(_seed_unknown_yet, "the seed's moment is still to come", SeedBeforeCommit),
    "sample_as_planned": guard(_sample_as_planned, "the sample is as large as planned", SampleSizeDiffers),
    "first_inspection": guard(_first_inspection, "it is the first inspection", InspectionFinal),
    "reinspector_named": guard(_reinspector_named, "the terms name a second inspection body", ReinspectorMissing),
    "within_reinspection": guard(_within_reinspection, "within reinspection_working_days", WindowClosed),
    "may_withdraw": guard(_may_withdraw, "the pack gives the right to withdraw", WindowClosed, ExcludedGoodsClass),
    "within_withdrawal": guard(_within_withdrawal, "within withdrawal_days of delivery", WindowClosed),
    "carried": guard(_carried, "the carrier brought the goods back", ReturnNotCarried),
    "not_carried": guard(_not_carried, "the goods are not back yet", AlreadyCarried),
    "within_return_reply": guard(_within_return_reply, "within merchant_reply_working_days of the goods' return", WindowClosed),
    "second_hand": guard(_second_hand, "the item is second-hand", NotSecondHand),
    "title_passed": guard(_title_passed, "the title of a second-hand item has passed", TitleMissing),
    "seller_owns": guard(_seller_owns, "the merchant owns the serial", NotOwner),
    "inspected": guard(
        _inspected, "food, and middle amounts released by the clock, have passed the inspection", InspectionMissing
    ),
}
