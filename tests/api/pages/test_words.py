"""The catalogues: complete, alike in every language, each in its own writing; dates, numbers and units by locale."""

from __future__ import annotations

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Final

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from api.pages.units import UNIT_NAMES
from api.pages.words import (
    LANGUAGES,
    LOCALE_FOLDER,
    WordMissing,
    locale_of,
    say_date,
    say_list,
    say_moment,
    say_number,
    say_percent,
    say_quantity,
    words_of,
)
from ledger.evidence.authority import EVENT_TYPES, ROLES
from ledger.evidence.instant import Instant, parse_instant
from ledger.trade.epcis.vocabulary import BIZ_STEP, DISPOSITION

PAGES: Final = LOCALE_FOLDER.parent
SUBJECTS: Final = sorted(path.name for path in LOCALE_FOLDER.iterdir())
HAN: Final = re.compile("[\u3400-\u9fff]")

# Each a character of the simplified writing that Big5 has too, for another word or a rare one; in a traditional text it is a
# leftover of the other writing.
SIMPLIFIED_IN_BIG5: Final = frozenset("万与么个于价并确据坏愿构后里几机极术历种胜听当洁汇泪气涂灯药获虫蜡迁适迹邻郁钟冲担征庄")
ALLOWED: Final = {
    "zh-Hans": frozenset(),
    "zh-Hant": frozenset(),
}
"""Characters of the other writing that a catalogue may hold, because they are right there."""


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_language_has_the_same_keys_and_the_same_holes(subject: str) -> None:
    english = words_of(subject, "en")
    assert english.texts
    for tag in LANGUAGES:
        words = words_of(subject, tag)
        assert list(words.texts) == list(english.texts), tag
        for key, forms in words.texts.items():
            assert all(form.strip() for form in forms), (tag, key)
            wanted = holes(english.texts[key][-1])
            assert holes(forms[-1]) == wanted, (tag, key)
            # `1 record` may be said as `one record`.
            assert all(holes(form) <= wanted for form in forms), (tag, key)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_catalogue_says_what_it_is_and_nothing_is_doubtful_in_it(subject: str, tag: str) -> None:
    path = LOCALE_FOLDER / subject / f"{tag}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert str(catalogue.locale) == tag.replace("-", "_")
    assert catalogue.num_plurals == (2 if tag == "en" else 1)
    for message in catalogue:
        if message.id:
            assert not message.fuzzy, message.id
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert len(forms) == (catalogue.num_plurals if message.pluralizable else 1), message.id
    keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(words_of(subject, tag).texts)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_writing_holds_characters_of_another(subject: str) -> None:
    for tag, texts in ((tag, words_of(subject, tag).texts) for tag in LANGUAGES):
        han = {character for forms in texts.values() for form in forms for character in HAN.findall(form)}
        if tag == "en":
            assert not han
            continue
        foreign = {character for character in han if not _belongs(character, tag)}
        assert foreign - ALLOWED[tag] == set(), (tag, [key for key, forms in texts.items() if foreign & set("".join(forms))])


def _belongs(character: str, tag: str) -> bool:
    """Whether the character set that each writing was first printed with has it."""
    try:
        character.encode("gb2312" if tag == "zh-Hans" else "big5")
    except UnicodeEncodeError:
        return False
    return tag == "zh-Hans" or character not in SIMPLIFIED_IN_BIG5


@pytest.mark.parametrize("subject", SUBJECTS)
def test_chinese_texts_have_chinese_marks(subject: str) -> None:
    for tag, wrong in (("zh-Hans", "「」"), ("zh-Hant", "“”")):
        bad = [key for key, forms in words_of(subject, tag).texts.items() if set(wrong) & set("".join(forms))]
        assert bad == [], tag


def test_every_word_of_the_vocabulary_has_a_name() -> None:
    words = words_of("vocabulary", "en")
    assert set(words.below("step")) == set(BIZ_STEP.words)
    assert set(words.below("disposition")) == set(DISPOSITION.words)
    assert set(words.below("role")) == set(ROLES)
    assert set(words.below("event")) == set(EVENT_TYPES)
    assert not set(words.below("unit")) & set(UNIT_NAMES)


# Where a text is asked for by its key: `index["hint"]`, `claim.say("part", …)`, `words["role.shop"]`.
_ASKED: Final = re.compile(r"""\b(layout|index|claim|trouble)(?:\[|\.say\()\s*["']([\w.]+)["']""")
_TEMPLATE_OF_TROUBLE: Final = re.compile(r"""\bwords\["([\w.]+)"\]""")


def test_every_key_that_a_template_asks_for_exists() -> None:
    asked = {
        (path.name, subject, key)
        for path in PAGES.glob("*.html")
        for subject, key in _ASKED.findall(path.read_text(encoding="utf-8"))
    }
    asked |= {("problem.html", "trouble", key) for key in _TEMPLATE_OF_TROUBLE.findall(_text(PAGES / "problem.html"))}
    assert {name for name, _, _ in asked} >= {"layout.html", "index.html", "claim.html", "claim_entry.html", "problem.html"}
    assert [entry for entry in sorted(asked) if entry[2] not in words_of(entry[1], "en")] == []


def test_every_key_that_the_code_of_a_page_asks_for_exists() -> None:
    asked = [("claim", key) for key in _keys_asked(PAGES / "claim_rendering.py", "text")]
    asked += [("claim", key) for key in _keys_asked(PAGES.parent / "routes/escrow_claim_page.py", "text")]
    asked += [("trouble", key) for key in _keys_asked(PAGES / "trouble_words.py", "words") if not key.startswith("refused")]
    assert len(asked) > 20
    assert [(subject, key) for subject, key in asked if key not in words_of(subject, "en")] == []


def _keys_asked(path: Path, name: str) -> list[str]:
    """The literal keys in `name[…]`, `….name[…]` and their `.say(…)`, and both arms of a choice between two."""
    keys: list[str] = []
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.Subscript):
            holder, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say" and node.args:
            holder, key = node.func.value, node.args[0]
        else:
            continue
        if ast.unparse(holder).rpartition(".")[2] != name:
            continue
        arms = (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,)
        keys += [arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str)]
    return keys


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_missing_text_is_named_with_its_catalogue() -> None:
    with pytest.raises(WordMissing, match=r"layout/zh-Hant\.po lacks 'nothing'"):
        words_of("layout", "zh-Hant")["nothing"]
    with pytest.raises(WordMissing):
        words_of("layout", "en").say("nothing", count=1)
    assert words_of("layout", "en").get("nothing", "else") == "else"
    assert "ledger" in words_of("layout", "en")


def test_american_english_has_the_words_of_english() -> None:
    assert words_of("layout", "en-US") is words_of("layout", "en")


@pytest.mark.parametrize(
    ("tag", "count", "says"),
    [
        ("en", 0, "in a public log of 0 entries."),
        ("en", 1, "in a public log of 1 entry."),
        ("en", 2, "in a public log of 2 entries."),
        ("zh-Hans", 1, "公开日志，现有 1 项。"),
        ("zh-Hant", 2, "公開日誌，現有 2 項。"),
    ],
)
def test_the_form_fits_the_count(tag: str, count: int, says: str) -> None:
    assert words_of("index", tag).say("log", count=count, number=say_number(count, tag)).endswith(says)


def test_values_put_in_are_never_read_as_templates() -> None:
    assert words_of("claim", "en").say("offer.record", record="{record.__class__} %s {0}").endswith("{record.__class__} %s {0}")


@pytest.mark.parametrize(
    ("value", "tag", "says"),
    [
        (Decimal("6.50"), "en", "6.50"),
        ("6.50", "zh-Hant", "6.50"),
        (Decimal("12345.670"), "en", "12,345.670"),
        ("-0.010", "zh-Hans", "-0.010"),
        (1_234_567, "en", "1,234,567"),
        (Decimal("1E+3"), "en", "1,000"),
        (Decimal("1E+9999999"), "en", "1E+9999999"),
        (Decimal("NaN"), "en", "NaN"),
        ("<0.01", "en", "<0.01"),
        ("1e9", "en", "1e9"),
        ("٣", "en", "٣"),
        ("9" * 40, "en", "9" * 40),
        ("", "en", ""),
    ],
)
def test_a_number_keeps_the_digits_that_were_given(value: Decimal | int | str, tag: str, says: str) -> None:
    assert say_number(value, tag) == says


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.text(max_size=40) | st.integers(-(10**30), 10**30))
def test_whatever_was_measured_can_be_said(value: Decimal | int | str) -> None:
    for tag in (*LANGUAGES, "en-US"):
        assert len(say_number(value, tag)) <= len(str(value)) * 2 + 40
        assert say_quantity(value, "GRM", tag)


@given(st.integers(-(10**14), 10**14), st.integers(0, 10))
def test_only_marks_are_added_to_a_number(whole: int, places: int) -> None:
    value = Decimal(whole).scaleb(-places)
    assert say_number(value, "en").replace(",", "") == f"{value:f}"


@pytest.mark.parametrize(
    ("value", "unit", "tag", "says"),
    [
        ("6.50", "P1", "en", "6.50%"),
        ("50", "GRM", "en", "50 g"),
        ("50", "GRM", "zh-Hant", "50 克"),
        ("5.0", "KGM", "zh-Hant", "5.0 公斤"),
        ("-18", "CEL", "en", "-18°C"),
        (1, "DAY", "en", "1 day"),
        (2, "DAY", "en", "2 days"),
        ("1.5", "DAY", "en", "1.5 days"),
        ("0.05", "NA", "en", "0.05 mg/kg"),
        (1, "H87", "en", "1 piece"),
        (1_200, "H87", "en", "1,200 pieces"),
        ("2.5", "H87", "en", "2.5 pieces"),
        (3, "H87", "zh-Hans", "3 件"),
        ("6.8", "Q30", "zh-Hant", "pH 6.8"),
        ("7", "X9Y", "zh-Hans", "7 X9Y"),
        ("n.d.", "GRM", "en", "n.d. g"),
    ],
)
def test_a_quantity_has_its_unit_in_the_language(value: int | str, unit: str, tag: str, says: str) -> None:
    assert say_quantity(value, unit, tag) == says


@pytest.mark.parametrize("tag", [*LANGUAGES, "en-US"])
def test_every_unit_is_one_that_the_locales_know(tag: str) -> None:
    for unit in UNIT_NAMES:
        said = say_quantity("1.50", unit, tag)
        assert "1.50" in said
        assert unit not in said


def test_percents_and_lists() -> None:
    assert [say_percent(Decimal("1.75"), tag) for tag in LANGUAGES] == ["1.75%"] * 3
    assert say_list(["a", "b", "c"], "en") == "a, b and c"
    assert say_list(["a", "b", "c"], "en-US") == "a, b, and c"
    assert say_list(["甲", "乙", "丙"], "zh-Hant") == "甲、乙和丙"
    assert (say_list(["a"], "en"), say_list([], "en")) == ("a", "")


def test_the_day_comes_first_unless_america_is_asked_for() -> None:
    day = date(2026, 11, 20)
    assert [say_date(day, tag) for tag in ("en", "en-US", "zh-Hans", "zh-Hant")] == [
        "20 Nov 2026", "Nov 20, 2026", "2026年11月20日", "2026年11月20日",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("offset", "tag", "says"),
    [
        ("+08:00", "en", "20 Nov 2026, 09:05 UTC+8"),
        ("+08:00", "zh-Hant", "2026年11月20日 09:05 UTC+8"),
        ("-03:30", "zh-Hans", "2026年11月19日 21:35 UTC-3:30"),
        ("+05:45", "en", "20 Nov 2026, 06:50 UTC+5:45"),
        ("+00:00", "en", "20 Nov 2026, 01:05 UTC"),
        ("-00:00", "en", "20 Nov 2026, 01:05 UTC"),
        ("Z", "en", "20 Nov 2026, 01:05 UTC"),
        ("nonsense", "en", "20 Nov 2026, 01:05 UTC"),
    ],
)
def test_a_moment_is_told_on_the_clock_of_there(offset: str, tag: str, says: str) -> None:
    assert say_moment(parse_instant("2026-11-20T01:05:00.000Z"), tag, offset) == says


def test_american_clocks_have_twelve_hours() -> None:
    said = say_moment(parse_instant("2026-11-20T13:05:00.000Z"), "en-US")
    assert said.replace("\u202f", " ") == "Nov 20, 2026, 1:05 PM UTC"


@given(st.integers(0, 4_000_000_000_000))
def test_midnight_is_no_hole(milliseconds: int) -> None:
    assert re.fullmatch(r"[0-9]{1,2} \w{3,4} [0-9]{4}, [0-9]{2}:[0-9]{2} UTC", say_moment(Instant(milliseconds), "en"))


def test_locales_are_those_of_babel() -> None:
    assert [str(locale_of(tag)) for tag in ("en", "en-US", "zh-Hans", "zh-Hant")] == ["en_GB", "en_US", "zh_Hans", "zh_Hant"]
