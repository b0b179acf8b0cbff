"""What a claim page shows of a buyer's orders, put into words: every sentence of it, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final

from api.pages.claim_moments import fill
from api.pages.claim_states import QUIET, StateWords, say_state
from api.pages.words import Words, say_moment, say_percent, words_of
from ledger.actions.escrow.buyer_acts import WITH_AMOUNT, WITH_REASON, WITH_WORDS
from ledger.actions.escrow.buyer_view import BuyerLine, BuyerView, Offer
from ledger.evidence.instant import Instant
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.kinds import merchant_of, order_of
from ledger.trade.escrow.deadlines import end_of_conformity, end_of_withdrawal
from ledger.trade.escrow.money import Money, format_amount
from ledger.trade.escrow.pack import Pack
from ledger.trade.escrow.regions import REGIONS, Dispute, Own

_AT_ONCE: Final = ("accept", "release", "settle")
"""Acts that are a button at once; the others open first, so that no thumb takes them by mistake."""
_GOOD: Final = frozenset(
    {Own.FUNDED, Own.SHIPPED, Own.CLEARED, Own.ACCEPTED, Own.RELEASING, Own.RELEASED, Own.REFUNDED, Own.CLOSED}
)
_BAD: Final = frozenset({Own.HELD_AT_ENTRY})


def say_money(money: Money) -> str:
    """`SGD 129.00`, its parts held together."""
    return f"{money.currency}\u00a0{format_amount(money)}"


def say_record(words: Words, name: str) -> str:
    """What somebody did when they signed a record of this type; of a type without words its name."""
    return words.get(f"record.{name}", name)


@dataclass(frozen=True, slots=True)
class ShownAct:
    """A form: its address's last part, its words, and which fields it has. `most`: the amount to begin with."""

    act: str
    button: str
    says: str
    at_once: bool
    amount: bool
    reason: bool
    words: bool
    most: str
    currency: str
    plain: str


@dataclass(frozen=True, slots=True)
class ShownRight:
    says: str
    cite: str
    how: str


class ClaimWords:
    """A view in one language, its dates and numbers spelt by `tag`. The methods are what the template asks for."""

    def __init__(self, view: BuyerView, tag: str) -> None:
        self.view, self.tag = view, tag
        self.text = words_of("claim", tag)
        self.reasons = self.text.below("reason")

    def date(self, moment: Instant) -> str:
        return say_moment(moment, self.tag)

    def record(self, name: str) -> str:
        return say_record(self.text, name)

    # A line

    def heading(self, line: BuyerLine) -> tuple[str, str]:
        """The order's own name, and which item of it."""
        return self._order(line.line.name)

    def status(self, line: BuyerLine) -> tuple[str, str]:
        """Where the line stands, and the style of it; while something is disputed, that is where it stands."""
        own = line.line.own
        if line.line.dispute is not Dispute.NONE:
            return self._filled(say_state(self.text, line.line.dispute).says, line) or "", "waits"
        style = "fails" if own in _BAD else "holds" if own in _GOOD else "waits"
        return say_state(self.text, own).says, style

    def next(self, line: BuyerLine) -> list[str]:
        """What comes next, and by when."""
        disputed = line.line.dispute is not Dispute.NONE
        return self._sentences(say_state(self.text, line.line.dispute if disputed else line.line.own), line)

    def beside(self, line: BuyerLine) -> list[str]:
        """What else stands: payments under way, holds, recalls, what others have put up."""
        states = [line.line.state(region) for region in REGIONS if region not in ("line", "dispute")]
        found = (self._filled(say_state(self.text, state).says, line) for state in states if state not in QUIET)
        return [sentence for sentence in found if sentence]

    def money(self, line: BuyerLine) -> list[str]:
        """Who holds how much, the most important first."""
        moved, agreed = line.line, line.terms.agreed
        bank = line.names[agreed.custodian]
        held = [("money.held", moved.boxed() - moved.rec)]
        gone = [
            ("money.you", moved.paid_buyer),
            ("money.shop", moved.paid_merchant),
            ("money.fees", moved.fees),
            ("money.fund", moved.rec + moved.to_fund),
        ]
        said = [
            self.text.say(name, amount=say_money(Money(moved.currency, minor)), bank=bank)
            for name, minor in (*held, *gone)
            if minor
        ]
        if held[0][1] or moved.unallocated:
            return said
        if moved.own is Own.AGREED:
            return [self.text.say("money.waited", bank=bank)]
        return [self.text["money.none" if moved.received else "money.never"], *said]

    @property
    def may_sign(self) -> bool:
        """Whether anything can be signed with this link: the key is held here, and no seller was shown the link."""
        return self.view.held and not self.view.claim.shared

    def acts(self, line: BuyerLine) -> list[ShownAct]:
        if not self.may_sign:
            return []
        return [self._act(act, most) for act, most in line.acts.items()]

    def rights(self, line: BuyerLine) -> list[ShownRight]:
        pack, moved, terms = line.terms.pack, line.line, line.terms
        back = end_of_withdrawal(moved, terms) if moved.delivered_at is not None else None
        late = end_of_conformity(moved, terms) if moved.delivered_at is not None else None
        proof = pack.burden_of_proof_days
        applies = not pack.burden_of_proof_classes or terms.agreed.goods_class in pack.burden_of_proof_classes
        return [
            self._right_back(pack, terms.agreed.goods_class, back),
            self._right(pack, "conformity", self._until_or_days("right.late", late, pack.conformity_days)),
            *([self._right(pack, "burden_of_proof", self.text.say("right.proof", count=proof))] if proof and applies else []),
        ]

    # An offer

    def offer_heading(self, offer: Offer, body: EscrowBody) -> str:
        if self.is_order(body):
            return self.text.say("offer.order", party=offer.issuer)
        return self.text.say("offer.record", record=self.record(type(body).__name__))

    def offer_rows(self, offer: Offer, body: EscrowBody) -> list[tuple[str, str]]:
        """What the record would bring about, as names and values."""
        text = self.text
        if not isinstance(body, OrderAgreed):
            amounts = [say_money(value) for member in fields(body) if isinstance(value := getattr(body, member.name), Money)]  # type: ignore[arg-type]
            return [(text["offer.amounts"], " · ".join(amounts))] if amounts else []
        rows = [
            (text["order"], " · ".join(self._order(body.line))),
            (text["shop"], offer.names[merchant_of(body.line)]),
            (text["offer.price"], say_money(body.price)),
            (text["offer.bank"], offer.names[body.custodian]),
            (text["offer.ship"], self.date(body.ship_by)),
            (text["offer.deliver"], self.date(body.deliver_by)),
            (text["offer.inspected"], text["no" if body.sampling is None else "yes"]),
            (text["offer.fees"], say_percent(Decimal(body.fees.platform + body.fees.inspection + body.fees.tax) / 100, self.tag)),
        ]
        pack = offer.packs.get(body.pack.sha256)
        return rows if pack is None else [*rows, *self._offer_rights(pack, body.goods_class)]

    def is_order(self, body: EscrowBody) -> bool:
        """Whether it is an agreement of this very buyer."""
        return isinstance(body, OrderAgreed) and body.buyer == self.view.claim.buyer

    def _offer_rights(self, pack: Pack, goods_class: str) -> list[tuple[str, str]]:
        text = self.text
        back = pack.withdrawal_days and goods_class not in pack.withdrawal_excluded
        days = text.say("offer.back_days", count=pack.withdrawal_days) if back else text["offer.back_none"]
        return [(text["offer.back"], days), (text["offer.late"], text.say("offer.late_days", count=pack.conformity_days))]

    # Parts

    def _order(self, line: str) -> tuple[str, str]:
        return order_of(line).rpartition("/")[2], self.text.say("part", number=line.rpartition("/")[2])

    def _act(self, act: str, most: Money | None) -> ShownAct:
        shown = "" if most is None else say_money(most)
        return ShownAct(
            act=act,
            button=self.text.say(f"act.{act}.button", most=shown),
            says=self.text[f"act.{act}.says"],
            at_once=act in _AT_ONCE,
            amount=act in WITH_AMOUNT and act != "settle" and most is not None,
            reason=act in WITH_REASON,
            words=act in WITH_WORDS,
            most=shown,
            currency="" if most is None else most.currency,
            plain="" if most is None or act not in WITH_AMOUNT else format_amount(most),
        )

    def _right_back(self, pack: Pack, goods_class: str, until: Instant | None) -> ShownRight:
        if pack.withdrawal_days == 0:
            return self._right(pack, "withdrawal", self.text["right.back_none"])
        if goods_class in pack.withdrawal_excluded:
            return self._right(pack, "withdrawal_exclusions", self.text["right.back_excluded"])
        return self._right(pack, "withdrawal", self._until_or_days("right.back", until, pack.withdrawal_days))

    def _until_or_days(self, name: str, until: Instant | None, days: int) -> str:
        if until is None:
            return self.text.say(f"{name}_days", count=days)
        return self.text.say(f"{name}_until", date=self.date(until))

    def _right(self, pack: Pack, rule: str, says: str) -> ShownRight:
        found = pack.rules.get(rule)
        if found is None:
            return ShownRight(says, "", self.text["right.terms"])
        return ShownRight(says, found.cite, self.text[f"right.{found.verified.value}"])

    def _sentences(self, words: StateWords, line: BuyerLine) -> list[str]:
        return [said for sentence in words.next if (said := self._filled(sentence, line))]

    def _filled(self, sentence: str, line: BuyerLine) -> str | None:
        return fill(sentence, line.line, line.terms, date=self.date, amount=say_money)


Notice = Mapping[str, Any]
"""What a page says first, after something was pressed: `big`, `soft`, `style`, and `code` of a refusal."""

Say = Callable[[str], str]
