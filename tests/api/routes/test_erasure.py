"""Erasing over HTTP: who may, what is answered, and that nothing of what was erased is left in any file or answer."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.erasure.plan_erasure import plan_erasure
from ledger.actions.erasure.sign_elsewhere import NoteInTheMaking, draft_erasure
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.evidence.disclosure import Disclosure, format_base64url
from ledger.evidence.receipt import verify_receipt
from ledger.storage.position import Position
from tests.api.serving import listening, serving
from tests.api.tea_world import GTIN, TIN, TeaWorld, document, seen
from tests.trade.media.files import picture

MARKER = "Mei-Ling-Tan-4d1f9c0e"
EVENT_ID = f"urn:example:{MARKER}"
DISCLOSURE = Disclosure.of(bytes(range(16)), "ex:buyer", json.dumps(f"{MARKER} in person").encode())
PRODUCT = f"https://id.gs1.org/01/{GTIN}"


@contextmanager
def inside(world: TeaWorld) -> Iterator[Ledger]:
    """The same directory, opened by another program beside the server."""
    ledger = open_ledger(world.data, clock=world.clock)
    try:
        yield ledger
    finally:
        ledger.close()


def drafted(world: TeaWorld, position: Position, *, admit: bool = True) -> NoteInTheMaking:
    """The erasure of a record, signed by everybody whose keys the operator holds."""
    with inside(world) as ledger:
        if admit:
            admit_party(ledger, Admission("protector", ["data-protection"], "SG"))
        return draft_erasure(ledger, plan_erasure(ledger, position, "person-request"))


def erase(world: TeaWorld, position: Position, made: NoteInTheMaking) -> httpx.Response:
    parts = {"note": ("note", made.to_note()), "seed": ("seed", made.seed), "document": ("record.json", made.record)}
    return world.client.post(f"/records/{position.entry}/{position.place}/erasure", files=parts)


def told(world: TeaWorld) -> tuple[Position, Position, str]:
    """A document of an event that names a person and of one that does not; and the job that told of them."""
    personal = seen(eventID=EVENT_ID, **{"ex:note": f"for {MARKER}", "suyuan:_sd": [format_base64url(DISCLOSURE.digest)]})
    parts = {
        "document": ("document.json", json.dumps(document(personal, seen(at="2026-11-20T09:00:00+08:00"))).encode()),
        "disclosures": ("disclosures", json.dumps([DISCLOSURE.text]).encode()),
    }
    answer = world.client.post("/epcis/capture?wait=published", files=parts, headers=world.auth("factory"))
    assert answer.status_code == 202, answer.text
    first, second = (Position(*event["position"]) for event in answer.json()["events"])
    return first, second, answer.headers["location"]


def kept_picture(world: TeaWorld) -> tuple[bytes, Position]:
    """A picture, and the record that alone names it."""
    data = picture("PNG", width=97, height=61)
    file = world.client.post("/media", content=data, headers=world.auth("factory")).json()
    record = {
        "type": "MediaDescribed",
        "media": file["digest"],
        "mediaType": file["mediaType"],
        "size": file["size"],
        "about": PRODUCT,
        "origin": "captured",
    }
    answer = world.post("/records?read=public&wait=published", "factory", record, **{"Idempotency-Key": "picture-of-one-person"})
    assert answer.status_code == 201, answer.text
    return bytes.fromhex(file["digest"]), Position(answer.json()["entry"], 0)


def files_with(folder: Path, *needles: bytes) -> list[str]:
    return [
        f"{path.name}: {needle[:40]!r}"
        for path in folder.rglob("*")
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes()
    ]


def eventually_nowhere(folder: Path, *needles: bytes) -> None:
    """The server finishes what is left within a moment, once nobody reads an older view any more."""
    deadline = time.monotonic() + 20
    while found := files_with(folder, *needles):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def every_answer(world: TeaWorld, position: Position, job: str) -> dict[str, httpx.Response]:
    """All that tells of records, asked by the party that said them and by whoever holds the code."""
    item = TIN.removeprefix("https://id.gs1.org")
    at = f"{position.entry}/{position.place}"
    paths = {
        "record": f"/records/{at}",
        "disclosures": f"/records/{at}/disclosures",
        "receipt": f"/receipts/{at}",
        "bodies": f"/bodies/{position.entry}",
        "event": f"/epcis/events/{EVENT_ID}",
        "job": job,
        "jobs": "/epcis/capture",
        "trace": f"/trace?item={TIN}",
        "page": item,
        "json": f"{item}?linkType=all",
        "proof": f"{item}/proof",
    }
    asked = {name: world.get(path, "factory") for name, path in paths.items()}
    return asked | {f"{name} by code": world.get(path, Accept="text/html") for name, path in paths.items()}


def telling(answers: dict[str, httpx.Response]) -> list[str]:
    """Those that say anything of the person; that nobody knows the eventID one asks for may be said."""
    texts = {name: answer.text.replace(EVENT_ID, "") for name, answer in answers.items()}
    return [name for name, text in texts.items() if MARKER in text or DISCLOSURE.text in text]


def test_nothing_is_left_in_files_or_answers(world: TeaWorld) -> None:
    gone, stays, job = told(world)
    before = every_answer(world, gone, job)
    assert {name for name in ("record", "event", "bodies", "page") if MARKER in before[name].text} >= {
        "record",
        "event",
        "bodies",
    }
    assert json.loads(before["disclosures"].text)["disclosures"][0]["disclosure"] == DISCLOSURE.text
    needles = (MARKER.encode(), DISCLOSURE.text.encode())
    assert files_with(world.data, *needles)
    made = drafted(world, gone)
    with closing(sqlite3.connect(world.data / "ledger.sqlite", isolation_level=None)) as reader:
        # Somebody reads an older view all the while: its pages stay in the write-ahead log until it is gone.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM records").fetchone()
        answer = erase(world, gone, made)
        assert answer.status_code == 201, answer.text
        after = every_answer(world, gone, job)
        assert after["event"].status_code == 404
        assert telling(after) == []
        assert files_with(world.data, MARKER.encode())
    eventually_nowhere(world.data, *needles)
    assert after["record"].json()["code"] == "BodyErased"
    assert after["job"].status_code == 404
    assert world.get(f"/records/{stays.entry}/{stays.place}", "factory").status_code == 200
    again = erase(world, gone, made)
    assert (again.status_code, again.json()) == (200, answer.json())


def test_a_picture_that_only_the_erased_record_named_goes_too(world: TeaWorld) -> None:
    digest, position = kept_picture(world)
    path = world.data / "media" / digest.hex()[:2] / digest.hex()
    data = path.read_bytes()
    assert erase(world, position, drafted(world, position)).status_code == 201
    assert world.get(f"/media/{digest.hex()}").status_code == 404
    eventually_nowhere(world.data, data[40:104], digest, digest.hex().encode(), b"picture-of-one-person")
    assert not path.exists()
    with closing(sqlite3.connect(world.data / "ledger.sqlite")) as database:
        tables = ("media", "media_keepers", "media_thumbnails", "erased_media", "escrow_idempotency")
        assert [database.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables] == [(0,)] * 5


def test_a_picture_that_another_record_names_stays(world: TeaWorld) -> None:
    digest, position = kept_picture(world)
    record = json.loads(world.get(f"/records/{position.entry}/0").content)
    assert world.post("/records?read=public", "factory", {**record, "about": f"{PRODUCT}/10/L1"}).status_code == 201
    assert erase(world, position, drafted(world, position)).status_code == 201
    assert world.get(f"/media/{digest.hex()}").status_code == 200


def test_nothing_is_left_after_a_restart(world: TeaWorld, tmp_path: Path) -> None:
    gone, _, job = told(world)
    assert erase(world, gone, drafted(world, gone)).status_code == 201
    eventually_nowhere(world.data, MARKER.encode())
    with listening() as (bound, url):
        app = create_app(Settings(data=world.data, public_url=url), clock=world.clock)
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            there = TeaWorld(world.data, world.clock, client, url, world.keys, world.lab_key, world.first_entry)
            after = every_answer(there, gone, job.replace(world.url, url))
            assert telling(after) == []
    assert files_with(world.data, MARKER.encode(), DISCLOSURE.text.encode()) == []
    assert tmp_path


def test_neighbours_and_the_erased_record_are_proven(world: TeaWorld) -> None:
    gone, stays, _ = told(world)
    assert erase(world, gone, drafted(world, gone)).status_code == 201
    body = world.get(f"/records/{stays.entry}/{stays.place}", "factory").content
    beside = world.get(f"/receipts/{stays.entry}/{stays.place}", "factory").content
    assert verify_receipt(beside, body=body, policy=world.policy).body_available
    erased = world.get(f"/receipts/{gone.entry}/{gone.place}").content
    assert not verify_receipt(erased, body=None, policy=world.policy).body_available


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"signers": False}, 403, "SignatureLinesWrong"),
        ({"place": 1}, 422, "NotThisErasure"),
        ({"record": b'{"type":"LedgerClosed"}'}, 400, None),
        ({"record": b"no json"}, 400, None),
        ({"note": b"junk"}, 400, "NoteMalformed"),
        ({"seed": bytes(32)}, 403, "RootDiffers"),
    ],
)
def test_what_is_refused(world: TeaWorld, change: dict[str, Any], status: int, code: str | None) -> None:
    gone, _, _ = told(world)
    made = drafted(world, gone)
    note = made.to_note()
    if change.get("signers") is False:
        note = note.rstrip(b"\n").rpartition(b"\n")[0] + b"\n"
    parts = {
        "note": ("note", change.get("note", note)),
        "seed": ("seed", change.get("seed", made.seed)),
        "document": ("record.json", change.get("record", made.record)),
    }
    place = change.get("place", 0) + gone.place
    answer = world.client.post(f"/records/{gone.entry}/{place}/erasure", files=parts)
    assert answer.status_code in (status, 422), answer.text
    assert code is None or answer.json()["code"] == code
    assert world.get(f"/records/{gone.entry}/{gone.place}", "factory").status_code == 200


def test_a_stranger_in_the_place_of_data_protection_is_refused(world: TeaWorld) -> None:
    gone, _, _ = told(world)
    made = drafted(world, gone)
    with inside(world) as ledger:
        plan = plan_erasure(ledger, gone, "person-request")
        (issuer, protector) = plan.ways[0]
        swapped = draft_erasure(ledger, type(plan)(plan.body, plan.record, ((issuer, _with(protector, ledger)),), 0, 0, 0))
    answer = erase(world, gone, swapped)
    assert (answer.status_code, answer.json()["code"]) == (403, "SignersInsufficient")
    assert "data-protection" in answer.json()["seen"] or "data-protection" in answer.json()["wanted"]
    assert erase(world, gone, made).status_code == 201
    late = drafted(world, Position(gone.entry, gone.place + 1), admit=False)
    assert erase(world, gone, late).json()["code"] == "NotThisErasure"


def _with(seat: Any, ledger: Ledger) -> Any:
    shop = next(party for party in ledger.state().parties if party.endswith("/shop"))
    return type(seat)(seat.seat, 1, (shop,), (shop,))


def test_only_multipart_and_only_a_record_that_is_there(world: TeaWorld) -> None:
    assert (
        world.client.post("/records/3/0/erasure", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    )
    gone, _, _ = told(world)
    made = drafted(world, gone)
    nowhere = NoteInTheMaking(made.record, made.seed, made.batch, made.lines)
    assert erase(world, Position(10_000, 0), nowhere).status_code == 422
