"""The three waits over HTTP: what each answers, hundreds who wait at once, and a quorum that is not met."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from ledger.actions.log.witnesses.choose_witnesses import add_witness
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.evidence.checkpoint import open_checkpoint
from ledger.evidence.merkle import root_at
from ledger.evidence.receipt import verify_receipt
from ledger.evidence.spelling import format_base64
from ledger.storage.database import reading
from ledger.storage.tiles import tree_reader
from tests.actions.log.witnesses.honest_witness import Answer, HonestWitness, serving
from tests.api.tea_world import TIN, TeaWorld, document, seen
from tests.documents import bare

CLIENTS = 256


@pytest.fixture
def inside(world: TeaWorld) -> Iterator[Ledger]:
    """The same data directory, opened by another process as it were."""
    ledger = open_ledger(world.data, clock=world.clock)
    yield ledger
    ledger.close()


@contextmanager
def witnessed(inside: Ledger, witness: HonestWitness) -> Iterator[HonestWitness]:
    """A witness that the ledger's policy asks for."""
    with serving(witness):
        add_witness(inside, witness.keys[0].verifier, witness.url, name=witness.name, quorum=None)
        yield witness


def check_of(world: TeaWorld, name: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in world.get("/readyz").json()["checks"] if one["name"] == name)
    return found


def witness_of(world: TeaWorld, name: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in world.get("/readyz").json()["witnesses"] if one["name"] == name)
    return found


def test_sequenced_says_no_more_than_the_position(world: TeaWorld) -> None:
    for answer in (
        world.post("/epcis/events", "shop", bare(1)),
        world.post("/epcis/events?wait=sequenced", "shop", bare(2)),
        world.post("/epcis/capture?wait=sequenced", "shop", document(seen())),
    ):
        assert answer.is_success
        assert not [name for name in answer.headers if name.startswith("suyuan-")]


@pytest.mark.parametrize(("path", "body"), [("/epcis/events", bare(1)), ("/epcis/capture", document(seen(), seen(TIN + "2")))])
def test_integrated_says_which_tree_holds_the_entry(world: TeaWorld, inside: Ledger, path: str, body: object) -> None:
    answer = world.post(f"{path}?wait=integrated", "shop", body)
    assert answer.is_success
    said = answer.json()
    entry = (said["position"] if "position" in said else said["events"][-1]["position"])[0]
    size, root = answer.headers["Suyuan-Tree"].split(" ")
    assert int(size) > entry
    with reading(inside.engine) as connection:
        assert root == format_base64(root_at(size=int(size), read=tree_reader(connection, int(size))))


def test_published_says_which_checkpoint_and_nothing_of_witnesses_that_nobody_asks_for(world: TeaWorld) -> None:
    answer = world.post("/epcis/events?wait=published", "shop", bare(1))
    note = world.get(f"/log/checkpoints/{answer.headers['Suyuan-Checkpoint']}").content
    checkpoint, _ = open_checkpoint(note, origin=world.policy.origin, log_keys=world.policy.log_keys)
    assert checkpoint.size > answer.json()["position"][0]
    assert "Suyuan-Witnessed" not in answer.headers


def test_an_unknown_wait_is_refused(world: TeaWorld) -> None:
    assert world.post("/epcis/events?wait=forever", "shop", bare(1)).status_code == 400


def test_a_document_of_nothing_waits_for_nothing(world: TeaWorld) -> None:
    wrong = seen(TIN, step="no such step")
    answer = world.post("/epcis/capture?wait=published", "shop", document(wrong))
    assert (answer.status_code, answer.json()["success"]) == (202, False)
    assert "Suyuan-Checkpoint" not in answer.headers


def test_hundreds_who_wait_for_a_witness_hold_up_nobody_else(world: TeaWorld, inside: Ledger) -> None:
    release = threading.Event()

    def stall(witness: HonestWitness, path: str, body: bytes) -> Answer | None:
        release.wait(60)
        return None

    async def post_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=CLIENTS)
        async with httpx.AsyncClient(base_url=world.url, timeout=120, limits=limits, headers=world.auth("shop")) as client:
            posts = (client.post("/epcis/events?wait=published", json=_bare_json(number)) for number in range(CLIENTS))
            posting = asyncio.gather(*posts)
            while inside.head().size < before + CLIENTS:
                await asyncio.sleep(0.05)
            answers = [await asyncio.to_thread(world.get, path) for path in ("/healthz", "/readyz", "/log/checkpoint")]
            answers.append(await asyncio.to_thread(world.post, "/epcis/events", "shop", bare(10_000)))
            assert [answer.status_code for answer in answers[:1] + answers[2:]] == [200, 200, 201]
            release.set()
            return await posting

    with witnessed(inside, HonestWitness("w1", twist=stall)) as witness:
        before = inside.head().size
        answers = asyncio.run(post_all())
        release.set()
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.headers["Suyuan-Witnessed"] for answer in answers} == {"yes"}
    entries = {answer.json()["position"][0] for answer in answers}
    assert len(entries) == CLIENTS
    assert all(int(answer.headers["Suyuan-Checkpoint"]) > answer.json()["position"][0] for answer in answers)
    receipt = world.get(f"/receipts/{max(entries)}/0", "shop")
    body = world.get(f"/records/{max(entries)}/0", "shop").content
    verdict = verify_receipt(receipt.content, body=body, policy=world.policy)
    assert [name for name, _ in verdict.opened.cosigners] == ["w1"]
    assert witness.last


def _bare_json(number: int) -> dict[str, object]:
    return {"@context": document()["@context"], **seen(f"{TIN}{number}")}


def test_readiness_tells_who_cosigned_and_who_is_left_alone_and_why(world: TeaWorld, inside: Ledger) -> None:
    assert check_of(world, "witnesses") == {"name": "witnesses", "ok": True, "message": "none is asked for", "code": None}
    down: set[str] = set()

    def twist(witness: HonestWitness, path: str, body: bytes) -> Answer | None:
        return (500, b"") if witness.name in down else None

    with witnessed(inside, HonestWitness("w1", twist=twist)), witnessed(inside, HonestWitness("w2", twist=twist)):
        assert world.post("/epcis/events?wait=published", "shop", bare(1)).headers["Suyuan-Witnessed"] == "yes"
        said = check_of(world, "witnesses")
        assert said["ok"] is True
        cosigned = witness_of(world, "w2")
        assert str(cosigned.pop("message")).startswith(f"cosigned {cosigned['size']} entries at ")
        assert str(cosigned.pop("time")).endswith("Z")
        assert cosigned == {"name": "w2", "ok": True, "code": None, "size": inside.head().size, "waitsSeconds": 0}
        assert "met its quorum" in str(said["message"])
        assert world.get("/readyz").json()["notes"] == []

        down.add("w2")
        before = world.get("/log/checkpoint").content
        taken = world.post("/epcis/events", "shop", bare(2))
        assert taken.status_code == 201  # what is sequenced is durable, whatever the witnesses do
        said = _until_red(world)
        assert (said["ok"], said["code"]) == (False, "CheckpointUnwitnessed")
        assert "1 of 2 fail" in str(said["message"])
        failing = witness_of(world, "w2")
        assert (failing["ok"], failing["code"]) == (False, "WitnessFailed")
        assert witness_of(world, "w1")["ok"] is True
        assert world.get("/log/checkpoint").content == before
        assert [one["name"] for one in world.get("/readyz").json()["checks"] if not one["ok"]] == ["witnesses"]

        down.clear()
        again = world.post("/epcis/events?wait=published", "shop", bare(2))
        assert again.headers["Suyuan-Witnessed"] == "yes"
        assert world.get("/readyz").status_code == 200


def _until_red(world: TeaWorld) -> dict[str, object]:
    for _ in range(200):
        said = check_of(world, "witnesses")
        if not said["ok"]:
            return said
        threading.Event().wait(0.05)
    raise AssertionError(said)


def test_a_clock_that_the_witnesses_contradict_stops_capture(world: TeaWorld, inside: Ledger) -> None:
    witness = HonestWitness("w1", clock=lambda: world.clock() // 1_000)
    with witnessed(inside, witness):
        assert world.post("/epcis/events?wait=published", "shop", bare(1)).is_success
        witness.clock = lambda: world.clock() // 1_000 + 300
        assert world.post("/epcis/events", "shop", bare(2)).is_success
        _until_red(world)
        refused = world.post("/epcis/events", "shop", bare(3))
        assert (refused.status_code, refused.json()["code"]) == (503, "ClockDoubted")
        witness.clock = lambda: world.clock() // 1_000
        for _ in range(200):
            if world.post("/epcis/events", "shop", bare(3)).is_success:
                return
            threading.Event().wait(0.05)
        raise AssertionError("the clock is doubted for ever")
