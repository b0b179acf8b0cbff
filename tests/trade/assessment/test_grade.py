"""How far a record rests on more than its issuer's word."""

from __future__ import annotations

from itertools import product as every

import pytest

from ledger.evidence.authority import RecordClass
from ledger.trade.assessment.grade import EXAMINERS, Grade, Interests, grade_of, strength
from ledger.trade.assessment.told import Told
from ledger.trade.dossier.bodies.described import PartyDescribed
from tests.trade.assessment.scene import NAMES, PLOT, TIN, by_laboratory, celsius, place, report, said, sensed, told

TREE = Interests(lambda one, other: one == other or {one, other} == {"works", "own-lab"}, frozenset({"works"}))


def seen(**more: object) -> Told:
    return told(1, epcList=[TIN], **more)  # type: ignore[arg-type]


def test_the_issuers_word_alone() -> None:
    assert grade_of(seen(), TREE) is Grade.SELF_DECLARED
    assert grade_of(said(report()), TREE) is Grade.SELF_DECLARED


@pytest.mark.parametrize("role", sorted(EXAMINERS))
def test_an_examiner_who_belongs_to_nobody_is_independent(role: str) -> None:
    assert grade_of(seen(issuer="lab", role=role), TREE) is Grade.INDEPENDENT
    assert grade_of(by_laboratory(report()), TREE) is Grade.INDEPENDENT


def test_the_makers_own_laboratory_is_not() -> None:
    assert grade_of(seen(issuer="own-lab", role="laboratory"), TREE) is Grade.SELF_DECLARED
    assert grade_of(seen(issuer="works", role="laboratory"), TREE) is Grade.SELF_DECLARED


def test_a_laboratory_speaking_of_itself_or_in_the_sellers_class_is_not() -> None:
    assert grade_of(by_laboratory(PartyDescribed("lab", NAMES)), TREE) is Grade.SELF_DECLARED
    assert grade_of(by_laboratory(place(PLOT, "laboratory")), TREE) is Grade.SELF_DECLARED
    described = said(report(), "lab", role="laboratory", klass=RecordClass.DESCRIPTION)
    assert grade_of(described, TREE) is Grade.SELF_DECLARED


def test_a_named_device_measured_it() -> None:
    assert grade_of(seen(**sensed(celsius(4))), TREE) is Grade.SENSOR
    by_report = sensed(celsius(4, deviceID="https://id.gs1.org/8004/9521234LOG1"), device=None)
    assert grade_of(seen(**by_report), TREE) is Grade.SENSOR


def test_a_reading_of_no_named_device_is_the_issuers_word() -> None:
    assert grade_of(seen(**sensed(celsius(4), device=None)), TREE) is Grade.SELF_DECLARED


def test_a_co_signer_of_another_interest_confirms() -> None:
    assert grade_of(seen(signers=("works", "carrier")), TREE) is Grade.COUNTERPARTY_CONFIRMED
    assert grade_of(seen(signers=("works", "own-lab")), TREE) is Grade.SELF_DECLARED
    assert grade_of(said(report(), signers=("works", "carrier")), TREE) is Grade.COUNTERPARTY_CONFIRMED


def test_the_other_side_of_the_hand_over_confirms() -> None:
    event = seen(step="shipping")
    assert grade_of(event, Interests(TREE.affiliated, (), {event.position})) is Grade.COUNTERPARTY_CONFIRMED


def test_the_strongest_rule_wins() -> None:
    """Every combination of the three rules."""
    for examined, measured, confirmed in every((False, True), repeat=3):
        event = seen(
            issuer="lab" if examined else "works",
            role="laboratory",
            signers=("lab", "works", "carrier") if confirmed else (),
            **(sensed(celsius(4)) if measured else {}),
        )
        wanted = [
            *([Grade.INDEPENDENT] if examined else []),
            *([Grade.SENSOR] if measured else []),
            *([Grade.COUNTERPARTY_CONFIRMED] if confirmed else []),
            Grade.SELF_DECLARED,
        ][0]
        assert grade_of(event, TREE) is wanted


def test_grades_are_ordered_weakest_first() -> None:
    assert [strength(grade) for grade in Grade] == [0, 1, 2, 3]
