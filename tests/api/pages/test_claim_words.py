"""The words of the claim page: every state, record, act, reason and refusal that a buyer can meet, in every language."""

from __future__ import annotations

import re

import pytest

from api.pages.amount_entry import AmountUnreadable, read_amount
from api.pages.claim_moments import AMOUNTS, MOMENTS, fill, named_in
from api.pages.claim_rendering import say_money, say_record
from api.pages.claim_states import QUIET, say_state
from api.pages.trouble_words import say_refused
from api.pages.words import LANGUAGES, say_moment, words_of
from api.problems import ServerFault
from ledger.actions.escrow.buyer_acts import ACTS, REASONS
from ledger.actions.escrow.money_in_trust import Trust
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
    words = words_of("claim", language)
    states = [state for states in REGIONS.values() for state in states]
    assert {state for states in REGIONS.values() for state in list(states)[:1]} - {Own.NONE} <= QUIET
    for state in states:
        said = say_state(words, state)
        for sentence in (said.says, *said.next):
            assert bool(HAN.search(sentence)) is (language != "en"), sentence
            assert named_in(sentence) <= set(MOMENTS) | set(AMOUNTS), sentence
    assert len(words.below("state")) == len(states)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_has_words(language: str) -> None:
    records = words_of("claim", language).below("record")
    assert set(records) == set(BODIES)
    assert len(set(records.values())) == len(BODIES)
    assert all(bool(HAN.search(says)) is (language != "en") for says in records.values())
    assert say_record(words_of("claim", language), "Unheard") == "Unheard"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_reason_and_refusal_has_words(language: str) -> None:
    words = words_of("claim", language)
    assert set(words.below("act")) == {f"{act}.{part}" for act in ACTS for part in ("button", "says")}
    assert set(words.below("reason")) == set(REASONS)
    refused = {key.partition(".")[0] for key in words.below("refused")}
    assert refused - {"other"} <= set(registered_codes())
    assert set(words.below("refused")) == {f"{code}.{part}" for code in refused for part in ("title", "advice")}
    assert all(f"right.{found.value}" in words for found in Verified)
    assert all(f"trust.{trust.name.lower()}" in words for trust in Trust if trust is not Trust.NONE)


def test_a_refusal_without_words_of_its_own_has_general_ones() -> None:
    assert say_refused(StalePrev(), "en").title == "Something happened in the meantime"
    assert say_refused(StalePrev(), "zh-Hant").title == "這段期間情況有變"
    assert say_refused(ServerFault(), "zh-Hans").title == "现在不能这样做"


@pytest.mark.parametrize("own", [own for own in Own if own is not Own.NONE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_state_something_is_said_about_what_comes_next(own: Own, language: str) -> None:
    world = World("CN").reach(own, inspected=own in (Own.SAMPLING, Own.HELD_AT_ENTRY, Own.CLEARED))
    sentences = [
        fill(sentence, world.line, world.terms, date=lambda moment: say_moment(moment, language), amount=say_money)
        for sentence in say_state(words_of("claim", language), own).next
    ]
    assert any(sentences)
    assert not [sentence for sentence in sentences if sentence and "{" in sentence]


def test_dates_and_amounts_are_said_as_people_say_them() -> None:
    moment = parse_instant("2026-03-02T09:05:00.000Z")
    assert say_moment(moment, "en") == "2 Mar 2026, 09:05 UTC"
    assert say_moment(moment, "zh-Hans") == say_moment(moment, "zh-Hant") == "2026年3月2日 09:05 UTC"
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
