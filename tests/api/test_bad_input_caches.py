"""What caches keep, and what is left of erased records: in pages, data, feeds, files, proofs and this process's memory."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from ledger.actions.erasure.erase_record import erase_by_held_keys
from ledger.actions.erasure.plan_erasure import plan_erasure
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.storage.position import Position
from tests.api.tea_world import GTIN, TIN, TeaWorld, document, made
from tests.trade.media.files import picture

PATH = f"/01/{GTIN}/21/T1"
SECRET = "Grandmother Li of house 7"
SHOWING = (
    PATH, f"{PATH}?lang=zh-Hant", f"/card{PATH}", f"/proof{PATH}", f"/proof{PATH}.json", f"/recalls{PATH}.json",
    f"/recalls{PATH}.atom", "/recalls.json", "/recalls.atom", f"/trace{PATH}", f"{PATH}?linkType=all",
)  # fmt: skip
PRIVATE = (PATH, f"/proof{PATH}", f"/proof{PATH}.json", f"/trace{PATH}", f"{PATH}?linkType=all")


def texts() -> list[dict[str, str]]:
    return [{"language": "en", "text": SECRET}]


def posted(world: TeaWorld, party: str, record: dict[str, Any], *, read: str = "code") -> tuple[int, int]:
    answer = world.post(f"/records?read={read}", party, record)
    assert answer.status_code == 201, answer.text
    return answer.json()["entry"], 0


def everywhere(world: TeaWorld, accept: str) -> str:
    return "".join(world.get(path, Accept=accept).text for path in SHOWING)


@pytest.fixture
def told(world: TeaWorld) -> tuple[TeaWorld, list[tuple[str, tuple[int, int]]], str]:
    """A personal word in a description, and in a caption with its file; (issuer, position) of each."""
    world.captured("factory", document(made()))
    product = {"type": "ProductDescribed", "product": TIN, "names": texts(), "category": "other", "texts": texts()}
    recall = {"type": "RecallIssued", "issued": "2026-11-19T00:00:00.000Z", "subjects": [TIN], "hazard": "safety",
              "advice": "return", "reason": [{"language": "en", "text": "Glass"}]}  # fmt: skip
    kept = world.client.post("/media", content=picture("PNG"), headers=world.auth("factory")).json()
    media = {"type": "MediaDescribed", "media": kept["digest"], "mediaType": kept["mediaType"], "size": kept["size"],
             "about": TIN, "origin": "captured", "captions": texts()}  # fmt: skip
    said = [
        ("factory", posted(world, "factory", {**product, "picture": kept["digest"]})),
        ("factory", posted(world, "factory", media)),
    ]
    posted(world, "customs", recall, read="public")
    return world, said, kept["digest"]


def test_of_erased_records_nothing_shows_anywhere(told: tuple[TeaWorld, list[tuple[str, tuple[int, int]]], str]) -> None:
    world, said, digest = told
    file = f"/media/{digest}"
    opened = world.client.get(file, params={"item": TIN})
    assert opened.status_code == 200
    for accept in ("text/html", "*/*", "application/json"):
        assert SECRET in everywhere(world, accept)
    thumbnail = "data:image/webp;base64,"
    assert thumbnail in world.get(PATH).text
    ledger = open_ledger(world.data, clock=world.clock)
    admit_party(ledger, Admission("officer", ["data-protection"], "CN"))
    for _, position in said:
        # The item is recalled: the threshold signs too.
        erase_by_held_keys(ledger, plan_erasure(ledger, Position(*position), "person-request"))
    ledger.close()
    for accept in ("text/html", "*/*", "application/json"):
        assert SECRET not in everywhere(world, accept)
    assert thumbnail not in world.get(PATH).text
    for headers in ({}, {"If-None-Match": opened.headers["etag"]}):
        assert world.client.get(file, params={"item": TIN}, headers=headers).status_code == 404
    for _, (entry, place) in said:
        assert world.get(f"/records/{entry}/{place}", "factory").status_code in (403, 404, 410)


def test_no_shared_cache_may_keep_what_a_code_opens(told: tuple[TeaWorld, list[tuple[str, tuple[int, int]]], str]) -> None:
    world, _, digest = told
    for path in PRIVATE:
        headers = world.get(path).headers
        assert {"private", "no-store"} & set(headers["Cache-Control"].replace(" ", "").split(",")), path
        assert "Authorization" in headers["Vary"] and "X-Api-Key" in headers["Vary"], path
    assert "Accept-Language" in world.get(PATH).headers["Vary"]
    opened = world.client.get(f"/media/{digest}", params={"item": TIN})
    assert opened.headers["Cache-Control"].startswith("private")
    # Its hash stands in records that others read: knowing it opens nothing, and confirms nothing.
    assert world.get(f"/media/{digest}", **{"If-None-Match": opened.headers["etag"]}).status_code == 404
    for path in (f"/own{PATH}", f"/report{PATH}"):
        assert world.get(path).headers["Cache-Control"] == "no-store", path


def test_a_stranger_who_learns_a_hash_opens_no_file_by_describing_it(
    told: tuple[TeaWorld, list[tuple[str, tuple[int, int]]], str],
) -> None:
    world, _, digest = told
    media = {"type": "MediaDescribed", "media": digest, "mediaType": "image/png", "size": 9, "origin": "captured"}
    posted(world, "shop", {**media, "about": f"https://id.gs1.org/01/{GTIN}/21/MINE"}, read="public")
    assert world.get(f"/media/{digest}").status_code == 404
    assert world.get(f"/media/{digest}?item=https://id.gs1.org/01/{GTIN}/21/MINE").status_code == 404
    assert world.client.get(f"/media/{digest}", params={"item": TIN}).status_code == 200


def test_host_and_forwarding_headers_poison_nothing(told: tuple[TeaWorld, list[tuple[str, tuple[int, int]]], str]) -> None:
    world, _, _ = told
    poison = {
        "X-Forwarded-Host": "evil.example",
        "X-Original-URL": "/evil",
        "X-Forwarded-Proto": "gopher",
        "Forwarded": "host=evil.example",
    }
    for path in (*SHOWING, f"/codes{PATH}.svg", "/", "/.well-known/gs1resolver"):
        for headers in (poison, {"Host": "evil.example"}):
            answer = world.get(path, **headers)
            assert "evil.example" not in answer.text + str(answer.headers), path
            assert "gopher:" not in answer.text + str(answer.headers), path


def test_the_access_log_names_no_code_and_no_secret(
    told: tuple[TeaWorld, list[tuple[str, tuple[int, int]]], str], caplog: pytest.LogCaptureFixture
) -> None:
    world, _, digest = told
    with caplog.at_level(logging.DEBUG, logger="api"):
        for path in (*SHOWING, f"/media/{digest}?item={TIN}", f"/?code={GTIN}", f"/01/{GTIN}/21/GUESSED"):
            world.get(path)
        for fields in ({"act": "pass", "secret": "0000-SECRET"}, {"act": "claim", "pin": "04711123"}):
            world.client.post(f"/own{PATH}", data=fields)
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "/01/{rest:path}" in said
    for word in (GTIN, digest, "GUESSED", "SECRET", "04711123", "127.0.0.1"):
        assert word not in said
