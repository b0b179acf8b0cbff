"""Traces for programs, from an identifier in any spelling."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.api.tea_world import CASE, GTIN, LEAF, TIN, TeaWorld, document, made, packed, picked, seen


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made(), packed(), seen(CASE, step="shipping", at="2026-11-19T12:00:00+08:00")))
    return world


@pytest.mark.parametrize(
    "spelt",
    [TIN, quote(TIN, safe=""), f"01/{GTIN}/21/T1", "urn:epc:id:sgtin:9521234.000001.T1", f"https://shop.example/01/{GTIN}/21/T1"],
)
def test_one_item_in_every_spelling(traded: TeaWorld, spelt: str) -> None:
    found = traded.get(f"/trace/{spelt}?direction=back").json()
    assert found["start"] == [TIN]
    assert [event["type"] for event in found["events"]] == [
        "ObjectEvent",
        "TransformationEvent",
        "AggregationEvent",
        "ObjectEvent",
    ]
    assert {node["identifier"] for node in found["nodes"]} == {TIN, LEAF, CASE}


def test_forward_from_the_leaves(traded: TeaWorld) -> None:
    found = traded.get(f"/trace/{LEAF}?direction=forward").json()
    assert TIN in {node["identifier"] for node in found["nodes"]}
    assert found["withheld"] == 0
    assert found["truncated"] is False


def test_what_is_not_for_the_reader_is_counted_only(traded: TeaWorld) -> None:
    traded.captured("shop", document(seen(step="retail_selling")), read="parties")
    assert traded.get(f"/trace/{TIN}").json()["withheld"] == 1
    assert traded.get(f"/trace/{TIN}", "shop").json()["withheld"] == 0


def test_withdrawn_events_lead_nowhere(world: TeaWorld) -> None:
    wrong = made(eventID="urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427")
    world.captured("factory", document(wrong))
    world.captured("factory", document({**wrong, "errorDeclaration": {"declarationTime": "2026-11-20T12:00:00Z"}}))
    found = world.get(f"/trace/{TIN}").json()
    assert found["events"] == []
    assert len(found["withdrawn"]) == 2


@pytest.mark.parametrize(
    ("path", "status"), [("/trace/urn:nobody:knows", 404), (f"/trace/{TIN}?direction=up", 400), ("/trace/" + "x" * 2_000, 400)]
)
def test_nonsense_is_refused(world: TeaWorld, path: str, status: int) -> None:
    assert world.get(path).status_code == status


def test_a_trace_is_written_as_every_other_answer_is_member_for_member(traded: TeaWorld) -> None:
    answer = traded.get(f"/trace/{TIN}")
    found = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    assert list(found) == ["start", "direction", "nodes", "edges", "events", "withdrawn", "withheld", "damaged", "truncated"]
    assert list(found["nodes"][0]) == ["identifier", "depth", "carrier"]
    assert list(found["edges"][0]) == ["position", "kind", "sources", "targets", "since", "until"]
    assert list(found["events"][0]) == ["position", "type", "eventTime", "action", "issuer", "eventID", "address", "receipt"]
