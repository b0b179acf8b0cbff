"""Single events: 201, 200, 409, 422; looked at without storing; and given back with their bytes unaltered."""

from __future__ import annotations

import json
from urllib.parse import quote

from tests.api.tea_world import TIN, TeaWorld, document, seen
from tests.documents import CONTEXT

EVENT_ID = "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def bare(**more: object) -> bytes:
    return json.dumps({"@context": CONTEXT, **seen(**more)}).encode()  # type: ignore[arg-type]


def test_a_new_event_is_201_and_again_200(world: TeaWorld) -> None:
    first = world.post("/epcis/events?wait=published", "shop", bare(eventID=EVENT_ID))
    assert first.status_code == 201, first.text
    assert first.json()["verdict"] == "accepted"
    again = world.post("/epcis/events", "shop", bare(eventID=EVENT_ID))
    assert again.status_code == 200
    assert again.json()["verdict"] == "duplicate"
    assert again.json()["receipt"] == first.json()["receipt"]
    assert world.get(first.headers["Location"], "shop").status_code == 200


def test_another_event_under_the_same_id_is_409(world: TeaWorld) -> None:
    world.post("/epcis/events", "shop", bare(eventID=EVENT_ID))
    answer = world.post("/epcis/events", "shop", bare(eventID=EVENT_ID, step="shipping"))
    assert answer.status_code == 409
    assert answer.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert world.post("/epcis/events", "garden", bare(eventID=EVENT_ID, step="shipping")).status_code == 201


def test_an_event_that_breaks_a_rule_is_422_with_all_findings(world: TeaWorld) -> None:
    answer = world.post("/epcis/events", "shop", bare(step="no_such_step", eventID="not a uri"))
    assert answer.status_code == 422
    assert {finding["pointer"] for finding in answer.json()["findings"]} >= {"/bizStep", "/eventID"}


def test_an_event_without_context_is_refused_by_name(world: TeaWorld) -> None:
    answer = world.post("/epcis/events", "shop", seen())
    assert (answer.status_code, answer.json()["code"]) == (422, "ContextMissing")


def test_validation_stores_nothing(world: TeaWorld) -> None:
    size = world.get("/log/checkpoint").text
    answer = world.post("/epcis/events/validate", "shop", document(seen(), seen(step="no_such_step")))
    assert answer.status_code == 200
    assert [event["verdict"] for event in answer.json()["events"]] == ["accepted", "refused"]
    assert answer.json()["success"] is False
    assert world.post("/epcis/events/validate", "shop", bare()).json()["success"] is True
    assert world.get("/log/checkpoint").text == size


def test_events_come_back_unaltered_inside_a_query_document(world: TeaWorld) -> None:
    event = json.dumps(seen(eventID=EVENT_ID, **{"ex:odd": 1.50}), indent=2).encode().replace(b"1.5", b"1.50")
    text = json.dumps(document({"here": 1})).encode().replace(b'{"here": 1}', event)
    ((entry, place),) = world.captured("shop", text)
    answer = world.get(f"/epcis/events/{EVENT_ID}", "shop")
    assert answer.status_code == 200
    assert event in answer.content
    found = answer.json()
    assert found["type"] == "EPCISQueryDocument"
    assert found["@context"][:2] == [CONTEXT, {"ex": "https://ns.example/"}]
    (beside,) = found["suyuan:records"]
    assert beside["suyuan:address"] == f"https://ledger.example/main/records/{entry}/{place}"
    assert beside["suyuan:recordTime"].endswith("Z")


def test_an_event_without_id_is_found_by_its_address(world: TeaWorld) -> None:
    ((entry, place),) = world.captured("shop", document(seen()))
    address = f"https://ledger.example/main/records/{entry}/{place}"
    for spelt in (address, quote(address, safe="")):
        answer = world.get(f"/epcis/events/{spelt}", "shop")
        assert answer.status_code == 200, spelt
        assert answer.json()["suyuan:records"][0]["suyuan:eventID"] == address
    assert world.get(f"/epcis/events/https://ledger.example/main/records/{entry}/0", "shop").status_code == 404


def test_original_and_error_declaration_come_together(world: TeaWorld) -> None:
    wrong = seen(eventID=EVENT_ID)
    world.captured("shop", document(wrong))
    declared = {**wrong, "errorDeclaration": {"declarationTime": "2026-11-20T12:00:00Z", "reason": "did_not_occur"}}
    world.captured("shop", {**document(declared), "@context": [CONTEXT, {"ex": "https://other.example/"}]})
    found = world.get(f"/epcis/events/{EVENT_ID}", "shop").json()
    assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 2
    assert [record["suyuan:context"][1]["ex"] for record in found["suyuan:records"]] == [
        "https://ns.example/",
        "https://other.example/",
    ]


def test_an_event_is_read_by_its_rights_and_not_found_by_others(world: TeaWorld) -> None:
    world.captured("shop", document(seen(eventID=EVENT_ID)))
    path = f"/epcis/events/{EVENT_ID}"
    assert world.get(path).status_code == 404
    assert world.get(path, "garden").status_code == 404
    assert world.get(path, "customs").status_code == 200
    assert world.get(f"{path}?item={TIN}").status_code == 200
    assert world.get(f"/receipts/{EVENT_ID}?item={TIN}").status_code == 200
    assert world.get(path, "shop", Accept="image/png").status_code == 406
    assert world.get(path, "shop", Accept="application/ld+json").headers["Content-Type"] == "application/ld+json"


def test_an_event_id_with_a_question_mark_is_found_escaped_or_not(world: TeaWorld) -> None:
    event_id = f"ni:///sha-256;{'ab' * 32}?ver=CBV2.0"
    world.post("/epcis/events?wait=published", "shop", bare(eventID=event_id))
    for written in (event_id, quote(event_id, safe="")):
        assert event_id in world.get(f"/epcis/events/{written}", "shop").text
        assert world.get(f"/receipts/{written}", "shop").text.startswith("c2sp.org/tlog-proof@v1")


def test_a_receipt_asked_for_at_once_waits_for_its_checkpoint(world: TeaWorld) -> None:
    for number in range(5):
        taken = world.post("/epcis/events", "shop", bare(eventID=f"urn:example:{number}"))
        assert world.get(taken.json()["receipt"], "shop").status_code == 200
