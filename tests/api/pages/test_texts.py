"""The words of the pages: for every error, role and place that a person can meet, in both languages."""

from __future__ import annotations

import pytest

from api.pages.code_entry import CodeUnreadable
from api.pages.texts import _ROLES, TEXTS, say_place, say_roles
from api.pages.trouble_texts import TROUBLES, say_trouble
from api.problems import RequestMalformed, ServerFault
from ledger.errors import registered_codes
from ledger.evidence.authority import ROLES
from ledger.trade.digital_link import CheckDigitWrong


def test_both_languages_say_the_same_things() -> None:
    assert set(TEXTS["en"]) == set(TEXTS["zh"])
    assert set(TROUBLES["en"]) == set(TROUBLES["zh"])
    assert set(TROUBLES["en"]) - {"4", "5"} <= set(registered_codes())
    assert set(_ROLES["zh"]) == set(ROLES)


@pytest.mark.parametrize(("ai", "en", "zh"), [("01", "its last digit", "最后一位"), ("8003", "its check digit", "校验位")])
def test_a_wrong_check_digit_is_said_with_the_right_one(ai: str, en: str, zh: str) -> None:
    error = CheckDigitWrong(ai=ai, value="1", digit_seen="1", digit_wanted="7")
    assert say_trouble(error, "en").title == f"This code was mistyped or misprinted: {en} should be 7"
    assert say_trouble(error, "zh").title == f"代码输入有误或印刷有误：{zh}应为 7"


def test_an_error_without_words_of_its_own_has_those_of_its_status() -> None:
    assert say_trouble(RequestMalformed(), "zh") == TROUBLES["zh"]["4"]
    assert say_trouble(ServerFault(), "zh") == TROUBLES["zh"]["5"]
    assert say_trouble(CodeUnreadable(), "zh").title == "这不像是包装上的代码"


def test_roles_and_places_are_said_for_people() -> None:
    assert say_roles(["shop", "customs"], "zh") == "商店、海关"
    assert say_roles(["data-protection", "shop"], "en") == "data protection, shop"
    assert say_place("https://id.gs1.org/414/9506000100074/254/hall-b", "en") == "location 9506000100074 · hall-b"
    assert say_place("https://id.gs1.org/414/9506000100074", "zh") == "位置 9506000100074"
    assert say_place("geo:2.0,104.6;u=5", "en") == "2.0, 104.6"
    assert say_place("javascript:alert(1)", "en") == "javascript:alert(1)"
