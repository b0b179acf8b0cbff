"""Serial numbers over HTTP: issued once under a key, given to their issuer alone, and their codes lead to this server."""

from __future__ import annotations

import csv
import io
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from ledger.actions.codes.find_short_code import find_short_code
from ledger.actions.open_ledger import open_ledger
from ledger.trade.label_size import upper_case
from tests.api.tea_world import GTIN, TeaWorld

PRODUCT = f"https://id.gs1.org/01/{GTIN}"


def asked(world: TeaWorld, body: dict[str, Any], name: str = "garden", **headers: str) -> httpx.Response:
    return world.client.post("/codes", json=body, headers={**world.auth(name), **headers})


def table(world: TeaWorld, entry: int, name: str = "garden") -> list[dict[str, str]]:
    answer = world.get(f"/codes/issued/{entry}.csv", name)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_what_is_issued_is_handed_to_its_issuer(world: TeaWorld) -> None:
    answer = asked(world, {"product": PRODUCT, "count": 120, "lot": "L7"})
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert said["table"] == f"{world.url}/codes/issued/{said['entry']}.csv"
    rows = table(world, said["entry"])
    assert len({row["serial"] for row in rows}) == 120
    assert rows[0]["address"] == f"{world.url}/01/{GTIN}/10/L7/21/{rows[0]['serial']}"
    ledger = open_ledger(world.data)
    assert find_short_code(ledger, rows[7]["short_code"]).value("21") == rows[7]["serial"]
    ledger.close()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("factory", 403, "IssueNotYours"), (None, 401, "CallerUnknown")],
)
def test_nobody_else_gets_the_numbers(world: TeaWorld, name: str | None, status: int, code: str) -> None:
    entry = asked(world, {"product": PRODUCT, "count": 3}).json()["entry"]
    refused = world.get(f"/codes/issued/{entry}.csv", name)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


@pytest.mark.parametrize("entry", [0, 4_000])
def test_an_entry_that_issued_nothing_has_no_table(world: TeaWorld, entry: int) -> None:
    assert world.get(f"/codes/issued/{entry}.csv", "garden").json()["code"] == "IssueAbsent"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"product": PRODUCT}, "RequestMalformed"),
        ({"product": PRODUCT, "count": 0}, "RequestMalformed"),
        ({"product": PRODUCT, "count": 100_001}, "RequestMalformed"),
        ({"product": f"{PRODUCT}/21/A1", "count": 1}, "BodyMemberWrong"),
        ({"product": PRODUCT[:-1] + "4", "count": 1}, "BodyMemberWrong"),
        ({"product": PRODUCT, "count": 1, "lot": "a b"}, "BodyMemberWrong"),
        ({"product": PRODUCT, "count": 1, "lot": "^XZ"}, "BodyMemberWrong"),
    ],
)
def test_what_cannot_be_issued_is_refused(world: TeaWorld, body: dict[str, Any], code: str) -> None:
    refused = asked(world, body)
    assert (refused.status_code, refused.json()["code"]) == (400, code)


@pytest.mark.parametrize(("name", "code"), [("customs", "ClassesMixed"), ("lab", "NoHeldKey")])
def test_who_may_not_say_it_or_signs_itself_is_refused(world: TeaWorld, name: str, code: str) -> None:
    assert asked(world, {"product": PRODUCT, "count": 2}, name).json()["code"] == code


def test_under_a_key_nothing_is_drawn_twice(world: TeaWorld) -> None:
    body, key = {"product": PRODUCT, "count": 40}, {"Idempotency-Key": "batch 7"}
    first, again = (asked(world, body, **key) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = asked(world, {"product": PRODUCT, "count": 41}, **key)
    assert other.json()["code"] == "IdempotencyKeyReused"
    assert asked(world, body, **{"Idempotency-Key": "batch 8"}).json()["entry"] != first.json()["entry"]


def test_an_address_in_upper_case_leads_to_the_same_page(world: TeaWorld) -> None:
    row = table(world, asked(world, {"product": PRODUCT, "count": 1, "lot": "L7"}).json()["entry"])[0]
    shouted = upper_case(row["address"].replace("127.0.0.1", "localhost"))
    assert shouted.startswith("HTTP://LOCALHOST:")
    parts = urlsplit(row["address"])
    assert parts.hostname is not None and parts.port is not None
    # As a phone that does not lower the host would send it, and as a proxy does.
    for target in (urlsplit(shouted).path, shouted):
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            head = f"GET {target} HTTP/1.1\r\nHost: LOCALHOST:{parts.port}\r\nConnection: close\r\nAccept: text/html\r\n\r\n"
            connection.sendall(head.encode())
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        plain = world.get(parts.path, Accept="text/html")
        assert int(answer.split(b" ", 2)[1]) == plain.status_code
        assert row["serial"].encode() in answer
