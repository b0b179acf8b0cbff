"""Item pages and receipts by the short way are answered as the framework answers them, and only what is ordinary goes it."""

from __future__ import annotations

import re

import pytest
from starlette.types import Scope

from api import quick_reading
from api.quick_reading import quick_reader
from tests.api.tea_world import GTIN, TIN, TeaWorld, document, made, picked, seen

PAGE = f"/01/{GTIN}/21/T1"
CHECKED = re.compile(r"[0-9]{2}:[0-9]{2} UTC|[0-9:T-]+\.[0-9]{3}Z")
OF_THE_ANSWER = ("content-type", "cache-control", "vary", "content-disposition", "content-language", "link", "x-frame-options")


def scope_of(path: str, query: str = "") -> Scope:
    return {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}


def looked_at(world: TeaWorld, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    answer = world.client.get(path, headers=headers)
    said = {name: answer.headers.get(name, "") for name in OF_THE_ANSWER}
    return answer.status_code, said, CHECKED.sub("", answer.text)


def test_both_ways_answer_alike(world: TeaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made()))
    ((entry, place),) = world.captured("shop", document(seen()), read="parties")
    receipt = f"/receipts/{entry}/{place}"
    wrong = {"Authorization": "Bearer suyuan_0_0"}
    asked = [
        (PAGE, {"Accept": "text/html"}),
        (PAGE, {"Accept": "application/json"}),
        (PAGE, {"Accept": "image/png"}),
        (PAGE, {"X-Api-Key": ""}),
        (f"{PAGE}?linkType=all", {}),
        (f"{PAGE}?lang=zh-Hant", {"Accept": "text/html"}),
        (f"/01/{GTIN}/21/nobody", {"Accept": "text/html"}),
        (f"/01/{GTIN[:-1]}0/21/T1", {"Accept": "text/html"}),
        ("/01/", {}),
        (PAGE, wrong),
        (PAGE, {"Authorization": "Basic eDp5"}),
        (PAGE, {"X-Api-Key": "suyuan_0_0"}),
        (receipt, {}),
        (receipt, world.auth("shop")),
        (receipt, world.auth("garden")),
        (receipt, wrong),
        (f"{receipt}?item={TIN}", {}),
        (f"{receipt}?item={TIN}&item=x", {}),
        (f"{receipt}?item={'x' * 1_100}", {}),
        (f"/receipts/{entry}/0?item=%E8%8C%B6", {}),
        (f"/receipts/{entry}/99", {}),
        (f"/receipts/{entry}/010", {}),
        ("/receipts/999999/0", {}),
        ("/receipts/9999999999999999/0", {}),
    ]
    world.client.get(PAGE)
    short = [looked_at(world, path, **headers) for path, headers in asked]
    monkeypatch.setattr(quick_reading, "quick_reader", lambda _scope: None)
    for (path, headers), found in zip(asked, short, strict=True):
        assert found == looked_at(world, path, **headers), (path, headers)
    assert {status for status, _, _ in short} >= {200, 400, 401, 403, 404, 406}


@pytest.mark.parametrize("path", ["/01/", PAGE, "/00/1", "/8010/x/8011/1", "/receipts/8/1", "/receipts/0/0"])
def test_what_is_ordinary_goes_the_short_way(path: str) -> None:
    assert quick_reader(scope_of(path)) is not None


@pytest.mark.parametrize(
    ("path", "query"),
    [
        *(
            (path, "")
            for path in ("/", "/01", "/414/1", "/01x/1", "/proof/01/1", "/receipts/8", "/receipts/urn:x", "/receipts/8/1/")
        ),
        *((path, "") for path in ("/receipts/08/1", "/receipts/8/-1", "/receipts/8/10000", "/receipts/8/1\n", "/receipts/٨/1")),
        *(("/receipts/8/1", query) for query in ("x=1", "item=a&item=b", "item=" + "x" * 1_025)),
    ],
)
def test_everything_else_is_left_to_the_framework(path: str, query: str) -> None:
    assert quick_reader(scope_of(path, query)) is None
