"""The page of an item as JSON: every scene follows the published schema, and whatever the page says is in it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

import httpx
import pytest
from jsonschema import Draft202012Validator

from api.app import create_app
from api.pages.words import locale_of, words_of
from api.routes.schemas import ITEM_SCHEMA
from api.settings import Settings
from ledger.actions.demo_world.build import build_demo_world
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.check_proof import Holds
from ledger.evidence.instant import Instant
from ledger.trade.assessment.expected import Provided
from ledger.trade.assessment.finding import Weight
from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.told import About
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.custody import Hands
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.scans import CodeState, Suspicion
from tests.api.serving import listening, serving

SCHEMA: Final[dict[str, Any]] = json.loads(ITEM_SCHEMA.read_text(encoding="utf-8"))
KNOWN: Final = [scene for scene in SCENES if scene != "unknown"]
# A pallet's page and the page of a product have the same form.
OTHERS: Final = {"product": "/01/09506000200033", "container": "/8003/09506000300016C40118"}

_DAY: Final = re.compile(r"[0-9]{1,2} \w{3,4} [0-9]{4}")
_NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_OWN_ADDRESS: Final = re.compile(r"https?://127\.0\.0\.1:[0-9]+")


class Told(NamedTuple):
    """The page of one scene as text, and the same as JSON."""

    page: str
    body: dict[str, Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data = build_demo_world(tmp_path_factory.mktemp("demo") / "data", clock=lambda: Instant(1_790_000_000_000)).data
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0))
        with serving(app, bound), httpx.Client(base_url=url, timeout=60) as opened:
            yield opened


def told(client: httpx.Client, path: str, language: str = "en") -> Told:
    asked = {"Accept-Language": language}
    page = client.get(path, headers={**asked, "Accept": "text/html"})
    answer = client.get(path, headers={**asked, "Accept": "application/json"})
    assert (page.status_code, answer.status_code) == (200, 200)
    return Told(page.text, answer.json())


def path_of(scene: str) -> str:
    return parse_digital_link(SCENES[scene].item).uri(root="", with_attributes=False)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    else:
        yield str(value)


@pytest.mark.parametrize("path", [*(path_of(scene) for scene in KNOWN), *OTHERS.values()], ids=[*KNOWN, *OTHERS])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_page_follows_the_schema(client: httpx.Client, path: str, language: str) -> None:
    body = told(client, path, language).body
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(body)]
    assert errors == []


def test_the_schema_is_served_and_named_by_the_answer(client: httpx.Client) -> None:
    answer = client.get("/schemas/item.json")
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert answer.json() == SCHEMA
    Draft202012Validator.check_schema(SCHEMA)
    link = client.get(path_of("clean"), headers={"Accept": "application/json"}).headers["Link"]
    assert f'<{client.base_url}/schemas/item.json>; rel="describedby"' in link.replace("//schemas", "/schemas")


def test_the_schema_refuses_what_a_page_never_is(client: httpx.Client) -> None:
    good = told(client, path_of("recalled")).body
    bent = [
        {**good, "verdict": "genuine"},
        {**good, "more": 1},
        {name: value for name, value in good.items() if name != "recalls"},
        {**good, "checkedAt": "2026-11-20T08:00:00Z"},
        {**good, "recalls": [{**good["recalls"][0], "grade": "certain"}]},
        {**good, "steps": [{**good["steps"][0], "address": "javascript:alert(1)"}]},
        {**good, "withheld": -1},
    ]
    assert [Draft202012Validator(SCHEMA).is_valid(body) for body in bent] == [False] * len(bent)


def test_its_closed_lists_are_those_of_the_code() -> None:
    at = SCHEMA["properties"]
    code = next(kind for kind in at["code"]["anyOf"] if kind.get("type") == "object")["properties"]
    expected = at["expected"]["properties"]["steps"]["items"]["properties"]
    lists = (
        (at["verdict"], Verdict),
        (at["trust"], Trust),
        (at["custody"]["properties"]["hands"], Hands),
        (at["findings"]["items"]["properties"]["weight"], Weight),
        (at["steps"]["items"]["properties"]["about"], About),
        (at["steps"]["items"]["properties"]["grade"], Grade),
        (SCHEMA["$defs"]["proof"]["properties"]["holds"], Holds),
        (code["state"], CodeState),
        (code["suspicion"], Suspicion),
        (expected["provided"], Provided),
    )
    for listed, kind in lists:
        assert sorted(listed["enum"]) == sorted(kind), kind


@pytest.mark.parametrize("scene", KNOWN)
def test_what_stands_first_on_the_page_is_in_the_json(client: httpx.Client, scene: str) -> None:
    page, body = told(client, path_of(scene))
    words = words_of("item", "en")
    if body["verdict"] == "recalled":
        assert page.count('<section class="recall"') == len(body["recalls"]) > 0
        assert words[f"recall.{body['recalls'][0]['recall']['advice']}"] in page
    else:
        assert f'id="verdict">{words["verdict." + body["verdict"]]}</' in page
        assert body["recalls"] == []
    assert page.count('<li id="s') == len(body["steps"])
    assert page.count('class="no"><b>') + page.count('<li class="no">') >= len(body["missing"])
    assert len(re.findall(r"(?s)<table><caption>", page)) == min(len(body["reports"]), 12)


@pytest.mark.parametrize("scene", KNOWN)
def test_every_record_that_the_page_names_is_in_the_json(client: httpx.Client, scene: str) -> None:
    page, body = told(client, path_of(scene))
    whole = "\n".join(texts_in(body))
    named = set(re.findall(r'href="/records/([0-9]+/[0-9]+)', page))
    assert named
    assert {record for record in named if f"/records/{record}\n" not in f"{whole}\n"} == set()
    files = set(re.findall(r'href="/media/([0-9a-f]{64})', page))
    assert {digest for digest in files if digest not in whole} == set()


@pytest.mark.parametrize("scene", KNOWN)
def test_every_word_number_and_day_of_others_is_in_the_json(client: httpx.Client, scene: str) -> None:
    """What is set apart on the page came from records: its words must be there too, its numbers and days in their plain form."""
    page, body = told(client, path_of(scene))
    whole = "\n".join(texts_in(body))
    apart = (re.sub("<[^>]+>", "", found) for found in re.findall(r"(?s)<bdi[^>]*>(.*?)</bdi>", page))
    lost = [text for text in dict.fromkeys(map(html.unescape, apart)) if _lost(text, whole)]
    assert lost == []


def _lost(text: str, whole: str) -> bool:
    if text in whole or text in _our_own() or _OWN_ADDRESS.match(text):
        return False
    for day in _DAY.findall(text):
        if datetime.strptime(day.replace("Sept", "Sep"), "%d %b %Y").date().isoformat() not in whole:
            return True
    left = _DAY.sub("", text)
    if any(number.replace(",", "") not in whole for number in _NUMBER.findall(left.partition(" UTC")[0]) if ":" not in left):
        return True
    parts = re.split(r" · |, | and |[0-9.,:…°%]+", left.replace(" UTC", ""))
    return any(_without_key(part.strip()) not in whole and not _is_ours(part.strip()) for part in parts)


def _without_key(part: str) -> str:
    """`T1` of `Serial T1`."""
    keys = words_of("item", "en").below("key").values()
    return next((part.removeprefix(f"{key} ") for key in keys if part.startswith(f"{key} ")), part)


def _is_ours(part: str) -> bool:
    """A word of the page's own: a unit, the name of a key, a translated code."""
    return not part or part in _our_own() or any(part in text for text in _our_own())


def _our_own() -> frozenset[str]:
    texts = {form for subject in ("item", "vocabulary") for forms in words_of(subject, "en").texts.values() for form in forms}
    units = {"kg", "mg/kg", "g", "mm", "°C", "C", "W", "l", "m", "%", "K"}
    return frozenset(texts | units | set(locale_of("en").territories.values()))
