"""Records, receipts and bodies by the table of reading rights, over HTTP."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from ledger.evidence.bodies import BodyState, decode_bodies
from tests.api.tea_world import GTIN, LEAF, TIN, TeaWorld, document, made, picked, seen


@pytest.mark.parametrize(
    ("read", "who", "item", "status"),
    [
        ("public", None, None, 200),
        ("code", None, None, 403),
        ("code", None, TIN, 200),
        ("code", None, f"http://shop.example/01/{GTIN}/21/T1", 200),
        ("code", None, f"https://id.gs1.org/01/{GTIN}/21/T2", 403),
        ("code", None, f"https://id.gs1.org/01/{GTIN}", 403),
        ("code", "shop", None, 200),
        ("code", "garden", None, 403),
        ("code", "customs", None, 200),
        ("parties", None, TIN, 403),
        ("parties", "garden", TIN, 403),
        ("parties", "shop", None, 200),
        ("parties", "customs", None, 200),
    ],
)
def test_records_and_receipts_follow_the_table(
    world: TeaWorld, read: str, who: str | None, item: str | None, status: int
) -> None:
    ((entry, place),) = world.captured("shop", document(seen()), read=read)
    query = "" if item is None else f"?item={item}"
    for kind in ("records", "receipts"):
        assert world.get(f"/{kind}/{entry}/{place}{query}", who).status_code == status, kind
    assert world.get(f"/records/{entry}/0{query}", who).status_code == status


def test_a_code_opens_what_led_to_the_item(world: TeaWorld) -> None:
    ((entry, place),) = world.captured("garden", document(picked()))
    world.captured("factory", document(made()))
    assert world.get(f"/records/{entry}/{place}").status_code == 403
    assert world.get(f"/records/{entry}/{place}?item={TIN}").status_code == 200
    other = TIN.replace("T1", "T9")
    assert world.get(f"/records/{entry}/{place}?item={other}").status_code == 403


def test_the_bytes_have_their_commitment_as_entity_tag(world: TeaWorld) -> None:
    ((entry, place),) = world.captured("shop", document(seen()))
    answer = world.get(f"/records/{entry}/{place}", "shop")
    commitments = world.get(f"/log/commitments/{entry}").content
    assert answer.headers["ETag"] == f'"{commitments[32 * place : 32 * place + 32].hex()}"'
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    unchanged = world.get(f"/records/{entry}/{place}", "shop", **{"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_receipt_is_a_file_of_text(world: TeaWorld) -> None:
    ((entry, place),) = world.captured("shop", document(seen()))
    answer = world.get(f"/receipts/{entry}/{place}", "shop")
    assert answer.text.startswith("c2sp.org/tlog-proof@v1\n")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert f"{entry}-{place}.tlog-proof" in answer.headers["Content-Disposition"]
    assert world.get(f"/receipts/{entry}/{place}", "shop").content == answer.content


def test_bodies_in_bulk_say_what_is_withheld(world: TeaWorld) -> None:
    ((entry, _), _) = world.captured("shop", document(seen(), seen(LEAF.replace("/10/PICK1", "/21/X"))))
    context, records = decode_bodies(world.get(f"/bodies/{entry}", "shop").content)
    assert context is not None
    assert [record.state for record in records] == [BodyState.PRESENT] * 3
    _, hidden = decode_bodies(world.get(f"/bodies/{entry}").content)
    assert [record.state for record in hidden] == [BodyState.WITHHELD] * 3
    _, some = decode_bodies(world.get(f"/bodies/{entry}?item={TIN}").content)
    assert [record.state for record in some] == [BodyState.PRESENT, BodyState.PRESENT, BodyState.WITHHELD]


def test_governance_is_public(world: TeaWorld) -> None:
    assert world.get("/records/0/0").json()["type"] == "LedgerFounded"
    assert world.get("/records/0/0").headers["Content-Type"] == "application/json"
    assert world.get("/receipts/0/0").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/records/999/0",
        "/records/0/5",
        "/receipts/999/0",
        "/bodies/999",
        "/records/0/99999",
        "/records/-1/0",
        "/records/9" + "9" * 30 + "/0",
    ],
)
def test_what_is_not_there_is_said_plainly(world: TeaWorld, path: str) -> None:
    answer = world.get(path)
    assert answer.status_code in (400, 404)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/records/%2e%2e/%2e%2e",
        "/records/../../etc/passwd",
        "/log/tile/0/../../checkpoint",
        "/log/tile/%2e%2e/000",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/records/0/0%00",
        "/codes/01/../../../etc/passwd.svg",
        "/receipts/..%5c..%5cledger.sqlite",
    ],
)
def test_path_tricks_lead_nowhere(world: TeaWorld, path: str) -> None:
    parts = urlsplit(world.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", path)  # a library for people would tidy the path up first
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status in (400, 404), text
    assert b"root:" not in text
    assert b"SQLite" not in text
