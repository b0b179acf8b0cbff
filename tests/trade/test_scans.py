"""The rules about copied codes: each by itself, and what holds of every history and every heap of scans."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.scans import (
    ANONYMOUS_MAX,
    PRIOR,
    CoarseScan,
    CodeHistory,
    CodeState,
    Suspicion,
    judge_code,
    suspicion_of,
)
from ledger.trade.travel import Travel
from tests.house.sources import CHECKOUT

DAY = date(2026, 11, 20)
SOLD = CodeHistory(CodeState.SOLD, activated=DAY - timedelta(30), shipped=DAY - timedelta(20), owned=DAY - timedelta(10))
ENDED = replace(SOLD, state=CodeState.ENDED, ended=DAY - timedelta(1))


def scan(area: str = "SG", *, days: int = 0, device: int = 1, travel: Travel = Travel.NONE, owner: bool = False) -> CoarseScan:
    return CoarseScan(DAY + timedelta(days), area, device.to_bytes(8, "big"), travel, owner)


def spread(*areas: str) -> list[CoarseScan]:
    """One device in each area, all on one day."""
    return [scan(area, device=number) for number, area in enumerate(areas, start=1)]


def fired(history: CodeHistory, scans: list[CoarseScan]) -> dict[str, int]:
    return {reason.code: reason.decibans for reason in judge_code(history, scans).reasons}


HISTORIES = st.builds(
    CodeHistory,
    state=st.sampled_from(CodeState),
    activated=st.none() | st.dates(DAY - timedelta(9), DAY + timedelta(9)),
    shipped=st.none() | st.dates(DAY - timedelta(9), DAY + timedelta(9)),
    owned=st.none() | st.dates(DAY - timedelta(9), DAY + timedelta(9)),
    ended=st.none() | st.dates(DAY - timedelta(9), DAY + timedelta(9)),
    second_claims=st.integers(0, 5),
    market=st.frozensets(st.sampled_from(["SG", "CN", "DE"])),
)
SCANS = st.lists(
    st.builds(
        CoarseScan,
        day=st.dates(DAY - timedelta(15), DAY + timedelta(15)),
        area=st.sampled_from(["-", "SG", "CN-GZ/Guiyang", "CN-GD", "DE-BE", "US-CA", "BR", "FR/Paris"]),
        device=st.integers(0, 30).map(lambda number: number.to_bytes(8, "big")),
        travel=st.sampled_from(Travel),
    ),
    max_size=60,
)


@given(HISTORIES, SCANS)
def test_strangers_alone_never_freeze(history: CodeHistory, scans: list[CoarseScan]) -> None:
    standing = judge_code(history, scans)
    assert standing.score <= PRIOR + ANONYMOUS_MAX
    assert standing.suspicion is not Suspicion.FREEZE


@given(HISTORIES, SCANS, SCANS, st.integers(0, 2), st.integers(0, 2))
def test_more_scans_never_clear_a_code(
    history: CodeHistory, scans: list[CoarseScan], more: list[CoarseScan], sales: int, handled: int
) -> None:
    history = replace(history, second_sales=sales, after_end=handled)
    assert judge_code(history, scans + more).score >= judge_code(history, scans).score


@given(HISTORIES, SCANS, st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))
def test_what_a_signed_fact_explains_never_accuses(
    history: CodeHistory, scans: list[CoarseScan], sales: int, handled: int, transfers: int
) -> None:
    history = replace(history, second_sales=sales, after_end=handled)
    before = judge_code(history, scans)
    passed_on = judge_code(replace(history, transfers=transfers), scans)
    by_owner = judge_code(history, [*scans, scan(owner=True, device=99)])
    assert max(passed_on.score, by_owner.score) <= before.score
    assert judge_code(replace(history, transfers=transfers + 1), scans).score <= passed_on.score


@given(HISTORIES, st.data(), SCANS)
def test_the_order_of_scans_does_not_matter(history: CodeHistory, data: st.DataObject, scans: list[CoarseScan]) -> None:
    assert judge_code(history, data.draw(st.permutations(scans))) == judge_code(history, scans)


@given(HISTORIES, SCANS, st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))
def test_a_score_is_the_sum_of_its_reasons(
    history: CodeHistory, scans: list[CoarseScan], sales: int, handled: int, transfers: int
) -> None:
    history = replace(history, second_sales=sales, after_end=handled, transfers=transfers)
    standing = judge_code(history, scans)
    assert standing.score == PRIOR + sum(reason.decibans for reason in standing.reasons)
    assert standing.suspicion is suspicion_of(standing.score)


@pytest.mark.parametrize(
    ("score", "suspicion"),
    [
        (-20, Suspicion.OK),
        (-1, Suspicion.OK),
        (0, Suspicion.CHECK),
        (9, Suspicion.CHECK),
        (10, Suspicion.WARN),
        (19, Suspicion.WARN),
        (20, Suspicion.FREEZE),
    ],
)
def test_the_table_of_thresholds(score: int, suspicion: Suspicion) -> None:
    assert suspicion_of(score) is suspicion


def test_a_code_that_nobody_scanned_is_left_alone() -> None:
    standing = judge_code(SOLD, [])
    assert (standing.first_scan, standing.scans, standing.areas, standing.score) == (None, 0, 0, PRIOR)
    assert standing.suspicion is Suspicion.OK


def test_one_person_who_looks_daily_for_a_month_is_no_suspicion() -> None:
    assert fired(SOLD, [scan(days=day, device=day) for day in range(30)]) == {}


def test_a_family_at_home_is_no_suspicion() -> None:
    assert fired(SOLD, [scan("SG", device=device) for device in range(3)]) == {}


@pytest.mark.parametrize(
    ("history", "scans", "expected"),
    [
        (SOLD, [scan(travel=Travel.FASTER)], {"travel-too-fast": 15}),
        (SOLD, [scan(travel=Travel.FAR), scan(device=2)], {"travel-far": 6}),
        (SOLD, [scan(travel=Travel.FAR), scan(device=2, travel=Travel.FASTER)], {"travel-too-fast": 15}),
        (SOLD, [scan(days=-31)], {"scan-before-activation": 20}),
        (SOLD, [scan(days=-30)], {"scan-before-shipping": 20}),
        (SOLD, [scan(days=-20)], {}),
        (CodeHistory(CodeState.ISSUED), [scan()], {"scan-before-activation": 20}),
        (CodeHistory(CodeState.ACTIVATED), [scan()], {}),
        (ENDED, [scan()], {"scan-after-end": 20}),
        (ENDED, [scan(days=-1)], {}),
        (replace(ENDED, after_end=2), [], {"handled-after-end": 20}),
        (replace(SOLD, second_sales=1), [], {"sold-twice": 20}),
        (replace(SOLD, second_claims=3), [], {"claimed-twice": 12}),
        (replace(SOLD, transfers=2), [], {"passed-on": -8}),
        (SOLD, [scan(owner=True)], {"owner-scanned": -20}),
        (SOLD, spread("SG", "MY"), {}),
        (SOLD, spread("SG/A", "SG/B", "SG/C"), {"places-at-once": 5}),
        (SOLD, spread("SG/A", "SG/B", "SG/C", "SG/D"), {"places-at-once": 10, "many-devices": 1}),
        (SOLD, [scan("SG/A"), scan("SG/B"), scan("SG/C")], {}),
        (SOLD, [scan("SG"), scan("MY", days=3), scan("TH", days=6)], {"many-countries": 8}),
        (SOLD, [scan("SG"), scan("MY", days=3), scan("TH", days=7)], {}),
        (replace(SOLD, market=frozenset({"SG"})), [scan("DE-BE")], {"outside-market": 4}),
        (replace(SOLD, market=frozenset({"SG"})), [scan("SG/Singapore"), scan("-")], {}),
        (SOLD, [scan(device=device) for device in range(4)], {"many-devices": 1}),
        (SOLD, [scan(device=device) for device in range(40)], {"many-devices": 8}),
        (replace(SOLD, owned=None), [scan(device=device) for device in range(40)], {}),
    ],
)  # fmt: skip
def test_each_rule_by_itself(history: CodeHistory, scans: list[CoarseScan], expected: dict[str, int]) -> None:
    assert fired(history, scans) == expected


def test_a_copied_code_is_likely_copied_and_says_why() -> None:
    standing = judge_code(SOLD, [*spread("CN-GZ", "SG", "DE-BE", "FR/Paris"), scan("US-CA", device=5, travel=Travel.FASTER)])
    assert (standing.suspicion, standing.score, standing.scans, standing.areas) == (Suspicion.WARN, 10, 5, 5)
    reasons = {reason.code: reason for reason in standing.reasons}
    assert reasons["places-at-once"].values == {"areas": "5", "day": "2026-11-20", "scans": "5"}
    assert reasons["anonymous-cap"].decibans < 0
    assert not any(reason.signed for reason in standing.reasons)


def test_a_signed_fact_beside_them_freezes() -> None:
    scans = [*spread("CN-GZ", "SG", "DE-BE", "FR/Paris"), scan("US-CA", device=5, travel=Travel.FASTER)]
    assert judge_code(replace(SOLD, second_sales=1), scans).suspicion is Suspicion.FREEZE


def test_an_unknown_area_is_no_place() -> None:
    standing = judge_code(SOLD, [scan("-", device=1), scan("-", device=2)])
    assert (standing.scans, standing.areas) == (2, 0)


def test_every_reason_stands_in_the_document_and_is_said_in_every_language() -> None:
    source = CHECKOUT.joinpath("ledger/trade/scans.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    section = CHECKOUT.joinpath("docs/FORMATS.md").read_text(encoding="utf-8").partition("## What scans say")[2]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section.partition("\n## ")[0], re.MULTILINE)) == codes
    for language in ("en", "zh-Hans", "zh-Hant"):
        said = CHECKOUT.joinpath(f"api/pages/locale/item/{language}.po").read_text(encoding="utf-8")
        assert [code for code in sorted(codes) if f'msgid "reason.{code}"' not in said] == []
