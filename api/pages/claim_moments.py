"""The moments and amounts that sentences about an order line name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Final

from ledger.evidence.instant import Instant
from ledger.trade.escrow.deadlines import TIMEOUTS, end_of_conformity, end_of_retention
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.money import Money

Moment = Callable[[Line, Terms], Instant | None]


def _if(known: Callable[[Line], bool], moment: Callable[[Line, Terms], Instant]) -> Moment:
    return lambda line, terms: moment(line, terms) if known(line) else None


MOMENTS: Final[Mapping[str, Moment]] = {
    "ship_by": lambda _, terms: terms.agreed.ship_by,
    "deliver_by": lambda _, terms: terms.agreed.deliver_by,
    "retention": _if(lambda line: line.delivered_at is not None, end_of_retention),
    "conformity": _if(lambda line: line.delivered_at is not None or line.settled_at is not None, end_of_conformity),
    "payment": TIMEOUTS["payment"].at,
    "dispatch": TIMEOUTS["dispatch"].at,
    "delivery": TIMEOUTS["delivery"].at,
    "inspection": _if(lambda line: line.inspect_by is not None, TIMEOUTS["inspection"].at),
    "entry": _if(lambda line: line.inspected_at is not None, TIMEOUTS["entry"].at),
    "acceptance": _if(lambda line: line.delivered_at is not None, TIMEOUTS["acceptance"].at),
    "return": _if(lambda line: line.noticed_at is not None and line.carried_at is None, TIMEOUTS["return"].at),
    "return_reply": _if(lambda line: line.carried_at is not None, TIMEOUTS["return_reply"].at),
    "answer": _if(lambda line: line.case is not None, TIMEOUTS["answer"].at),
    "negotiation": _if(lambda line: line.case is not None, TIMEOUTS["negotiation"].at),
    "evidence": _if(lambda line: line.case is not None and line.case.escalated is not None, TIMEOUTS["evidence"].at),
    "ruling": _if(lambda line: line.case is not None and line.case.escalated is not None, TIMEOUTS["ruling"].at),
    "appeal": _if(lambda line: line.case is not None and line.case.ruled is not None, TIMEOUTS["appeal"].at),
    "appeal_ruling": _if(lambda line: line.case is not None and line.case.appealed is not None, TIMEOUTS["appeal_ruling"].at),
}
"""Name to the moment, or None where it is not known in this state."""

AMOUNTS: Final[Mapping[str, Callable[[Line, Terms], Money]]] = {
    "to_pay": lambda line, terms: Money(terms.agreed.price.currency, terms.agreed.price.minor - line.unallocated),
    "unallocated": lambda line, terms: Money(terms.agreed.price.currency, line.unallocated),
    "disputed": lambda line, _: Money(line.currency, line.case.amount if line.case else line.disputed),
    "buyer_share": lambda line, _: Money(line.currency, (line.case.buyer_share if line.case else None) or 0),
    **{
        name: (lambda line, _, name=name: Money(line.currency, getattr(line, name)))  # type: ignore[misc]
        for name in ("rel", "ref", "cover", "advanced")
    },
}
"""Name to the amount, in the currency it is in."""


def named_in(sentence: str) -> frozenset[str]:
    """What stands in braces in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def fill(
    sentence: str, line: Line, terms: Terms, *, date: Callable[[Instant], str], amount: Callable[[Money], str]
) -> str | None:
    """The sentence with its moments and amounts, or None where one of its moments is not known."""
    values: dict[str, str] = {}
    for name in named_in(sentence):
        if name in AMOUNTS:
            values[name] = amount(AMOUNTS[name](line, terms))
            continue
        moment = MOMENTS[name](line, terms)
        if moment is None:
            return None
        values[name] = date(moment)
    return sentence.format(**values)
