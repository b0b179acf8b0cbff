"""When the clock lets a record come: every timeout of the table, computed from the line, its terms and its pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.evidence.instant import Instant
from ledger.trade.escrow.calendar import add_days, add_working_days
from ledger.trade.escrow.line import Line, Terms, since
from ledger.trade.escrow.regions import Own


@dataclass(frozen=True, slots=True)
class Timeout:
    """`says` is what people read; `at` is the first moment at which the record may come, once the time has `begun`."""

    says: str
    at: Callable[[Line, Terms], Instant]
    begun: Callable[[Line], bool] = lambda _: True


def end_of_reinspection(line: Line, terms: Terms) -> Instant:
    pack = terms.pack
    return add_working_days(since(line.inspected_at), pack.reinspection_working_days, pack.holidays)


def end_of_withdrawal(line: Line, terms: Terms) -> Instant:
    return add_days(since(line.delivered_at), terms.pack.withdrawal_days)


def end_of_retention(line: Line, terms: Terms) -> Instant:
    days = max(terms.agreed.retention.days, terms.pack.withdrawal_days)
    return add_days(since(line.delivered_at), days)


def end_of_return_reply(line: Line, terms: Terms) -> Instant:
    return add_working_days(since(line.carried_at), terms.pack.merchant_reply_working_days, terms.pack.holidays)


def end_of_conformity(line: Line, terms: Terms) -> Instant:
    """The window of late claims, from delivery; from the decision where nothing was ever delivered."""
    return add_days(since(line.delivered_at or line.settled_at), terms.pack.conformity_days)


def end_of_chargebacks(line: Line, terms: Terms) -> Instant:
    return add_days(since(line.delivered_at or line.settled_at), terms.pack.chargeback_days)


def end_of_appeal(line: Line, terms: Terms) -> Instant:
    return add_days(since(line.case.ruled if line.case else None), terms.pack.appeal_days)


def end_of_evidence(line: Line, terms: Terms) -> Instant:
    """Before escalation the evidence is open without end."""
    return add_days(since(line.case.escalated if line.case else None), terms.pack.evidence_days)


def _entry(line: Line, terms: Terms) -> Instant:
    """A second result is final; the first may be contested for some working days, if there is a second body."""
    if line.reinspecting or terms.agreed.reinspector is None:
        return since(line.inspected_at)
    return end_of_reinspection(line, terms)


def _claims(line: Line, terms: Terms) -> Instant:
    if line.own is not Own.RELEASED:
        return since(line.settled_at)
    conformity = end_of_conformity(line, terms)
    return max(conformity, end_of_chargebacks(line, terms)) if terms.agreed.psp is not None else conformity


def _closing(line: Line, terms: Terms) -> Instant:
    """A refund that the buyer's bank sends back weeks later must still find its line open."""
    return end_of_conformity(line, terms) if line.own is Own.REFUNDED else _claims(line, terms)


def _turn(line: Line, terms: Terms) -> Instant:
    case = line.case
    return add_working_days(
        since((case.turn_since or case.escalated) if case else None), terms.pack.ruling_working_days, terms.pack.holidays
    )


TIMEOUTS: Final[Mapping[str, Timeout]] = {
    "payment": Timeout(
        "payment_days after the agreement", lambda line, terms: add_days(Instant(line.agreed_at), terms.pack.payment_days)
    ),
    "dispatch": Timeout(
        "dispatch_grace_days after the promised dispatch",
        lambda _, terms: add_days(terms.agreed.ship_by, terms.pack.dispatch_grace_days),
    ),
    "seed": Timeout("the moment that gives the sample's seed", lambda line, _: since(line.seed_after)),
    "inspection": Timeout("the agreed day of inspection", lambda line, _: since(line.inspect_by)),
    "entry": Timeout("reinspection_working_days after the result; at once after the second result", _entry),
    "delivery": Timeout(
        "delivery_days after the promised delivery",
        lambda _, terms: add_days(terms.agreed.deliver_by, terms.pack.delivery_days),
    ),
    "acceptance": Timeout(
        "acceptance_days after delivery",
        lambda line, terms: add_days(since(line.delivered_at), terms.pack.acceptance_days),
    ),
    "return_reply": Timeout(
        "merchant_reply_working_days after the goods came back",
        end_of_return_reply,
        begun=lambda line: line.carried_at is not None,
    ),
    "return": Timeout(
        "return_days after the withdrawal", lambda line, terms: add_days(since(line.noticed_at), terms.pack.return_days)
    ),
    "answer": Timeout(
        "answer_days after the dispute was opened",
        lambda line, terms: add_days(since(line.case.opened if line.case else None), terms.pack.answer_days),
    ),
    "negotiation": Timeout(
        "negotiation_days after the dispute was opened",
        lambda line, terms: add_days(since(line.case.opened if line.case else None), terms.pack.negotiation_days),
    ),
    "evidence": Timeout("evidence_days after the escalation", end_of_evidence),
    "ruling": Timeout("ruling_working_days after the arbiters' turn began", _turn),
    "appeal": Timeout("appeal_days after the ruling", end_of_appeal),
    "appeal_ruling": Timeout(
        "appeal_ruling_days after the appeal",
        lambda line, terms: add_days(since(line.case.appealed if line.case else None), terms.pack.appeal_ruling_days),
    ),
    "claims": Timeout("the end of every window of claims", _claims),
    "closing": Timeout("the end of every window of claims, and of bounced refunds", _closing),
    "exchange": Timeout("withdrawal_days after delivery, since a refund is due in the currency that was paid", end_of_withdrawal),
    "at_once": Timeout("at once", lambda line, _: since(line.case.ruled if line.case else None)),
}
