"""Codes guessed in bulk: unknown ones are counted by range and by prefix, cost the same look-ups and look the same."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from api import unknown_codes
from api.unknown_codes import UnknownCodes, UnknownTooMany
from ledger.actions.open_ledger import open_ledger
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.trade.digital_link import parse_digital_link
from tests.api.tea_world import GTIN, TIN, TeaWorld, document, made, picked
from tests.statements import statements_run

KNOWN = f"/01/{GTIN}/21/T1"
ASKED = ("{}", "/proof{}", "/proof{}.json", "/trace{}", "/recalls{}.json", "/card{}", "{}?linkType=all")
OTHER_GTIN = "09506000134352"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown_codes, "UNKNOWN_PER_RANGE_MAX", 5)


@pytest.fixture
def guessed(few: None, world: TeaWorld) -> TeaWorld:
    """A world in which everything unknown was tried that may be in this minute."""
    world.captured("factory", document(made()))
    for number in range(5):
        assert world.get(f"/01/{GTIN}/21/X{number}").status_code == 404
    return world


@pytest.mark.parametrize("pattern", ASKED)
def test_who_guesses_is_told_to_wait_wherever_a_code_is_asked_for(guessed: TeaWorld, pattern: str) -> None:
    answer = guessed.get(pattern.format(f"/01/{GTIN}/21/X9"))
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("pattern", ASKED)
def test_a_known_code_is_shown_behind_the_same_address_all_the_same(guessed: TeaWorld, pattern: str) -> None:
    for number in range(10):
        guessed.get(f"/01/{GTIN}/21/Y{number}")
    assert guessed.get(pattern.format(KNOWN)).status_code in (200, 307)


def test_files_are_guessed_no_faster_and_parties_with_their_key_are_not_counted(guessed: TeaWorld) -> None:
    assert guessed.get(f"/media/{'0' * 64}").json()["code"] == "UnknownTooMany"
    assert guessed.get(f"/01/{GTIN}/21/X9", "shop", Accept="application/json").json()["code"] == "ItemUnknown"


def test_a_made_up_key_or_forwarded_address_opens_no_second_account(guessed: TeaWorld) -> None:
    path = f"/01/{GTIN}/21/X9"
    assert guessed.get(path, Authorization="Bearer suyuan_no").status_code == 401
    assert guessed.get(f"/recalls{path}.json", Authorization="Bearer suyuan_no").status_code == 503


def test_the_answer_to_who_guesses_is_a_page_in_the_readers_language(guessed: TeaWorld) -> None:
    page = guessed.get(f"/01/{GTIN}/21/X9?lang=zh-Hant", Accept="text/html")
    assert page.status_code == 503
    assert '<html lang="zh-Hant">' in page.text
    assert "UnknownTooMany" not in re.sub(r"<code>.*?</code>", "", page.text)


def request_from(address: str) -> Request:
    return Request({"type": "http", "client": (address, 1), "headers": [], "app": FastAPI()})


def test_a_botnet_is_counted_by_the_prefix_it_looks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown_codes, "UNKNOWN_PER_PREFIX_MAX", 20)
    counters = UnknownCodes()
    for number in range(20):
        counters.take(request_from(f"10.{number}.0.1"), f"https://id.gs1.org/01/{GTIN}/21/{number}")
    with pytest.raises(UnknownTooMany):
        counters.take(request_from("10.99.0.1"), f"https://id.gs1.org/01/{GTIN}/21/99")
    counters.take(request_from("10.99.0.1"), f"https://id.gs1.org/01/{OTHER_GTIN}/21/99")


def test_addresses_of_one_range_are_one_guesser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown_codes, "UNKNOWN_PER_RANGE_MAX", 20)
    counters = UnknownCodes()
    for number in range(20):
        counters.take(request_from(f"2001:db8::{number:x}"), "sha256:00")
    with pytest.raises(UnknownTooMany):
        counters.take(request_from("2001:db8::ffff"), "sha256:00")
    counters.take(request_from("2001:db8:0:1::1"), "sha256:00")


def asked_of(run: list[str]) -> list[str]:
    """Statements without their values."""
    return [re.sub(r"\?(, \?)*", "?", re.sub(r"'[^']*'|x'[0-9a-f]*'|-?\b[0-9]+\b", "?", one)) for one in run]


def test_an_unknown_serial_costs_the_same_whether_its_product_is_known_or_not(world: TeaWorld) -> None:
    product = f"https://id.gs1.org/01/{GTIN}"
    described = {
        "type": "ProductDescribed",
        "product": product,
        "names": [{"language": "en", "text": "Tea"}],
        "category": "other",
    }
    world.captured("garden", document(picked()))
    world.captured("factory", document(made()))
    for read in ("public", "parties"):
        assert world.post(f"/records?read={read}", "factory", described).status_code == 201
    ledger = open_ledger(world.data, clock=world.clock)
    asked = []
    for gtin in (GTIN, OTHER_GTIN, "09521234000020"):
        link = parse_digital_link(f"https://a.example/01/{gtin}/21/nobody")
        for _ in range(2):  # the first look fills what every later one finds in memory
            with statements_run(ledger.engine) as run, pytest.raises(ItemUnknown):
                describe_item(ledger, link)
        asked.append(asked_of(run))
    ledger.close()
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) < 20


def test_the_page_of_every_unknown_serial_is_the_same_but_for_its_own_number(world: TeaWorld) -> None:
    world.captured("factory", document(made()))
    pages = {world.get(f"/01/{gtin}/21/nobody").text.replace(gtin, "GTIN") for gtin in (GTIN, OTHER_GTIN)}
    assert len(pages) == 1
    shapes = {frozenset(world.get(f"/01/{gtin}/21/nobody", Accept="application/json").json()) for gtin in (GTIN, OTHER_GTIN)}
    assert len(shapes) == 1


def test_drawing_a_code_asks_the_ledger_nothing(world: TeaWorld) -> None:
    world.captured("factory", document(made()))
    known, unknown = (world.get(f"/codes{TIN.removeprefix('https://id.gs1.org')[:-2]}{serial}.svg") for serial in ("T1", "X9"))
    assert known.status_code == unknown.status_code == 200
    assert dict(known.headers).keys() == dict(unknown.headers).keys()


def test_only_the_address_that_the_nearest_proxy_saw_counts(few: None, world: TeaWorld) -> None:
    """The server trusts the loopback to forward; what a client wrote before that into the header is nobody's address."""
    path = f"/01/{GTIN}/21/X9"
    for number in range(5):
        assert world.get(path, **{"X-Forwarded-For": f"10.{number}.0.1, 198.51.100.{number}"}).status_code == 404
    assert world.get(path, **{"X-Forwarded-For": "10.99.0.1, 198.51.100.99"}).status_code == 503
    assert world.get(path, **{"X-Forwarded-For": "10.99.0.1, 203.0.113.1"}).status_code == 404
