"""What went wrong, said to people: for every error that they can meet, in every language."""

from __future__ import annotations

import pytest

from api.guesses import GuessesTooMany
from api.limiter import TriedTooOften
from api.pages.code_entry import CodeUnreadable, NumberLengthWrong
from api.pages.trouble_words import ALIKE, say_page_title, say_trouble
from api.pages.words import LANGUAGES, words_of
from api.problems import STATUS, MethodNotAllowed, RequestMalformed, ServerFault
from ledger.actions.codes.find_short_code import ShortCodeUnknown
from ledger.actions.trace.read_record import BodyErased
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import Conflict, SuyuanError, registered_codes
from ledger.storage.database import LedgerBusy
from ledger.storage.media_files import MediaChanged
from ledger.trade.digital_link import CheckDigitWrong
from ledger.trade.reading import ReadingForbidden
from ledger.trade.serials import ShortCodeMalformed


def test_only_errors_that_exist_have_words() -> None:
    codes = {key.partition(".")[0] for key in words_of("trouble", "en").texts if key[0].isupper()}
    assert codes <= set(registered_codes())
    assert {code for codes in ALIKE.values() for code in codes} <= set(registered_codes())
    assert all(f"{key}.title" in words_of("trouble", "en") for key in ALIKE)


@pytest.mark.parametrize(
    ("ai", "en", "hans", "hant"),
    [("01", "its last digit", "最后一位", "最後一碼"), ("8003", "its check digit", "校验位", "檢查碼")],
)
def test_a_wrong_check_digit_is_said_with_the_right_one(ai: str, en: str, hans: str, hant: str) -> None:
    error = CheckDigitWrong(ai=ai, value="1", digit_seen="1", digit_wanted="7")
    assert say_trouble(error, "en").title == f"This code was mistyped or misprinted: {en} should be 7"
    assert say_trouble(error, "zh-Hans").title == f"代码输入有误或印刷有误：{hans}应为 7"
    assert say_trouble(error, "zh-Hant").title == f"代碼輸入錯誤或印刷有誤：{hant}應為 7"


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (ItemUnknown(), "No record here is about this item"),
        (ShortCodeUnknown(), "No item here has this short code"),
        (ShortCodeMalformed(), "A short code has 14 digits and letters"),
        (CodeUnreadable(), "This does not look like a code from a package"),
        (NumberLengthWrong(), "The number under a bar code has 8, 12, 13 or 14 digits"),
        (GuessesTooMany(), "Too many wrong tries came from here"),
        (LedgerBusy(), "The server is busy"),
        (BodyErased(), "This record was erased"),
        (MediaChanged(), "This file was changed after it was signed for, so it is not shown"),
        (TriedTooOften(), "Too many wrong tries came from here"),
        (ReadingForbidden(), "You may not see or do this here"),
        (Conflict(), "Something happened in the meantime"),
        (MethodNotAllowed(), "This address cannot be opened in this way"),
        (RequestMalformed(), "This could not be looked up"),
        (ServerFault(), "The server cannot answer right now"),
    ],
    ids=lambda value: value.code if isinstance(value, SuyuanError) else "",
)
def test_what_people_can_meet_is_said_in_their_words(error: SuyuanError, title: str) -> None:
    assert say_trouble(error, "en").title == title
    said = [say_trouble(error, language) for language in LANGUAGES]
    assert len({trouble.title for trouble in said}) == len({trouble.advice for trouble in said}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_error_is_without_words_and_none_shows_a_hole(language: str) -> None:
    for name, kind in registered_codes().items():
        words = say_trouble(CheckDigitWrong(ai="01", value="1", digit_seen="1", digit_wanted="2"), language)
        if kind is not CheckDigitWrong and kind.__init__ is SuyuanError.__init__:
            words = say_trouble(kind(), language)
        assert words.title and words.advice, name
        assert "{" not in words.title + words.advice, name
    assert all(say_page_title(status, language) for status in STATUS.values())
