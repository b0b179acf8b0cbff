"""Dossier records over HTTP: written, refused by name, said once under a key, and only judged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from ledger.actions.capture.sign_own import sign_note
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import PartyDescribed, ProductDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.dossier.permission import OTHER_WAYS
from ledger.trade.shapes.address import Address
from tests.actions.auditing import audited
from tests.api.tea_world import LEAF, ORIGIN, SEED, TIN, TeaWorld, document, made, picked
from tests.trade.dossier.samples import MOMENT, REPORT, SAMPLES, words

RECORDS = "/records"
GARDEN, LAB = "ledger.example/party/garden", "ledger.example/party/lab"
PRODUCT = ProductDescribed(TIN, words("Tea"), "farm-produce")
SELF = PartyDescribed(GARDEN, words("Cloud Garden"))


def parts(world: TeaWorld, *bodies: DossierBody, klass: RecordClass = RecordClass.INSPECTION, **changed: Any) -> dict[str, Any]:
    """Multipart parts of records that the laboratory signs itself."""
    records = [body.to_body() for body in bodies]
    said = {"read": ReadRule.PUBLIC, "now": world.clock(), "seed": SEED, "first_entry": world.first_entry, **changed}
    note = sign_note(records, [world.lab_key], origin=ORIGIN, klass=klass, **said).note
    return {"note": ("note", note), "seed": ("seed", SEED), "document": ("document", b"\n".join(records))}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code), said
    return said


def written(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_record_is_written_and_its_address_answered(world: TeaWorld) -> None:
    body = PRODUCT.to_body()
    said = written(world.post(RECORDS, "garden", body))
    assert said["class"] == "description"
    entry = said["entry"]
    assert said["records"] == [
        {
            "position": [entry, 0],
            "address": f"https://{ORIGIN}/records/{entry}/0",
            "receipt": f"{world.url}/receipts/{entry}/0",
            "type": "ProductDescribed",
        }
    ]
    read = world.get(f"/records/{entry}/0")
    assert (read.content, read.headers["Suyuan-Issuer"], read.headers["Suyuan-Class"]) == (body, GARDEN, "description")


def test_several_records_stand_in_one_entry_and_may_be_waited_for(world: TeaWorld) -> None:
    document = b"\n".join([PRODUCT.to_body(), SELF.to_body()]) + b"\n"
    said = written(world.post(f"{RECORDS}?wait=published&read=parties", "garden", document))
    assert [record["type"] for record in said["records"]] == ["ProductDescribed", "PartyDescribed"]
    receipt = world.get(f"/receipts/{said['entry']}/1", "garden")
    assert receipt.status_code == 200
    assert world.get(f"/records/{said['entry']}/0").status_code == 403
    assert world.get(f"/records/{said['entry']}/0", "garden").status_code == 200


def test_a_laboratory_signs_its_own_report(world: TeaWorld) -> None:
    said = written(world.client.post(f"{RECORDS}?wait=published", files=parts(world, REPORT)))
    assert (said["class"], said["records"][0]["type"]) == ("inspection", "TestReported")
    assert not audited(world.data).findings


def test_the_same_under_the_same_key_is_written_once(world: TeaWorld) -> None:
    body, key = PRODUCT.to_body(), {"Idempotency-Key": "first"}
    first = world.post(RECORDS, "garden", body, **key)
    again = world.post(RECORDS, "garden", body, **key)
    assert written(first) == written(again)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    waited = world.post(f"{RECORDS}?wait=published", "garden", body, **{"Idempotency-Key": "second"})
    assert written(waited)["entry"] > first.json()["entry"]
    problem(world.post(RECORDS, "garden", SELF.to_body(), **key), 422, "IdempotencyKeyReused")
    problem(world.post(RECORDS, "garden", body, **{"Idempotency-Key": "x" * 65}), 400, "IdempotencyKeyMalformed")
    assert world.post(RECORDS, "garden", body).json()["entry"] > first.json()["entry"]


def test_an_own_note_under_a_key_too(world: TeaWorld) -> None:
    sent, key = parts(world, REPORT), {"Idempotency-Key": "k"}
    first = world.client.post(RECORDS, files=sent, headers=key)
    assert written(first) == written(world.client.post(RECORDS, files=sent, headers=key))
    # The very same note again is the same entry, with or without a key.
    assert written(world.client.post(RECORDS, files=sent))["entry"] == first.json()["entry"]


def test_a_refused_request_leaves_its_key_free(world: TeaWorld) -> None:
    key = {"Idempotency-Key": "free"}
    problem(world.post(RECORDS, "shop", SELF.to_body(), **key), 403, "DescribedByAnother")
    written(world.post(RECORDS, "shop", PRODUCT.to_body(), **key))


def test_a_forged_note_takes_nobodys_key(world: TeaWorld) -> None:
    sent, key = parts(world, REPORT), {"Idempotency-Key": "mine"}
    sent["note"] = ("note", sent["note"][1].replace(b"read public", b"read parties"))
    refused = world.client.post(RECORDS, files=sent, headers=key)
    assert refused.status_code == 403, refused.text
    written(world.client.post(RECORDS, files=parts(world, REPORT), headers=key))


@pytest.mark.parametrize("kind", sorted(OTHER_WAYS))
def test_types_with_a_way_of_their_own_are_not_posted(world: TeaWorld, kind: str) -> None:
    body = next(body for body in SAMPLES if type(body).__name__ == kind)
    said = problem(world.post(RECORDS, "shop", body.to_body()), 422, "TypeHasItsOwnWay")
    assert (said["seen"], said["pointer"]) == (kind, "/type")
    klass = RecordClass.DESCRIPTION if kind == "SerialsIssued" else RecordClass.SCAN
    problem(world.client.post(RECORDS, files=parts(world, body, klass=klass)), 422, "TypeHasItsOwnWay")


REFUSED: list[tuple[int, str, str, bytes]] = [
    (400, "RecordNotObject", "garden", b"{"),
    (422, "RecordsMissing", "garden", b" \n "),
    (422, "RecordTypeMissing", "garden", b"{}"),
    (400, "BodyTypeUnknown", "garden", b'{"type":"ObjectEvent"}'),
    (400, "BodyMemberMissing", "garden", b'{"type":"ProductDescribed"}'),
    (400, "BodyMemberUnknown", "garden", PRODUCT.to_body()[:-1] + b',"price":1}'),
    (400, "BodyMemberWrong", "garden", PRODUCT.to_body().replace(b"farm-produce", b"food")),
    (
        400,
        "RegistrationMistyped",
        "garden",
        b'{"registrations":[{"scheme":"gln","number":"6901234567893"}],' + SELF.to_body()[1:],
    ),
    (422, "ClassesMixed", "customs", PRODUCT.to_body()),
    (
        422,
        "ClassesMixed",
        "customs",
        REPORT.to_body() + b"\n" + RecallIssued(MOMENT, (TIN,), "safety", "check", words("x")).to_body(),
    ),
    (409, "NoHeldKey", "lab", REPORT.to_body()),
    (403, "DescribedByAnother", "shop", SELF.to_body()),
    (403, "RecallByStranger", "shop", RecallIssued(MOMENT, (TIN,), "safety", "return", words("x")).to_body()),
    (404, "NamedRecordAbsent", "garden", StatementWithdrawn(Address(ORIGIN, 999_999, 0), "error").to_body()),
    (404, "NamedRecordAbsent", "garden", StatementWithdrawn(Address(ORIGIN, 2**62, 99_999), "error").to_body()),
    (404, "NamedRecordAbsent", "garden", StatementWithdrawn(Address("other.example/log", 1, 0), "error").to_body()),
    (403, "WithdrawnByAnother", "garden", StatementWithdrawn(Address(ORIGIN, 1, 0), "error").to_body()),
]


@pytest.mark.parametrize(("status", "code", "who", "body"), REFUSED, ids=[f"{code}-{who}" for _, code, who, _ in REFUSED])
def test_a_refusal_is_a_problem_and_writes_nothing(world: TeaWorld, status: int, code: str, who: str, body: bytes) -> None:
    before = world.get("/log/checkpoint").content
    said = problem(world.post(RECORDS, who, body), status, code)
    assert said["title"]
    assert world.get("/log/checkpoint").content == before


def test_the_place_of_a_refused_record_is_said(world: TeaWorld) -> None:
    stranger = replace(SELF, party="ledger.example/party/shop")
    said = problem(world.post(RECORDS, "garden", PRODUCT.to_body() + b"\n" + stranger.to_body()), 403, "DescribedByAnother")
    assert said["pointer"] == "record 1/party"
    said = problem(world.post(RECORDS, "garden", PRODUCT.to_body() + b'\n{"type":"PartyDescribed"}'), 400, "BodyMemberMissing")
    assert said["pointer"] == "record 1/party"
    said = problem(world.post(RECORDS, "garden", b"\n".join([PRODUCT.to_body()] * 1_001)), 413, "JsonTooLarge")


def test_who_asks_without_a_key_or_in_another_media_type(world: TeaWorld) -> None:
    problem(
        world.client.post(RECORDS, content=PRODUCT.to_body(), headers={"Content-Type": "application/json"}), 401, "CallerUnknown"
    )
    problem(
        world.client.post(RECORDS, content=b"x", headers={**world.auth("garden"), "Content-Type": "text/plain"}),
        415,
        "MediaTypeUnknown",
    )
    problem(world.client.post(f"{RECORDS}/validate", files=parts(world, REPORT)), 401, "CallerUnknown")
    problem(
        world.client.post(f"{RECORDS}/validate", files=parts(world, REPORT), headers=world.auth("lab")), 415, "MediaTypeUnknown"
    )
    assert world.post(f"{RECORDS}?read=nobody", "garden", PRODUCT.to_body()).status_code == 400


def test_own_notes_that_do_not_hold(world: TeaWorld) -> None:
    problem(world.client.post(RECORDS, files=parts(world, REPORT, klass=RecordClass.DESCRIPTION)), 403, "RoleMayNotSign")
    problem(world.client.post(RECORDS, files=parts(world, PRODUCT)), 422, "TypeNotInClass")
    other = parts(world, REPORT) | {"document": ("document", replace(REPORT, number="R-2").to_body())}
    problem(world.client.post(RECORDS, files=other), 403, "RootDiffers")
    elsewhere = parts(world, PartyDescribed(GARDEN, words("Not theirs")))
    problem(world.client.post(RECORDS, files=elsewhere), 403, "DescribedByAnother")
    misnamed = parts(world, REPORT) | {"note": ("note", b"nonsense\n")}
    assert world.client.post(RECORDS, files=misnamed).status_code == 400


def test_the_maker_recalls_and_ends_its_recall(world: TeaWorld) -> None:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made()))
    recall = RecallIssued(MOMENT, (LEAF,), "safety", "return", words("Glass in it"))
    problem(world.post(RECORDS, "factory", recall.to_body()), 403, "RecallByStranger")
    said = written(world.post(RECORDS, "garden", recall.to_body()))
    assert said["class"] == "recall"
    end = RecallEnded(Address(ORIGIN, *said["records"][0]["position"]), words("It was another lot."))
    problem(world.post(RECORDS, "customs", end.to_body()), 403, "RecallEndedByAnother")
    assert written(world.post(RECORDS, "garden", end.to_body()))["records"][0]["type"] == "RecallEnded"
    again = replace(end, recall=Address(ORIGIN, *said["records"][0]["position"]))
    withdrawn = StatementWithdrawn(again.recall, "error")
    problem(world.post(RECORDS, "garden", withdrawn.to_body()), 422, "NamedRecordWrong")


def test_judging_writes_nothing_and_judges_every_record(world: TeaWorld) -> None:
    before = world.get("/log/checkpoint").content
    stranger = replace(SELF, party="ledger.example/party/shop")
    claimed = next(body for body in SAMPLES if type(body).__name__ == "SerialsIssued")
    lines = [PRODUCT.to_body(), b'{"type":"PartyDescribed"}', stranger.to_body(), claimed.to_body(), SELF.to_body()]
    answer = world.post(f"{RECORDS}/validate", "garden", b"\n".join(lines))
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["accepted"], said["class"], said["refusal"]) == (False, "description", None)
    codes = [record["refusal"] and record["refusal"]["code"] for record in said["records"]]
    assert codes == [None, "BodyMemberMissing", "DescribedByAnother", "TypeHasItsOwnWay", None]
    assert [record["type"] for record in said["records"]][:3] == ["ProductDescribed", None, "PartyDescribed"]
    good = world.post(f"{RECORDS}/validate", "garden", PRODUCT.to_body()).json()
    assert good == {
        "accepted": True,
        "class": "description",
        "refusal": None,
        "records": [{"type": "ProductDescribed", "refusal": None}],
    }
    mixed = world.post(f"{RECORDS}/validate", "customs", PRODUCT.to_body()).json()
    assert (mixed["accepted"], mixed["class"], mixed["refusal"]["code"]) == (False, None, "ClassesMixed")
    assert world.get("/log/checkpoint").content == before


def test_the_description_for_programs_shows_both(world: TeaWorld) -> None:
    paths = world.get("/openapi.json").json()["paths"]
    content = paths[RECORDS]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}
    kinds = content["application/json"]["schema"]["properties"]["type"]["enum"]
    assert "RecallIssued" in kinds
    assert OTHER_WAYS.keys().isdisjoint(kinds)
    assert {"read", "wait"} <= {parameter["name"] for parameter in paths[RECORDS]["post"]["parameters"]}
    assert "post" in paths[f"{RECORDS}/validate"]
    assert json.dumps(paths)
