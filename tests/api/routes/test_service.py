"""The first page, what EPCIS clients are told, health, and the log line that names no code."""

from __future__ import annotations

import logging

import pytest

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
    assert answer["ready"] is True
    assert [check["name"] for check in answer["checks"]] == ["database", "schema", "clock", "log key", "writer"]
    assert "witnesses" in answer["notes"][0]


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
