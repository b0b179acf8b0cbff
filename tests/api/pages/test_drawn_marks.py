"""Marks that are drawn without a template: whatever others wrote is escaped, and each says what it marks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.pages.drawn_marks import DrawnMarks
from api.pages.item_journey import NumberedStep
from api.pages.item_words import ItemWords
from ledger.actions.trace.check_proof import Holds
from ledger.trade.assessment.grade import Grade
from tests.api.pages.made_facts import CLEAN, STEPS, WORKS, proven, source
from tests.api.pages.rendered import Parsed

POISON = "<b onclick='x'>\"&\u202e"


@pytest.fixture
def marks() -> DrawnMarks:
    return DrawnMarks(ItemWords(CLEAN, "en"), f"item={POISON}")


def test_what_others_wrote_in_a_step_stays_text(marks: DrawnMarks) -> None:
    stranger = replace(WORKS, party=POISON, label=POISON, territory=POISON, roles=(POISON,))
    doubtful = replace(source(7, Grade.SENSOR, stranger), proof=replace(proven(stranger, holds=Holds.NO), failure=POISON))
    found = next(step for step in STEPS if step.place is not None)
    step = replace(found, type=POISON, step=POISON, disposition=POISON, text_time=POISON, source=doubtful)
    page = Parsed(marks.step(NumberedStep(3, step)))
    assert page.all("b") == []
    assert page.values("onclick") == []
    assert page.all("time")[0].attributes["datetime"] == POISON.replace("\u202e", "\ufffd")
    assert page.all("code")[0].text == POISON.replace("\u202e", "\ufffd")
    assert [link.attributes["href"] for link in page.all("a")] == [
        f"/{way}/{doubtful.position.entry}/{doubtful.position.place}?item={POISON}" for way in ("receipts", "records")
    ]


def test_all_who_signed_are_named_and_whose_key_the_operator_holds(marks: DrawnMarks) -> None:
    held = replace(WORKS, party="other", label="Other Works", held=True)
    drawn = Parsed(marks.signed(source(1, Grade.COUNTERPARTY_CONFIRMED, WORKS, held)))
    assert "Duyun Tea Works" in drawn.elements[0].text
    assert drawn.elements[0].text.count("key held by the operator") == 1
    assert drawn.elements[0].text.count(" + Other Works") == 1


def test_a_withdrawn_step_is_marked_as_gone(marks: DrawnMarks) -> None:
    step = STEPS[0]
    assert "gone" not in Parsed(marks.step(NumberedStep(1, step))).elements[0].attributes["class"]
    gone = Parsed(marks.step(NumberedStep(1, replace(step, withdrawn=True))))
    assert "gone" in gone.elements[0].attributes["class"].split()
    assert "withdrawn by whoever said it" in [tag.text for tag in gone.of_class("tag")]
