"""The first page, what EPCIS clients are told, health, and the log line that names no code."""

from __future__ import annotations

import csv
import io
import logging
from contextlib import closing

import pytest

from api.guesses import WRONG_PER_MINUTE_MAX
from ledger.actions.log.begin_guard import root_at
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.close_ledger import close_ledger
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import leaf_hash
from ledger.storage.database import reading
from ledger.trade.serials import draw_serials, short_code
from tests.api.tea_world import GTIN, TeaWorld, document, seen


def test_the_first_page_has_a_field_for_a_code(world: TeaWorld) -> None:
    answer = world.get("/")
    assert answer.status_code == 200
    assert 'name="code"' in answer.text
    assert "ledger.example/main" in answer.text


@pytest.mark.parametrize(
    ("code", "path"),
    [
        (GTIN, f"/01/{GTIN}"),
        (GTIN[1:], f"/01/{GTIN}"),
        (f"(01){GTIN}(21)T1", f"/01/{GTIN}/21/T1"),
        (f"https://other.example/01/{GTIN}/10/L7", f"/01/{GTIN}/10/L7"),
    ],
)
def test_a_typed_code_leads_to_its_item_on_this_server(world: TeaWorld, code: str, path: str) -> None:
    answer = world.client.get("/", params={"code": code})
    assert answer.status_code == 303
    assert answer.headers["Location"] == path


@pytest.mark.parametrize("code", ["hello", "javascript:alert(1)", "//evil.example", f"{GTIN[:-1]}5", "<script>", "(99)"])
def test_a_code_that_is_none_is_refused_on_a_page(world: TeaWorld, code: str) -> None:
    answer = world.client.get("/", params={"code": code})
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<script>" not in answer.text


def test_a_short_code_leads_to_the_item_it_was_issued_for(world: TeaWorld) -> None:
    body = {"product": f"https://id.gs1.org/01/{GTIN}", "count": 1, "lot": "L7"}
    issued = world.post("/codes", "garden", body).json()
    row = next(csv.DictReader(io.StringIO(world.get(f"/codes/issued/{issued['entry']}.csv", "garden").text)))
    for code in (
        row["short_code"],
        row["short_code"].lower().replace("-", " "),
        row["short_code"].replace("0", "o").replace("1", "I"),
    ):
        answer = world.client.get("/", params={"code": code, "lang": "zh-HK"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/01/{GTIN}/10/L7/21/{row['serial']}?lang=zh-Hant")


def test_guessing_short_codes_is_slowed_down_and_typing_numbers_is_not(world: TeaWorld) -> None:
    guesses = [short_code(serial) for serial in draw_serials(bytes(range(256)))][: WRONG_PER_MINUTE_MAX + 1]
    answers = [world.client.get("/", params={"code": code, "lang": "en"}) for code in guesses]
    assert [answer.status_code for answer in answers] == [404] * WRONG_PER_MINUTE_MAX + [503]
    assert "No item here has this short code" in answers[0].text
    assert "Too many wrong tries came from here" in answers[-1].text
    assert answers[-1].headers["Retry-After"] == "60"
    assert world.client.get("/", params={"code": GTIN}).status_code == 303


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", "The number under a bar code has 8, 12, 13 or 14 digits"),
        ("zh-Hans", "条码下方的数字为 8、12、13 或 14 位"),
        ("zh-Hant", "條碼下方的數字為 8、12、13 或 14 碼"),
    ],
)
def test_what_is_wrong_with_a_code_is_said_beside_its_field(world: TeaWorld, lang: str, says: str) -> None:
    answer = world.client.get("/", params={"code": "1234567890", "lang": lang})
    assert answer.status_code == 400
    assert answer.text.count(says) == 3
    assert 'aria-invalid="true" value="1234567890"' in answer.text
    assert f'<input type="hidden" name="lang" value="{lang}">' in answer.text
    assert answer.headers["Content-Language"] == lang
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_program_is_told_what_is_wrong_as_a_problem(world: TeaWorld) -> None:
    answer = world.client.get("/", params={"code": "hello"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "CodeUnreadable")


@pytest.mark.parametrize("code", ['"><script>alert(1)</script>', "7ZK3M-9QH2T-4VX<", "\u202e7ZK3M9QH2T4V"])
def test_nothing_that_is_typed_becomes_part_of_the_page(world: TeaWorld, code: str) -> None:
    for lang in ("en", "zh-Hans", "zh-Hant"):
        text = world.client.get("/", params={"code": code, "lang": lang}).text
        assert "<script" not in text
        assert 'VX<"' not in text


def test_a_page_depends_on_what_the_reader_asks_for_and_says_so(world: TeaWorld) -> None:
    answer = world.get("/", **{"Accept-Language": "zh-TW,zh;q=0.9"})
    assert '<html lang="zh-Hant">' in answer.text
    assert answer.headers["Content-Language"] == "zh-Hant"
    assert {"Accept-Language", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))


def test_epcis_clients_are_told_what_there_is(world: TeaWorld) -> None:
    answer = world.get("/epcis")
    assert answer.json()["type"] == "Collection"
    assert {"capture", "events"} <= set(answer.json()["member"])
    assert answer.headers["GS1-CBV-Version"] == "2.0"
    assert world.client.options("/epcis").status_code == 204


def test_the_description_for_programs_names_every_route_and_no_page_loads_scripts(world: TeaWorld) -> None:
    paths = world.get("/openapi.json").json()["paths"]
    assert {"/epcis/capture", "/records/{index}/{place}", "/log/checkpoint", "/readyz"} <= set(paths)
    for path in ("/docs", "/redoc"):
        assert world.get(path).status_code == 404


def test_readiness_names_every_check(world: TeaWorld) -> None:
    answer = world.get("/readyz").json()
    assert (answer["ready"], answer["closed"], answer["witnesses"]) == (True, False, [])
    names = ["database", "schema", "clock", "log key", "guard", "writer", "publisher", "witnesses"]
    assert [check["name"] for check in answer["checks"]] == names
    assert "witnesses" in answer["notes"][0]


def test_a_closed_ledger_is_ready_to_be_read(world: TeaWorld) -> None:
    with closing(open_ledger(world.data)) as ledger:
        end = close_ledger(ledger, successor="ledger.example/second", reason="moved").entry
    answer = world.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["closed"]) == (200, True, True)
    note = answer.json()["notes"][0]
    assert f"entry {end} closed" in note and "not for capture" in note and "ledger.example/second" in note


def test_a_server_of_an_older_copy_is_not_ready(world: TeaWorld) -> None:
    with closing(open_ledger(world.data)) as ledger, reading(ledger.engine) as connection:
        head = ledger.head()
        later = Checkpoint(head.origin, head.size + 1, head.frontier.append(leaf_hash(b"signed elsewhere")).root())
        ledger.guard.begin(later, root_at(connection))
    answer = world.get("/readyz")
    assert answer.status_code == 503
    assert [check["code"] for check in answer.json()["checks"] if not check["ok"]] == ["SignedLater"]


def test_head_is_get_without_the_body(world: TeaWorld) -> None:
    got, head = world.get("/healthz"), world.client.head("/healthz")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_the_log_names_routes_and_no_code(world: TeaWorld, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="api.access"):
        world.captured("shop", document(seen()))
        world.get(f"/01/{GTIN}/21/T1")
        world.get("/nothing/T1")
    assert "/01/{rest:path} 200" in caplog.text
    assert "T1" not in caplog.text
    assert world.keys["shop"] not in caplog.text


def test_an_unknown_address_is_a_problem(world: TeaWorld) -> None:
    answer = world.get("/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, "RouteAbsent")
