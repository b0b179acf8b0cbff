"""The table of the verdict, row by row, and what no row may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.expected import Expectations, ExpectedStep, Provided
from ledger.trade.assessment.finding import CODES, ItemFinding, Weight
from ledger.trade.assessment.verdict import Verdict, Weighed, verdict_of
from ledger.trade.custody import Hands
from ledger.trade.scans import CodeStanding, CodeState, Suspicion

SHOWN = Expectations("farm-produce/1", (ExpectedStep("harvest", Provided.YES), ExpectedStep("plot", Provided.DROPPED)))
MISSING = Expectations("farm-produce/1", (ExpectedStep("harvest", Provided.NO),))
CAUTION = ItemFinding("cold-chain-broken", Weight.CAUTION)
NOTE = ItemFinding("withdrawn-record", Weight.NOTE)


def code(state: CodeState = CodeState.SOLD, suspicion: Suspicion = Suspicion.OK) -> CodeStanding:
    return CodeStanding(state, None, 0, 0, -20, suspicion)


CLEAN = Weighed(
    known=True, recalled=False, failed=0, waiting=0, damaged=0, findings=(), expectations=SHOWN, described=True, begins=True,
    hands=Hands.HELD, code=code(),
)  # fmt: skip

ROWS: list[tuple[dict[str, Any], Verdict]] = [
    ({}, Verdict.VERIFIED),
    ({"code": None}, Verdict.VERIFIED),
    ({"findings": (NOTE,)}, Verdict.VERIFIED),
    ({"hands": Hands.SOLD}, Verdict.VERIFIED),
    ({"hands": Hands.IN_TRANSIT}, Verdict.VERIFIED),
    ({"code": code(suspicion=Suspicion.CHECK)}, Verdict.VERIFIED),
    ({"code": code(CodeState.ISSUED)}, Verdict.VERIFIED),
    ({"expectations": Expectations(None)}, Verdict.VERIFIED),
    ({"known": False}, Verdict.UNKNOWN),
    ({"code": code(CodeState.UNREGISTERED)}, Verdict.UNKNOWN),
    ({"recalled": True}, Verdict.RECALLED),
    ({"failed": 1}, Verdict.FINDINGS),
    ({"damaged": 1}, Verdict.FINDINGS),
    ({"findings": (NOTE, CAUTION)}, Verdict.FINDINGS),
    ({"code": code(suspicion=Suspicion.WARN)}, Verdict.FINDINGS),
    ({"code": code(suspicion=Suspicion.FREEZE)}, Verdict.FINDINGS),
    ({"expectations": MISSING}, Verdict.INCOMPLETE),
    ({"described": False}, Verdict.INCOMPLETE),
    ({"begins": False}, Verdict.INCOMPLETE),
    ({"hands": Hands.UNKNOWN}, Verdict.INCOMPLETE),
    ({"waiting": 1}, Verdict.INCOMPLETE),
    ({"truncated": True}, Verdict.INCOMPLETE),
    ({"withheld": 1}, Verdict.INCOMPLETE),
]
PRECEDENCE = (
    ({"known": False}, Verdict.UNKNOWN),
    ({"recalled": True}, Verdict.RECALLED),
    ({"code": code(CodeState.UNREGISTERED)}, Verdict.UNKNOWN),
    ({"failed": 2}, Verdict.FINDINGS),
    ({"expectations": MISSING}, Verdict.INCOMPLETE),
)


@pytest.mark.parametrize(("changed", "verdict"), ROWS)
def test_every_row(changed: dict[str, Any], verdict: Verdict) -> None:
    assert verdict_of(replace(CLEAN, **changed)) is verdict


@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
def test_a_row_comes_before_all_below_it(first: int) -> None:
    everything_below: dict[str, Any] = {}
    for changed, _ in reversed(PRECEDENCE[first:]):
        everything_below |= changed
    assert verdict_of(replace(CLEAN, **everything_below)) is PRECEDENCE[first][1]


# From the best to the worst that the page can say of a known item whose number exists.
BADNESS = [Verdict.VERIFIED, Verdict.INCOMPLETE, Verdict.FINDINGS, Verdict.RECALLED]
weighed = st.builds(
    Weighed,
    known=st.just(True),
    recalled=st.booleans(),
    failed=st.integers(0, 2),
    waiting=st.integers(0, 2),
    damaged=st.integers(0, 1),
    findings=st.lists(st.sampled_from([NOTE, CAUTION]), max_size=3).map(tuple),
    expectations=st.sampled_from([SHOWN, MISSING, Expectations(None)]),
    described=st.booleans(),
    begins=st.booleans(),
    hands=st.sampled_from(Hands),
    truncated=st.booleans(),
    withheld=st.integers(0, 1),
    code=st.none() | st.builds(code, st.sampled_from([CodeState.ISSUED, CodeState.SOLD]), st.sampled_from(Suspicion)),
)
worse: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"findings": (CAUTION,)},
        {"failed": 3},
        {"damaged": 2},
        {"recalled": True},
        {"expectations": MISSING},
        {"described": False},
        {"begins": False},
        {"hands": Hands.UNKNOWN},
        {"waiting": 3},
        {"truncated": True},
        {"withheld": 2},
        {"code": code(suspicion=Suspicion.FREEZE)},
    ]
)


@given(weighed, worse)
def test_what_is_worse_never_makes_the_verdict_better(before: Weighed, change: dict[str, Any]) -> None:
    if "findings" in change:
        change = {"findings": (*before.findings, CAUTION)}
    after = replace(before, **change)
    assert BADNESS.index(verdict_of(after)) >= BADNESS.index(verdict_of(before))


@given(weighed)
def test_notes_change_nothing(before: Weighed) -> None:
    assert verdict_of(replace(before, findings=(*before.findings, NOTE))) is verdict_of(before)


@given(weighed)
def test_a_failed_proof_or_damaged_record_is_never_verified(before: Weighed) -> None:
    if before.failed or before.damaged:
        assert verdict_of(before) in (Verdict.FINDINGS, Verdict.RECALLED)


@given(weighed)
def test_an_item_that_nothing_names_is_unknown_whatever_else_is_said(before: Weighed) -> None:
    assert verdict_of(replace(before, known=False)) is Verdict.UNKNOWN


def test_every_code_of_a_caution_is_one() -> None:
    for name, meaning in CODES.items():
        verdict = verdict_of(replace(CLEAN, findings=(ItemFinding(name, meaning.weight),)))
        assert verdict is (Verdict.FINDINGS if meaning.weight is Weight.CAUTION else Verdict.VERIFIED)
