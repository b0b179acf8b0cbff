"""What a buyer may do on the claim page: each act, the record it says, and whether the rules would take it now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger.errors import Absent, Malformed
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow import kernel
from ledger.trade.escrow.bodies.agreement import OrderCancelled
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.bodies.disputes import (
    DISPUTE_REASONS,
    AppealOpened,
    ClaimOpened,
    DisputeEscalated,
    DisputeOpened,
    DisputeWithdrawn,
    EvidenceFiled,
    OfferAccepted,
    OfferMade,
)
from ledger.trade.escrow.bodies.goods import DeliveryAccepted, DeliveryLapsed, ReinspectionRequested, WithdrawalNoticed
from ledger.trade.escrow.books import Accepted, Books, Rules
from ledger.trade.escrow.clock import release_now
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.money import Money

REASONS: Final = tuple(reason for reason in DISPUTE_REASONS if reason != "buyer_default")
WORDS_MAX: Final = 2_000
_TRIAL: Final = hashlib.sha256(b"a letter").digest()


class ActUnknown(Absent):
    title = "there is no such act on the claim page"


class WordsMissing(Malformed):
    title = "a dispute, a claim or evidence needs some words"
    default_hint = f"write what happened, in at most {WORDS_MAX} characters"


class ReasonUnknown(Malformed):
    title = "this is none of the reasons of a dispute"


class NothingToSay(Absent):
    title = "there is nothing of this to say about the line now"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer filled in. `letter` is the digest of the words that were kept."""

    amount: Money | None = None
    reason: str = ""
    letter: Digest | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A line as it is now, at what moment, in which log."""

    line: Line
    terms: Terms
    now: Instant
    origin: str


Saying = Callable[[Scene, Wish], LineBody | None]
"""The record of an act; None where there is nothing to say."""


class Act(NamedTuple):
    """`record` is the type of what is said."""

    record: str
    say: Saying


def _plain(shape: Callable[..., LineBody]) -> Saying:
    return lambda scene, _: shape(scene.line.name, scene.line.address(scene.origin))


def _complaint(shape: type[DisputeOpened | ClaimOpened], whole: Callable[[Line], int]) -> Saying:
    def say(scene: Scene, wish: Wish) -> LineBody | None:
        line, most = scene.line, whole(scene.line)
        amount = wish.amount or (Money(line.currency, most) if most else None)
        if amount is None:
            return None
        return shape(line.name, line.address(scene.origin), amount, _reason(wish), (_letter(wish),))

    return say


def _evidence(scene: Scene, wish: Wish) -> LineBody:
    return EvidenceFiled(scene.line.name, scene.line.address(scene.origin), (_letter(wish),))


def _offer(scene: Scene, wish: Wish) -> LineBody | None:
    line = scene.line
    if line.case is None:
        return None
    share = wish.amount or Money(line.currency, line.case.amount)
    return OfferMade(line.name, line.address(scene.origin), share)


def _settle(scene: Scene, wish: Wish) -> LineBody | None:
    """The buyer repeats the amount that the page showed; the rules compare it with the offer that stands."""
    line = scene.line
    offered = None if line.case is None else line.case.merchant_offer
    if offered is None:
        return None
    return OfferAccepted(line.name, line.address(scene.origin), wish.amount or Money(line.currency, offered))


def _release(scene: Scene, _: Wish) -> LineBody | None:
    if scene.line.accepted_at is None or scene.line.delivered_at is None:
        return None
    return release_now(scene.line, scene.terms, scene.now, origin=scene.origin)


ACTS: Final[Mapping[str, Act]] = {
    "accept": Act("DeliveryAccepted", _plain(DeliveryAccepted)),
    "release": Act("ReleaseInstructed", _release),
    "settle": Act("OfferAccepted", _settle),
    "withdraw": Act("WithdrawalNoticed", _plain(WithdrawalNoticed)),
    "refund": Act("DeliveryLapsed", _plain(DeliveryLapsed)),
    "reinspect": Act("ReinspectionRequested", _plain(ReinspectionRequested)),
    "offer": Act("OfferMade", _offer),
    "evidence": Act("EvidenceFiled", _evidence),
    "arbiters": Act("DisputeEscalated", _plain(DisputeEscalated)),
    "appeal": Act("AppealOpened", _plain(AppealOpened)),
    "stop": Act("DisputeWithdrawn", _plain(DisputeWithdrawn)),
    "dispute": Act("DisputeOpened", _complaint(DisputeOpened, lambda line: line.held)),
    "claim": Act("ClaimOpened", _complaint(ClaimOpened, lambda line: line.paid_merchant)),
    "cancel": Act("OrderCancelled", _plain(OrderCancelled)),
}
"""Act by its name, in the order in which a page shows them."""

WITH_WORDS: Final = frozenset({"dispute", "claim", "evidence"})
WITH_AMOUNT: Final = frozenset({"dispute", "claim", "offer", "settle"})
WITH_REASON: Final = frozenset({"dispute", "claim"})


def act_named(act: str) -> Act:
    """Raises `ActUnknown`."""
    found = ACTS.get(act)
    if found is None:
        raise ActUnknown(seen=act, wanted=", ".join(ACTS))
    return found


def say(act: str, scene: Scene, wish: Wish) -> LineBody:
    """The record of `act`.

    Raises:
        ActUnknown, NothingToSay, WordsMissing, ReasonUnknown.
    """
    body = act_named(act).say(scene, wish)
    if body is None:
        raise NothingToSay(seen=act)
    return body


def acts_now(books: Books, rules: Rules, scene: Scene) -> dict[str, Money | None]:
    """The acts that the rules would take from the buyer now, with the most that an amount of theirs may be."""
    found: dict[str, Money | None] = {}
    for name, act in ACTS.items():
        body = act.say(scene, Wish(reason=REASONS[0], letter=_TRIAL))
        if body is not None and _taken(body, books, rules, scene):
            found[name] = getattr(body, "amount", None) or getattr(body, "buyer_share", None)
    return found


def _taken(body: LineBody, books: Books, rules: Rules, scene: Scene) -> bool:
    """What the kernel says to the record if it came now; nothing is written."""
    entry, _ = scene.line.head
    said = Said(body, body.to_body(), (entry + 1, 0), (scene.terms.agreed.buyer,), True, scene.now)
    return isinstance(kernel.apply(books, said, rules), Accepted)


def _letter(wish: Wish) -> Digest:
    if wish.letter is None:
        raise WordsMissing(wanted="some words", pointer="words")
    return wish.letter


def _reason(wish: Wish) -> str:
    if wish.reason not in REASONS:
        raise ReasonUnknown(seen=wish.reason, wanted=", ".join(REASONS), pointer="reason")
    return wish.reason
