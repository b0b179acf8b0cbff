"""The short way of the two posting routes: it hears what the framework hears, and a key is looked up each time."""

from __future__ import annotations

from typing import Any

import pytest

from api.front_door import FrontDoor
from ledger.actions.open_ledger import open_ledger
from ledger.storage.api_keys import api_keys_of, revoke_api_key
from ledger.storage.database import writing
from tests.api.routes.test_events import bare
from tests.api.tea_world import TeaWorld, document, seen

SAYINGS = [
    ("?wait=tomorrow", {}, 400, "query/wait"),
    ("?read=everybody", {}, 400, "query/read"),
    ("", {"Content-Type": "text/plain"}, 415, "Content-Type"),
    ("", {"Authorization": "Basic abc"}, 401, None),
    ("", {"Authorization": "Bearer suyuan_0_0"}, 401, None),
    ("", {"Authorization": ""}, 401, None),
    ("", {"Content-Encoding": "gzip"}, 415, "Content-Encoding"),
    ("?wait=tomorrow&read=everybody", {}, 400, "query/read"),
    ("?wait=tomorrow&read=everybody", {"Authorization": "Bearer suyuan_0_0"}, 401, None),
    ("?wait=tomorrow", {"Content-Type": "text/plain", "GS1-Capture-Error-Behaviour": "shrug"}, 415, "Content-Type"),
    ("?wait=tomorrow", {"GS1-Capture-Error-Behaviour": "shrug"}, 400, "query/wait"),
]


@pytest.mark.parametrize("path", ["/epcis/events", "/epcis/capture"])
def test_what_is_wrong_with_a_request_is_said_by_name(world: TeaWorld, path: str) -> None:
    for query, headers, status, pointer in SAYINGS:
        answer = world.client.post(
            path + query, content=b"{}", headers={**world.auth("shop"), "Content-Type": "application/json"} | headers
        )
        assert (answer.status_code, answer.json().get("pointer")) == (status, pointer), (query, headers, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    wrong = world.post("/epcis/capture", "shop", document(seen()), **{"GS1-Capture-Error-Behaviour": "shrug"})
    assert (wrong.status_code, wrong.json()["wanted"]) == (400, "'rollback' or 'proceed'")


def test_both_ways_read_the_padding_of_every_body_alike(world: TeaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"document": ("document.json", bare())}
    for short in (True, False):
        if not short:
            monkeypatch.setattr(FrontDoor, "knows", lambda _: False)
        for given in ("x", "-1", "99999", ""):
            held = world.post(f"/epcis/events?padTo={given}", "shop", bare())
            signed = world.client.post(f"/epcis/events?padTo={given}", files=parts)
            for answer in (held, signed):
                said = answer.json()
                assert (answer.status_code, said["pointer"]) == (400, "query/padTo"), (short, given)
                assert (said.get("seen", ""), said["wanted"]) == (given, "a number of records, at most 10001")


def test_a_key_in_either_header_is_heard(world: TeaWorld) -> None:
    key = world.keys["shop"]
    for number, headers in enumerate(
        (
            {"X-Api-Key": key},
            {"Authorization": f"bearer {key}"},
            {"Authorization": f"Bearer {key}"},
            {"Authorization": f"Bearer  {key}"},
        )
    ):
        content = bare(eventID=f"urn:example:{number}")
        answer = world.client.post("/epcis/events", content=content, headers={"Content-Type": "application/json", **headers})
        assert answer.status_code == 201, answer.text
    for headers in ({}, {"X-Api-Key": ""}):
        answer = world.client.post("/epcis/events", content=bare(), headers={"Content-Type": "application/json", **headers})
        assert (answer.status_code, answer.json()["code"]) == (401, "CallerUnknown")


def test_a_revoked_key_is_refused_with_the_next_request(world: TeaWorld) -> None:
    assert world.post("/epcis/events", "shop", bare(eventID="urn:example:1")).status_code == 201
    assert world.post("/epcis/capture", "shop", document(seen())).status_code == 202
    beside = open_ledger(world.data)
    with writing(beside.engine) as connection:
        for key in api_keys_of(connection):
            if world.keys["shop"].split("_")[1] == key.id:
                revoke_api_key(connection, key.id, now=beside.clock())
    beside.close()
    for path, body in (("/epcis/events", bare(eventID="urn:example:2")), ("/epcis/capture", document(seen()))):
        answer = world.post(path, "shop", body)
        assert (answer.status_code, answer.json()["code"]) == (401, "ApiKeyRevoked")
    assert world.post("/epcis/events", "garden", bare(eventID="urn:example:3")).status_code == 201


def test_the_two_routes_are_described_as_all_others(world: TeaWorld) -> None:
    paths: dict[str, Any] = world.get("/openapi.json").json()["paths"]
    for path, more in (("/epcis/events", set[str]()), ("/epcis/capture", {"GS1-Capture-Error-Behaviour"})):
        posting = paths[path]["post"]
        assert {parameter["name"] for parameter in posting["parameters"]} >= {"wait", "read"} | more
        assert posting["security"]
