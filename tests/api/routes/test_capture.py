"""Documents in over HTTP: verdicts, jobs, own notes, and what is refused at once."""

from __future__ import annotations

import base64
import json

import pytest

from ledger.actions.open_ledger import open_ledger
from ledger.evidence.instant import Instant
from ledger.evidence.receipt import verify_receipt
from ledger.storage.api_keys import issue_api_key, revoke_api_key
from ledger.storage.database import writing
from tests.api.tea_world import GTIN, SEED, TIN, TeaWorld, document, made, packed, seen

EVENT_ID = "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def test_a_document_gets_a_verdict_per_event_and_receipts_that_verify(world: TeaWorld) -> None:
    body = document(made(eventID=EVENT_ID), packed())
    answer = world.post("/epcis/capture?wait=published", "factory", body)
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["Location"].endswith(job["captureID"])
    assert job["success"] is True
    assert job["running"] is False
    assert job["captureErrorBehaviour"] == "rollback"
    assert [event["verdict"] for event in job["events"]] == ["accepted", "accepted"]
    assert job["events"][0]["eventID"] == EVENT_ID
    entry, place = job["events"][1]["position"]
    assert job["events"][1]["eventID"] == f"https://ledger.example/main/records/{entry}/{place}"
    for index, event in enumerate(job["events"]):
        receipt = world.get(event["receipt"], "factory")
        record = world.get(event["receipt"].replace("/receipts/", "/records/"), "factory").content
        verdict = verify_receipt(receipt.content, body=record, policy=world.policy)
        assert verdict.record_type == body["epcisBody"]["eventList"][index]["type"]


def test_white_space_of_the_wire_is_kept_inside_records(world: TeaWorld) -> None:
    event = json.dumps(seen(), indent=3).encode()
    text = json.dumps(document({"here": 1})).encode().replace(b'{"here": 1}', b"\n  " + event + b"\n")
    ((entry, place),) = world.captured("shop", text)
    assert world.get(f"/records/{entry}/{place}", "shop").content == event
    assert world.get(f"/records/{entry}/0", "shop").content == text.replace(b"\n  " + event + b"\n", b"")


def test_the_job_is_for_whoever_posted_it(world: TeaWorld) -> None:
    posted = world.post("/epcis/capture", "shop", document(seen()))
    path = posted.headers["Location"]
    assert world.get(path, "shop").json() == posted.json()
    assert world.get(path, "garden").status_code == 404
    assert world.get(path).status_code == 401
    assert [job["captureID"] for job in world.get("/epcis/capture", "shop").json()] == [posted.json()["captureID"]]


def test_the_same_document_again_is_a_duplicate_with_the_first_receipts(world: TeaWorld) -> None:
    first = world.post("/epcis/capture", "shop", document(seen())).json()
    second = world.post("/epcis/capture", "shop", document(seen())).json()
    assert second["events"][0]["verdict"] == "duplicate"
    assert second["events"][0]["receipt"] == first["events"][0]["receipt"]


def test_rollback_keeps_nothing_and_proceed_keeps_the_rest(world: TeaWorld) -> None:
    body = document(seen(), seen(step="no_such_step"))
    size = world.get("/readyz").json()["checks"][0]["message"]
    undone = world.post("/epcis/capture", "shop", body).json()
    assert [event["verdict"] for event in undone["events"]] == ["rolled_back", "refused"]
    assert undone["events"][1]["findings"][0]["pointer"] == "/epcisBody/eventList/1/bizStep"
    assert undone["success"] is False
    assert world.get("/readyz").json()["checks"][0]["message"] == size
    kept = world.post("/epcis/capture", "shop", body, **{"GS1-Capture-Error-Behaviour": "proceed"}).json()
    assert [event["verdict"] for event in kept["events"]] == ["accepted", "refused"]


def test_an_own_note_needs_no_key_of_the_server(world: TeaWorld) -> None:
    parts = world.signed_parts(json.dumps(document(seen(step="inspecting"))).encode())
    answer = world.client.post("/epcis/capture?wait=published", files=parts)
    assert answer.status_code == 202, answer.text
    ((entry, place),) = [event["position"] for event in answer.json()["events"]]
    receipt, record = world.get(f"/receipts/{entry}/{place}"), world.get(f"/records/{entry}/{place}")
    assert record.headers["Suyuan-Issuer"] == "ledger.example/party/lab"
    assert verify_receipt(receipt.content, body=record.content, policy=world.policy).parties[0].custody == "self"


def test_the_seed_may_come_as_base64(world: TeaWorld) -> None:
    parts = world.signed_parts(json.dumps(document(seen(step="inspecting"))).encode())
    parts["seed"] = ("seed", base64.b64encode(SEED))
    assert world.client.post("/epcis/capture", files=parts).status_code == 202


def test_a_signature_over_other_bytes_is_refused(world: TeaWorld) -> None:
    parts = world.signed_parts(json.dumps(document(seen(step="inspecting"))).encode())
    parts["document"] = ("document.json", parts["document"][1].replace(b"T1", b"T2"))
    answer = world.client.post("/epcis/capture", files=parts)
    assert answer.status_code == 403
    assert answer.json()["code"] == "RootDiffers"
    assert answer.json()["type"] == "epcisException:SecurityException"


@pytest.mark.parametrize("changed", [{"origin": "other.example/main"}, {"first_entry": bytes(31) + b"\x01"}])
def test_a_note_of_another_log_is_refused(world: TeaWorld, changed: dict[str, object]) -> None:
    parts = world.signed_parts(json.dumps(document(seen())).encode(), **changed)
    answer = world.client.post("/epcis/capture", files=parts)
    assert answer.status_code == 403, answer.text


def test_proceed_with_an_own_note_is_refused_by_name(world: TeaWorld) -> None:
    parts = world.signed_parts(json.dumps(document(seen())).encode())
    answer = world.client.post("/epcis/capture", files=parts, headers={"GS1-Capture-Error-Behaviour": "proceed"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "ProceedWithOwnNote"


@pytest.mark.parametrize(
    "changed",
    [
        {"document": None},
        {"extra": ("extra", b"x")},
        {"seed": ("seed", b"short")},
        {"note": ("note", b"not a note")},
        {"note": ("note", b"x" * 70_000)},
    ],
)
def test_multipart_bodies_with_wrong_parts_are_refused(world: TeaWorld, changed: dict[str, tuple[str, bytes] | None]) -> None:
    parts = {**world.signed_parts(json.dumps(document(seen())).encode()), **changed}
    answer = world.client.post("/epcis/capture", files={name: part for name, part in parts.items() if part is not None})
    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.json()["code"]


def test_a_multipart_body_that_ends_early_is_refused(world: TeaWorld) -> None:
    content = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhalf'
    answer = world.client.post("/epcis/capture", content=content, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "MultipartMalformed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"a":1,"a":2}', 400),
        (b'{"a":"\xff"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b'{"a":1e999}', 400),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", 400),
        (b"[" * 2_000_000, 400),
        (b'{"a":"\\ud800"}', 400),
    ],
)
def test_bytes_that_are_no_strict_json_are_refused_at_once(world: TeaWorld, body: bytes, status: int) -> None:
    answer = world.post("/epcis/capture", "shop", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "epcisException:ValidationException"


def test_a_number_as_text_is_refused_with_its_pointer(world: TeaWorld) -> None:
    event = seen(quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L", "quantity": "5"}])
    job = world.post("/epcis/capture", "shop", document(event)).json()
    assert job["events"][0]["verdict"] == "refused"
    assert job["events"][0]["findings"][0]["pointer"] == "/epcisBody/eventList/0/quantityList/0/quantity"


def test_a_large_record_and_too_many_events_are_refused(world: TeaWorld) -> None:
    large = world.post("/epcis/capture", "shop", document(seen(**{"ex:note": "a" * (1 << 20)})))
    assert (large.status_code, large.json()["code"]) == (413, "RecordTooLarge")
    many = world.post("/epcis/capture", "shop", document(*[{"type": "ObjectEvent"}] * 10_001))
    assert (many.status_code, many.json()["code"]) == (413, "TooManyEvents")


@pytest.mark.parametrize(
    "media_type", ["application/xml", "text/plain", "application/json; charset=utf-16", "", "application/x-www-form-urlencoded"]
)
def test_other_media_types_are_refused(world: TeaWorld, media_type: str) -> None:
    answer = world.post("/epcis/capture", "shop", document(seen()), **{"Content-Type": media_type})
    assert answer.status_code == 415
    assert answer.json()["type"] == "epcisException:UnsupportedMediaTypeException"


@pytest.mark.parametrize("value", ["Bearer nonsense", "Bearer suyuan_0011223344556677_" + "0" * 64, "Basic eDp5", "Bearer"])
def test_unknown_keys_are_refused(world: TeaWorld, value: str) -> None:
    answer = world.client.post(
        "/epcis/capture", content=b"{}", headers={"Content-Type": "application/json", "Authorization": value}
    )
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert "0" * 64 not in answer.text


def test_expired_and_revoked_keys_are_refused_by_name(world: TeaWorld) -> None:
    ledger = open_ledger(world.data)
    now, party = world.clock(), "ledger.example/party/shop"
    with writing(ledger.engine) as connection:
        world.keys["short"] = issue_api_key(connection, party=party, name="short", now=now, expires=Instant(now + 60_000))
        world.keys["revoked"] = issue_api_key(connection, party=party, name="lost", now=now, expires=None)
    assert world.post("/epcis/events/validate", "short", document(seen())).status_code == 200
    assert world.post("/epcis/events/validate", "revoked", document(seen())).status_code == 200
    with writing(ledger.engine) as connection:
        revoke_api_key(connection, world.keys["revoked"].split("_")[1], now=now)
    ledger.close()
    world.clock.offset_ms = 61_000
    for name, code in (("short", "ApiKeyExpired"), ("revoked", "ApiKeyRevoked")):
        answer = world.post("/epcis/capture", name, document(seen()))
        assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_the_key_may_come_as_x_api_key(world: TeaWorld) -> None:
    headers = {"Content-Type": "application/json", "X-Api-Key": world.keys["shop"]}
    assert world.client.post("/epcis/capture", content=json.dumps(document(seen())), headers=headers).status_code == 202


@pytest.mark.parametrize("query", ["?wait=forever", "?read=nobody"])
def test_nonsense_in_the_query_is_refused(world: TeaWorld, query: str) -> None:
    answer = world.post(f"/epcis/capture{query}", "shop", document(seen()))
    assert (answer.status_code, answer.json()["code"]) == (400, "RequestMalformed")


def test_a_clock_behind_the_log_stops_capture_by_name(world: TeaWorld) -> None:
    world.captured("shop", document(seen()))
    world.clock.offset_ms = -4_000
    assert world.post("/epcis/capture", "shop", document(seen(TIN + "4"))).status_code == 202
    world.clock.offset_ms = -60_000
    refused = world.post("/epcis/capture", "shop", document(seen(TIN + "5")))
    assert (refused.status_code, refused.json()["code"]) == (503, "ClockBehind")
    assert 1 <= int(refused.headers["Retry-After"]) <= 4
    ready = world.get("/readyz")
    assert ready.status_code == 503
    assert [check["code"] for check in ready.json()["checks"] if not check["ok"]] == ["ClockBehind"]
    assert world.get("/healthz").status_code == 200


@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_removed_or_replaced_under_the_server_is_noticed(world: TeaWorld, replaced: bool) -> None:
    assert world.get("/readyz").status_code == 200
    path = world.data / "ledger.sqlite"
    path.rename(world.data / "moved.sqlite")
    if replaced:
        path.write_bytes(b"")
    ready = world.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"][0]["code"] == "DatabaseReplaced"
    (world.data / "moved.sqlite").replace(path)
    assert world.get("/readyz").json()["ready"] is True


def test_options_say_what_capture_can_do(world: TeaWorld) -> None:
    answer = world.client.options("/epcis/capture")
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, POST, OPTIONS"
    assert answer.headers["GS1-EPCIS-Version"] == "2.0"
    assert answer.headers["GS1-EPCIS-Capture-Limit"] == "10000"


def test_another_method_is_refused_with_those_allowed(world: TeaWorld) -> None:
    answer = world.client.delete("/epcis/capture")
    assert (answer.status_code, answer.json()["code"]) == (405, "MethodNotAllowed")
    assert answer.headers["Allow"]
