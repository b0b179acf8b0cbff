"""The page of an item from facts made by hand: what stands first, what every fact becomes, and what no fact can do to it."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import pytest

from api.pages.item_rendering import show_unknown_item
from api.pages.words import LANGUAGES, words_of
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.custody import Hands
from ledger.trade.digital_link import DigitalLink
from ledger.trade.scans import CodeState, Suspicion
from tests.api.pages.made_facts import (
    CERTIFICATE,
    CLEAN,
    COPIED,
    DIGEST,
    FOUND,
    GTIN,
    LACKING,
    LEAF,
    PICTURE,
    PRODUCT,
    RECALL,
    RECALLED,
    REPORT,
    STANDING,
    STEPS,
    WORLDS,
    heavy,
    poisoned,
)
from tests.api.pages.rendered import HOST, Parsed, answer_of, page_of, request_for

PAGE_BYTES_MAX: Final = 30_000
POISONS: Final = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)//",
    "{count}{{7*7}}%s</style><!--",
    "\u202e\u200b\x00\x1b[31m\ufeff",
)
OWN: Final = re.compile(rf"/(?!/)|#|data:image/(webp;base64|svg\+xml),|https://{HOST}/oembed\?url=https%3A//{HOST}/")
"""Addresses of this server, and what lies inside the page; who embeds it elsewhere needs the whole address."""
UNSHOWABLE: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("world", WORLDS)
def test_the_page_is_well_formed_and_in_order(world: str, tag: str) -> None:
    page = Parsed(page_of(WORLDS[world], tag))
    assert page.all("html")[0].attributes["lang"] == tag
    levels = [int(element.name[1]) for element in page.elements if re.fullmatch("h[1-6]", element.name)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    names = page.values("id")
    assert len(names) == len(set(names))
    inside = [value.removeprefix("#") for value in page.values("href") if value.startswith("#")]
    assert set(inside) | set(page.values("aria-labelledby", "aria-describedby")) <= set(names)
    assert page.all("script") == []
    assert page.values("style") == []


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("world", WORLDS)
def test_nothing_on_the_page_leads_or_loads_from_elsewhere(world: str, tag: str) -> None:
    page = Parsed(page_of(WORLDS[world], tag, Trust.HELD))
    for value in page.values("href", "src", "action", "xlink:href", "srcset", "poster", "data"):
        assert OWN.match(value), value
    assert page.all("iframe") == page.all("object") == []
    loaded = [element for element in page.all("img") if not element.attributes["src"].startswith("data:image/webp;base64,")]
    assert loaded == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_page_of_a_hundred_steps_is_light(tag: str) -> None:
    answer = answer_of(heavy(), tag, Trust.HELD, accept_encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) <= PAGE_BYTES_MAX
    page = gzip.decompress(answer.body).decode()
    assert page.count('<li id="s') == 100
    own = r'<link rel="alternate"[^>]*>|<bdi[^>]*>[^<]*</bdi>|<p class="printed[^<]*<'
    assert "https://" not in re.sub(own, "", page)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("poison", POISONS, ids=["script", "attribute", "scheme", "template", "controls"])
def test_nothing_that_a_party_writes_becomes_part_of_the_page(poison: str, tag: str) -> None:
    whole = replace(FOUND, recalls=RECALLED.recalls, recalls_ended=(RECALL,), erased=LACKING.erased, code=COPIED)
    clean, page = Parsed(page_of(whole, tag)), Parsed(page_of(poisoned(whole, poison), tag))
    assert page.comments == []
    assert {element.name for element in page.elements} <= {element.name for element in clean.elements}
    known = {(element.name, name) for element in clean.elements for name in element.attributes}
    assert {(element.name, name) for element in page.elements for name in element.attributes} <= known | {("bdi", "lang")}
    for value in page.values("href", "src", "action"):
        assert OWN.match(value), value
    assert UNSHOWABLE.search(page.page) is None
    assert page.page.count("49") == clean.page.count("49")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_recall_is_the_first_thing_and_says_all(tag: str) -> None:
    page = page_of(RECALLED, tag)
    main = page[page.index("<main") :]
    assert main.index('<section class="recall"') < main.index("<h1>")
    assert 'class="verdict' not in page
    recall = Parsed(page).of_class("recall")[0].text
    words = words_of("item", tag)
    for said in (words["recall.stop-using"], words["hazard.safety"], "Duyun Tea Works", "recall@tea.example", "PICK1"):
        assert said in recall
    assert ("Too much bifenthrin" if tag == "en" else "Too much") in recall


@pytest.mark.parametrize(
    ("through", "says"),
    [
        (CLEAN.link.identifier, "names this very code"),
        (f"https://id.gs1.org/01/{GTIN}/10/MAO26", "names its lot: Product"),
        (f"https://id.gs1.org/01/{GTIN}", "names the whole product"),
        (LEAF, "It came from, or was packed with: Fresh leaves Lot PICK1."),
    ],
)
def test_a_recall_says_why_it_is_about_this_one(through: str, says: str) -> None:
    page = Parsed(page_of(replace(RECALLED, recalls=(replace(RECALL, through=(through,)),))))
    assert says in page.of_class("recall")[0].text


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.RECALLED])
def test_the_verdict_is_a_word_with_an_icon_and_a_colour_of_its_own(verdict: Verdict, tag: str) -> None:
    page = Parsed(page_of(replace(FOUND, verdict=verdict), tag))
    banner = page.of_class("verdict")[0]
    assert words_of("item", tag)[f"verdict.{verdict}"] in banner.text
    style = banner.attributes["class"].split()[1]
    assert f"#i-{style}" in page.values("href")


def rows(facts: ItemFacts, tag: str = "en") -> dict[str, str]:
    """Label to text of the first screen's facts."""
    page = page_of(facts, tag)
    found = re.search(r'<dl class="facts">(.*?)</dl>', page, re.DOTALL)
    assert found is not None
    parsed = Parsed(f"<dl>{found[1]}</dl>")
    texts = (" ".join(element.text.split()) for element in parsed.all("dd"))
    return dict(zip((element.text for element in parsed.all("dt")), texts, strict=True))


def test_the_first_screen_answers_five_questions() -> None:
    assert rows(CLEAN) == {
        "Comes from": "Plot 7, Cloud Garden, China says Cloud Garden 云上茶园",
        "Independent check": "Passed 16 Apr 2026, by Guizhou Tea Laboratory",
        "Who has it now": "Tiong Bahru Tea Shop Tiong Bahru, Singapore · since 19 Nov 2026",
        "What is missing": "Nothing: all 8 listed steps are shown",
        "This code": "Registered first scanned 3 Nov 2026; 7 scans in 4 areas",
    }
    lacking = rows(LACKING)
    assert lacking["Independent check"] == "None on record"
    assert lacking["Who has it now"] == "Nobody says"
    assert lacking["What is missing"].startswith("4 of 8 listed steps Fertilisers and sprays, Harvest")


def test_a_copied_code_is_said_as_facts() -> None:
    facts = replace(CLEAN, verdict=Verdict.FINDINGS, code=COPIED)
    assert rows(facts)["This code"] == "Registered: likely copied first scanned 3 Nov 2026; 7 scans in 4 areas"
    text = " ".join(Parsed(page_of(facts)).all("main")[0].text.split())
    assert "Scanned in 4 areas on one day, 3 Nov 2026: one item cannot be in so many." in text


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("state", CodeState)
def test_every_state_of_a_code_is_said(state: CodeState, tag: str) -> None:
    for suspicion in Suspicion:
        said = rows(replace(CLEAN, code=replace(STANDING, state=state, suspicion=suspicion)), tag)
        assert words_of("item", tag)[f"code.state.{state}"] in said[words_of("item", tag)["row.code"]]
    assert words_of("item", tag)["code.never"] in str(rows(replace(CLEAN, code=replace(STANDING, first_scan=None)), tag))


@pytest.mark.parametrize("hands", Hands)
def test_whoever_has_it_is_said_for_every_state_of_hands(hands: Hands) -> None:
    said = rows(replace(CLEAN, custody=replace(CLEAN.custody, hands=hands)))["Who has it now"]
    assert {
        Hands.UNKNOWN: "Nobody says",
        Hands.HELD: "Tiong Bahru Tea Shop",
        Hands.IN_TRANSIT: "On its way sent by Tiong Bahru Tea Shop, 19 Nov 2026; nobody has confirmed its arrival",
        Hands.SOLD: "Sold by Tiong Bahru Tea Shop, 19 Nov 2026",
        Hands.GONE: "Used up or taken out of service by Tiong Bahru Tea Shop, 19 Nov 2026",
    }[hands] in said


def test_a_file_that_was_changed_is_not_shown_as_the_item() -> None:
    changed = replace(PICTURE, intact=False)
    page = page_of(replace(CLEAN, picture=changed, gallery=(changed,), model=None))
    assert "data:image/webp" not in page
    assert page.count("This file was changed after it was signed.") == 3
    absent = page_of(replace(CLEAN, picture=replace(PICTURE, intact=None, thumbnail=None), gallery=(), model=None))
    assert "The file is not kept here." in absent
    assert f"/media/{DIGEST}" in page
    assert f'href="/media/{DIGEST}"' not in absent.replace('<p><a href="/media/' + DIGEST + '">Open the file', "")


@pytest.mark.parametrize("origin", ["captured", "edited", "synthetic", "unknown"])
def test_every_picture_says_where_it_comes_from(origin: str) -> None:
    assert PICTURE.said is not None
    picture = replace(PICTURE, said=replace(PICTURE.said, origin=origin))
    page = Parsed(page_of(replace(CLEAN, picture=picture, gallery=())))
    assert words_of("item", "en")[f"origin.{origin}"] in [element.text for element in page.of_class("tag")]


def test_what_runs_out_turns_amber_and_then_red() -> None:
    today = date(2026, 11, 21)
    for days, style, says in (
        (-1, "bad", "ran out on 20 Nov 2026"),
        (60, "warn", "runs out soon: 20 Jan 2027"),
        (61, "", "valid"),
    ):
        body = replace(CERTIFICATE.body, valid_until=today + timedelta(days=days))
        page = page_of(replace(CLEAN, certificates=(replace(CERTIFICATE, body=body),)))
        assert f'<span class="{style}">{says}' in re.sub("</?bdi>", "", page)


def test_every_result_stands_with_method_sample_size_and_limits() -> None:
    page = re.sub(r"(<[^>]*>|\s)+", " ", page_of(CLEAN))
    assert "5 pieces, taken by the laboratory on 14 Apr 2026" in page
    assert "Water GB 5009.3 5.8% n = 5 at most 7.0% within" in page
    assert "not found (below 0.01" in page
    assert "nobody measured it" in page
    assert "the whole lot" in page
    many = replace(REPORT, body=replace(REPORT.body, results=REPORT.body.results * 20))
    assert "25 more are in the file with the proofs." in page_of(replace(CLEAN, reports=(many,)))


def test_long_journeys_lie_folded_in_the_middle_and_keep_their_numbers() -> None:
    short, long = page_of(CLEAN), page_of(replace(CLEAN, steps=STEPS + STEPS))
    assert 'class="fold"' not in short
    assert '<details class="fold"><summary>8 more steps</summary>\n<ol class="journey" start="4">' in long
    assert '<ol class="journey" start="12">' in long
    assert [int(n) for n in re.findall(r'<li id="s(\d+)"', long)] == list(range(1, 15))


def test_texts_of_others_keep_their_language() -> None:
    product = replace(PRODUCT, names=(PRODUCT.names[1],))
    page = page_of(replace(CLEAN, name="都匀毛尖 50 克罐装", product=product))
    assert '<h1><bdi lang="zh-Hans">都匀毛尖 50 克罐装</bdi></h1>' in page


def test_the_page_names_its_host_and_its_ways_on() -> None:
    page, path = page_of(CLEAN, trust=Trust.HELD), CLEAN.link.uri(root="")
    assert f"You are on <bdi>{HOST}</bdi>" in page
    links = Parsed(page).values("href")
    for way in ("proof", "own", "report"):
        assert f"/{way}{path}" in links
    assert "/escrow/claim" in links
    assert f"/own{path}" not in Parsed(page_of(replace(CLEAN, code=None))).values("href")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_an_unknown_code_is_explained_and_can_be_typed_again(tag: str) -> None:
    request = request_for(f"/01/{GTIN}/21/%3Cb%3E", tag)
    answer = show_unknown_item(
        request, ItemUnknown(seen=f"https://id.gs1.org/01/{GTIN}/21/%3Cb%3E", wanted="one"), status=404, headers={}
    )
    page = Parsed(bytes(answer.body).decode())
    assert answer.status_code == 404
    assert page.all("h1")[0].text == words_of("item", tag)["unknown.title"]
    assert page.all("b") == []
    assert page.of_class("address")[0].text.endswith(f"{GTIN} · {words_of('item', tag)['key.21']} <b>")
    assert [element.attributes["name"] for element in page.all("input")] == ["code"]
    assert any(value.startswith(f"/report/01/{GTIN}/21/") for value in page.values("href"))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_number_that_every_pack_bears_is_told_from_a_pack(tag: str) -> None:
    words = words_of("item", tag)
    kind = page_of(replace(LACKING, link=DigitalLink((("01", GTIN),)), code=None), tag)
    assert words["verdict.incomplete.kind"] in kind
    assert words["missing.kind"] in kind
    assert words["verdict.incomplete.kind"] not in page_of(LACKING, tag)
