"""Withheld fields and padding over HTTP: what is disclosed belongs to its batch, and is opened for whom its rules let in."""

from __future__ import annotations

import json
from collections.abc import Sequence

import httpx
import pytest

from ledger.evidence.disclosure import Disclosure, format_base64url
from ledger.evidence.receipt import verify_receipt
from tests.api.tea_world import TIN, TeaWorld, document, seen

OPEN = Disclosure.of(bytes(range(16)), "ex:buyer", b'"Mei Ling"')
DEEP = Disclosure.of(bytes(range(1, 17)), "ex:harvest", b'{"field":7,"yield":1.50}')
STRANGE = Disclosure.of(bytes(range(2, 18)), "ex:other", b"1")


def digest(disclosure: Disclosure) -> str:
    return format_base64url(disclosure.digest)


def personal() -> dict[str, object]:
    return seen(eventID="urn:example:withheld", **{"suyuan:_sd": [digest(OPEN)], "ex:more": {"suyuan:_sd": [digest(DEEP)]}})


def post(
    world: TeaWorld, given: Sequence[str] | str, *, read: str = "code", query: str = "", name: str = "factory"
) -> httpx.Response:
    parts = {
        "document": ("document.json", json.dumps(document(seen(at="2026-11-20T07:00:00+08:00"), personal())).encode()),
        "disclosures": ("disclosures", (given if isinstance(given, str) else json.dumps(given)).encode()),
    }
    return world.client.post(f"/epcis/capture?wait=published&read={read}{query}", files=parts, headers=world.auth(name))


def at(answer: httpx.Response, event: int = 1) -> str:
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert job["success"], job
    return "/".join(map(str, job["events"][event]["position"]))


def test_what_was_disclosed_is_read_back_and_opens_its_digest(world: TeaWorld) -> None:
    position = at(post(world, [OPEN.text, DEEP.text]))
    told = world.get(f"/records/{position}/disclosures", "factory").json()["disclosures"]
    assert told == [
        {"digest": digest(OPEN), "disclosure": OPEN.text, "erased": None},
        {"digest": digest(DEEP), "disclosure": DEEP.text, "erased": None},
    ]
    assert OPEN.text not in world.get(f"/records/{position}", "factory").text
    other = world.get(f"/records/{position.rpartition('/')[0]}/1/disclosures", "factory").json()
    assert other == {"disclosures": []}


@pytest.mark.parametrize(
    ("read", "reader", "query", "status"),
    [
        ("public", None, "", 403),
        ("public", "shop", "", 403),
        ("public", None, f"?item={TIN}", 200),
        ("public", "customs", "", 200),
        ("public", "factory", "", 200),
        ("code", None, "", 403),
        ("code", "shop", "", 403),
        ("code", None, f"?item={TIN}", 200),
        ("parties", None, f"?item={TIN}", 403),
        ("parties", "shop", "", 403),
        ("parties", "customs", "", 200),
    ],
)
def test_withheld_fields_are_for_whom_the_rules_let_in(
    world: TeaWorld, read: str, reader: str | None, query: str, status: int
) -> None:
    position = at(post(world, [OPEN.text], read=read))
    assert world.get(f"/records/{position}/disclosures{query}", reader).status_code == status


def test_no_page_shows_what_was_withheld(world: TeaWorld) -> None:
    at(post(world, [OPEN.text, DEEP.text], read="public"))
    item = TIN.removeprefix("https://id.gs1.org")
    for path in (item, f"{item}?linkType=all", f"{item}/proof", f"/trace?item={TIN}"):
        page = world.get(path, Accept="text/html")
        assert "Mei Ling" not in page.text
        assert OPEN.text not in page.text
    assert world.get(item, Accept="text/html").status_code == 200


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ([STRANGE.text], 422, "DisclosureUnmatched"),
        ([OPEN.text, OPEN.text], 422, "DisclosureMalformed"),
        (["junk"], 422, None),
        ("{}", 422, "DisclosureMalformed"),
        ("[", 400, "JsonMalformed"),
        (json.dumps([f"x{number}" for number in range(1_001)]), 413, "DisclosuresTooMany"),
        ("[" + " " * (5 << 20) + "]", 413, "PartTooLarge"),
    ],
)
def test_what_belongs_to_nothing_is_refused_and_nothing_is_written(
    world: TeaWorld, given: Sequence[str] | str, status: int, code: str | None
) -> None:
    answer = post(world, given)
    assert answer.status_code in (status, 400), answer.text
    assert code is None or answer.json()["code"] == code
    assert world.get("/epcis/events/urn:example:withheld", "factory").status_code == 404


def test_an_own_note_takes_disclosures_too(world: TeaWorld) -> None:
    parts = world.signed_parts(json.dumps(document(personal())).encode())
    files = {**parts, "disclosures": ("disclosures", json.dumps([OPEN.text]).encode())}
    answer = world.client.post("/epcis/capture", files=files)
    position = at(answer, 0)
    kept = world.get(f"/records/{position}/disclosures", "lab").json()["disclosures"]
    assert [one["disclosure"] for one in kept] == [OPEN.text]


def test_a_single_event_is_disclosed_alike(world: TeaWorld) -> None:
    event = {"@context": document()["@context"], **personal()}
    files = {"document": ("event", json.dumps(event).encode()), "disclosures": ("disclosures", json.dumps([DEEP.text]).encode())}
    answer = world.client.post("/epcis/events", files=files, headers=world.auth("factory"))
    assert answer.status_code == 201, answer.text
    position = "/".join(map(str, answer.json()["position"]))
    assert world.get(f"/records/{position}/disclosures", "factory").json()["disclosures"][0]["digest"] == digest(DEEP)


def test_a_repeated_document_needs_no_second_disclosure(world: TeaWorld) -> None:
    first, again = post(world, [OPEN.text]), post(world, [OPEN.text])
    assert at(first) == at(again)
    assert len(world.get(f"/records/{at(first)}/disclosures", "factory").json()["disclosures"]) == 1


def test_a_part_of_another_name_or_no_key_is_refused(world: TeaWorld) -> None:
    document_part = ("document.json", json.dumps(document(personal())).encode())
    alone = world.client.post("/epcis/capture", files={"document": document_part, "disclosures": ("d", b"[]")})
    assert alone.json()["code"] == "MultipartMalformed"
    files = {"document": document_part, "secrets": ("s", b"[]")}
    assert world.client.post("/epcis/capture", files=files, headers=world.auth("factory")).json()["code"] == "MultipartMalformed"


# Padding


def test_padding_hides_how_much_is_said_and_is_proven_like_anything(world: TeaWorld) -> None:
    position = at(post(world, [], query="&padTo=9"))
    entry = position.partition("/")[0]
    padding = world.get(f"/records/{entry}/8", "factory")
    assert (padding.status_code, padding.content, padding.headers["suyuan-verdict"]) == (200, b"", "padding")
    assert world.get(f"/records/{entry}/9", "factory").status_code == 404
    verdict = verify_receipt(world.get(f"/receipts/{entry}/8", "factory").content, body=b"", policy=world.policy)
    assert (verdict.is_padding, verdict.body_available) == (True, True)
    assert "suyuan-verdict" not in world.get(f"/records/{position}", "factory").headers


@pytest.mark.parametrize(
    ("pad_to", "status", "code"), [("2", 409, "PaddingTooFew"), ("x", 400, None), ("-1", 400, None), ("10002", 400, None)]
)
def test_padding_has_its_limits(world: TeaWorld, pad_to: str, status: int, code: str | None) -> None:
    answer = world.post(f"/epcis/capture?padTo={pad_to}", "factory", document(seen(), seen(at="2026-11-20T09:00:00+08:00")))
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


def test_a_single_event_is_padded_alike(world: TeaWorld) -> None:
    event = {"@context": document()["@context"], **seen()}
    answer = world.post("/epcis/events?padTo=4&wait=published", "factory", event)
    assert answer.status_code == 201, answer.text
    entry = answer.json()["position"][0]
    assert len(world.get(f"/log/commitments/{entry}").content) == 4 * 32
