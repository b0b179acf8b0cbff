"""The one table of codes: closed, weighed, and used by every family."""

from __future__ import annotations

import ast
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.finding import CODES, Weight, finding
from ledger.trade.assessment.findings.every import findings_of
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.told import Told
from tests.trade.assessment.scene import CASE, LOT, TIN, TODAY, celsius, handed, quantity, sensed, told


def said_in_the_families() -> set[str]:
    """Every code that a family names in a call of `finding`."""
    folder = files("ledger.trade.assessment").joinpath("findings")
    trees = [ast.parse(entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "finding" and call.args]
    return {first.value for first in named if isinstance(first, ast.Constant)}


def test_the_families_say_every_code_of_the_table_and_no_other() -> None:
    assert said_in_the_families() == set(CODES)


def test_codes_and_values_are_stable_words() -> None:
    for code, meaning in CODES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", value) for value in meaning.values)
        assert meaning.sentence[0].islower() or meaning.sentence.startswith("3D")
        assert not meaning.sentence.endswith(".")


def test_a_finding_is_weighed_by_the_table() -> None:
    found = finding("more-out-than-in", [(2, 0), (1, 0), (2, 0)], thing=LOT, in_="1", out="2", unit="KGM")
    assert (found.weight, found.positions, found.values["in"]) == (Weight.CAUTION, ((1, 0), (2, 0)), "1")


def test_what_the_table_does_not_know_cannot_be_said() -> None:
    with pytest.raises(LookupError):
        finding("moon-in-the-wrong-phase", [])
    with pytest.raises(LookupError):
        finding("past-its-date", [], moon="full")


parties = st.sampled_from(["garden", "works", "shop", "lab"])
roles = st.sampled_from(["factory", "shop", "laboratory"])
steps = st.sampled_from(["shipping", "receiving", "stocking", "inspecting", "creating_class_instance"])
members = st.sampled_from(
    [
        {"epcList": [TIN]},
        {"epcList": [TIN, CASE], **sensed(celsius(31, exception="ALARM_CONDITION"))},
        {"quantityList": [quantity(LOT, 5)], **handed("works", "shop")},
        {"quantityList": [quantity(LOT, 9)], "action": "ADD"},
        {"epcList": [TIN], "readPoint": {"id": "geo:1.2,103.8"}, "disposition": "non_conformant"},
        {"epcList": [TIN], "readPoint": {"id": "geo:26.6,106.6"}, **handed("works", "shop")},
        {"epcList": [TIN], "action": "ADD", "ilmd": {"cbvmda:itemExpirationDate": "2026-04-02"}},
    ]
)
events = st.lists(st.tuples(st.integers(0, 30), parties, steps, roles, members), max_size=10).map(
    lambda drawn: [
        told(hour, issuer, step, role=role, at=(place, 0), **more) for place, (hour, issuer, step, role, more) in enumerate(drawn)
    ]
)


@given(events, st.randoms())
def test_the_same_matter_gives_the_same_findings_in_any_order(told_events: list[Told], random: object) -> None:
    matter = Matter(tuple(told_events), (), TODAY, starts=(TIN,))
    shuffled = list(told_events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = findings_of(matter)
    assert findings_of(Matter(tuple(shuffled), (), TODAY, starts=(TIN,))) == found
    known = {one.position for one in told_events}
    assert all(set(one.positions) <= known for one in found)
    weights = [one.weight for one in found]
    assert weights == sorted(weights, key=lambda weight: weight is Weight.NOTE)
