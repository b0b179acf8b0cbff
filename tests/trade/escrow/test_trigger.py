"""Triggers: what they mean, and that nothing but their small grammar is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.escrow.trigger import FINDING_CODES, TriggerMalformed, parse_trigger

CODES = st.sampled_from(sorted(FINDING_CODES))
SOUP = st.lists(CODES | st.sampled_from(["AND", "OR", "(", ")", "NOT", "and"]), max_size=12).map(" ".join)
UNSAFE = "food_below_safety_standard AND (producer OR seller_knew)"


@pytest.mark.parametrize(
    ("findings", "wanted"),
    [
        (set(), False),
        ({"food_below_safety_standard"}, False),
        ({"producer", "seller_knew"}, False),
        ({"food_below_safety_standard", "producer"}, True),
        ({"food_below_safety_standard", "seller_knew"}, True),
        ({"food_below_safety_standard", "seller_knew", "fraud_found"}, True),
    ],
)
def test_when_food_law_applies(findings: set[str], wanted: bool) -> None:
    assert parse_trigger(UNSAFE).holds(frozenset(findings)) is wanted


@given(SOUP, st.frozensets(CODES))
def test_what_is_read_means_what_python_would_make_of_it(text: str, findings: frozenset[str]) -> None:
    """The oracle evaluates; the program never does."""
    try:
        held = parse_trigger(text).holds(findings)
    except TriggerMalformed:
        return
    words = text.lower().replace("(", " ( ").replace(")", " ) ").split()
    meant = " ".join(w if w in {"and", "or", "(", ")"} else str(w in findings) for w in words)
    assert held is eval(meant)


MALFORMED = [
    "",
    " ",
    "()",
    "AND",
    "fraud_found AND",
    "OR fraud_found",
    "fraud_found producer",
    "fraud_found and producer",
    "(fraud_found",
    "fraud_found)",
    "fraud_found AND producer OR recalled",
    "NOT fraud_found",
    "fraud_fuond",
    "FRAUD_FOUND",
    "fraud_found | producer",
    "fraud_found()",
    "__import__",
    "fraud_found;",
    "fraud_found\n",
    "1",
    "(" * 5 + "producer" + ")" * 5,
    "(" * 400,
    "producer OR " * 60 + "producer",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_another_grammar_is_refused(text: str) -> None:
    with pytest.raises(TriggerMalformed):
        parse_trigger(text)


def test_parentheses_say_what_belongs_together() -> None:
    either = parse_trigger("(fraud_found AND producer) OR recalled")
    assert either.holds(frozenset({"recalled"})) and not either.holds(frozenset({"fraud_found"}))
    both = parse_trigger("fraud_found AND (producer OR recalled)")
    assert not both.holds(frozenset({"recalled"})) and both.holds(frozenset({"fraud_found", "recalled"}))
    assert parse_trigger("((((producer))))").holds(frozenset({"producer"}))
