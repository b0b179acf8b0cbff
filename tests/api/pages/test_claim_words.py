"""The words of the claim page: every state, record, act, reason and refusal that a buyer can meet, in both languages."""

from __future__ import annotations

import re

import pytest

from api.pages.amount_entry import AmountUnreadable, read_amount
from api.pages.claim_acts import ACT_WORDS, REASON_WORDS, REFUSED_WORDS, say_refused
from api.pages.claim_moments import AMOUNTS, MOMENTS, fill, named_in
from api.pages.claim_records import RECORD_WORDS
from api.pages.claim_rendering import say_date, say_money
from api.pages.claim_states import QUIET, STATE_WORDS
from api.pages.claim_texts import CLAIM_TEXTS
from api.pages.texts import LANGUAGES
from api.problems import ServerFault
from ledger.actions.escrow.buyer_acts import ACTS, REASONS
from ledger.errors import registered_codes
from ledger.evidence.instant import parse_instant
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.pack_rules import Verified
from ledger.trade.escrow.refusals.standing import StalePrev
from ledger.trade.escrow.regions import REGIONS, Own
from tests.trade.escrow.world import World

HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_every_region_has_words(language: str) -> None:
    states = [state for states in REGIONS.values() for state in states]
    assert set(STATE_WORDS[language]) == set(states)
    assert {state for states in REGIONS.values() for state in list(states)[:1]} - {Own.NONE} <= QUIET
    for words in STATE_WORDS[language].values():
        for sentence in (words.says, *words.next):
            assert bool(HAN.search(sentence)) is (language == "zh"), sentence
            assert named_in(sentence) <= set(MOMENTS) | set(AMOUNTS), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_has_words(language: str) -> None:
    assert set(RECORD_WORDS[language]) == set(BODIES)
    assert len(set(RECORD_WORDS[language].values())) == len(BODIES)
    assert all(bool(HAN.search(says)) is (language == "zh") for says in RECORD_WORDS[language].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_reason_and_refusal_has_words(language: str) -> None:
    assert set(ACT_WORDS[language]) == set(ACTS)
    assert set(REASON_WORDS[language]) == set(REASONS)
    assert set(REFUSED_WORDS[language]) - {""} <= set(registered_codes())
    assert all(f"right_{found.value}" in CLAIM_TEXTS[language] for found in Verified)


def test_both_languages_say_the_same_things() -> None:
    assert set(CLAIM_TEXTS["en"]) == set(CLAIM_TEXTS["zh"])
    assert set(REFUSED_WORDS["en"]) == set(REFUSED_WORDS["zh"])
    for name, text in CLAIM_TEXTS["en"].items():
        assert named_in(text) == named_in(CLAIM_TEXTS["zh"][name]), name
    for state, words in STATE_WORDS["en"].items():
        other = STATE_WORDS["zh"][state]
        assert [named_in(s) for s in (words.says, *words.next)] == [named_in(s) for s in (other.says, *other.next)], state


def test_a_refusal_without_words_of_its_own_has_general_ones() -> None:
    assert say_refused(StalePrev(), "en").title == "Something happened in the meantime"
    assert say_refused(ServerFault(), "zh") == REFUSED_WORDS["zh"][""]


@pytest.mark.parametrize("own", [own for own in Own if own is not Own.NONE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_state_something_is_said_about_what_comes_next(own: Own, language: str) -> None:
    world = World("CN").reach(own, inspected=own in (Own.SAMPLING, Own.HELD_AT_ENTRY, Own.CLEARED))
    sentences = [
        fill(sentence, world.line, world.terms, date=lambda moment: say_date(moment, language), amount=say_money)
        for sentence in STATE_WORDS[language][own].next
    ]
    assert any(sentences)
    assert not [sentence for sentence in sentences if sentence and "{" in sentence]


def test_dates_and_amounts_are_said_as_people_say_them() -> None:
    moment = parse_instant("2026-03-02T09:05:00.000Z")
    assert say_date(moment, "en") == "2 Mar 2026, 09:05 UTC"
    assert say_date(moment, "zh") == "2026年3月2日 09:05 UTC"
    assert say_money(Money("SGD", 12_900)) == "SGD\u00a0129.00"
    assert say_money(Money("JPY", 1_290)) == "JPY\u00a01290"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.5", "SGD", 1_250), (" 12 ", "SGD", 1_200), ("0.01", "SGD", 1), ("1290", "JPY", 1_290), ("1.234", "KWD", 1_234)],
)
def test_amounts_are_read_as_typed(text: str, currency: str, minor: int) -> None:
    assert read_amount(text, currency) == Money(currency, minor)


@pytest.mark.parametrize("text", ["", "1,5", "1.005", "-1", "+1", "1e3", "٣", ".5", "1.", "9" * 16, "0x10"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        read_amount(text, "SGD")


def test_a_currency_without_parts_takes_no_point() -> None:
    with pytest.raises(AmountUnreadable):
        read_amount("1.0", "JPY")
