"""Feeds of recalls: of everything and of one thing, through whatever it was made of; well-formed whatever the texts say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.demo_world.build import build_demo_world
from ledger.actions.demo_world.scenes.recalled_lot import RECALLED_LEAVES, RECALLED_TIN, SIBLING_TIN
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.evidence.authority import ReadRule
from ledger.evidence.instant import Instant, parse_instant
from ledger.storage.position import Position
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.shapes.address import Address
from tests.api.conftest import Founded
from tests.api.serving import listening, serving
from tests.api.tea_world import GTIN, LEAF, TeaWorld, document, made, picked

ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = f"/01/{GTIN}/21/T1"
HOSTILE = "]]></content><script>alert(1)</script> &xxe; %s {0} \u0627\u0644\u0631"
RECALLED_AT = parse_instant("2026-11-21T01:00:00.000Z")


class Authority:
    """An authority that the operator signs for, and what it says."""

    def __init__(self, ledger: Ledger, name: str = "food-office") -> None:
        self.ledger = ledger
        self.name = admit_party(ledger, Admission(name, ["authority"], "SG", label="Food & Health <Office>")).party

    def recall(self, *subjects: str, reason: str = "Too much lead.", read: ReadRule = ReadRule.PUBLIC) -> Position:
        words = (Words("en", reason), Words("zh-Hant", "鉛含量過高。"))
        body = RecallIssued(RECALLED_AT, subjects, "safety", "return", words, contact="+65 5550 0118")
        return self._say(body, read)

    def lift(self, recall: Position, reason: str = "Tested again: in order.") -> Position:
        return self._say(RecallEnded(Address(self.ledger.origin, *recall), (Words("en", reason),)), ReadRule.PUBLIC)

    def _say(self, body: RecallIssued | RecallEnded, read: ReadRule) -> Position:
        written = submit_held(self.ledger, [body.to_body()], issuer=self.name, queue=OwnTurn(self.ledger), read=read)
        return Position(written.entry, 0)


@pytest.fixture
def authority(world: TeaWorld) -> Iterator[Authority]:
    ledger = open_ledger(world.data, clock=world.clock)
    yield Authority(ledger)
    ledger.close()


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made()))
    return world


def atom_of(content: bytes) -> Any:
    """Parse Atom with a parser that knows no entities beyond XML's own and refuses every declaration."""
    root: list[tuple[str, dict[str, str], list[Any], list[str]]] = [("", {}, [], [])]
    stack = [root[0]]
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> None:
        raise AssertionError("a document type in a feed")

    def start(name: str, attributes: dict[str, str]) -> None:
        element = (name.rpartition("}")[2], attributes, [], [])
        stack[-1][2].append(element)
        stack.append(element)

    def characters(text: str) -> None:
        stack[-1][3].append(text)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = characters
    parser.Parse(content, True)
    return root[0][2][0]


def inside(element: Any, name: str) -> list[Any]:
    return [child for child in element[2] if child[0] == name]


def text_in(element: Any, name: str) -> str:
    return "".join(inside(element, name)[0][3])


def test_without_recalls_both_feeds_are_empty_and_valid(world: TeaWorld) -> None:
    answer = world.get("/recalls.json")
    assert answer.headers["Content-Type"] == "application/feed+json"
    body = answer.json()
    assert (body["version"], body["items"]) == ("https://jsonfeed.org/version/1.1", [])
    feed = atom_of(world.get("/recalls.atom").content)
    assert feed[0] == "feed"
    assert inside(feed, "entry") == []
    assert text_in(feed, "updated").endswith("Z")


def test_a_recall_says_who_why_and_what_to_do(world: TeaWorld, authority: Authority) -> None:
    position = authority.recall(LEAF)
    (item,) = world.get("/recalls.json").json()["items"]
    assert item["id"] == f"https://ledger.example/main/records/{position.entry}/{position.place}"
    assert item["title"] == "Recalled: take it back to the shop (Product 09521234000020 · Lot PICK1)"
    assert item["url"] == f"{world.url}/01/09521234000020/10/PICK1"
    for said in ("Safety: Too much lead.", "Food & Health <Office>", "Singapore", "21 Nov 2026", "+65 5550 0118"):
        assert said in item["content_text"], item["content_text"]
    own = item["_suyuan"]
    assert own["stands"] is True
    assert own["ended"] is None
    assert own["recall"]["reason"] == [
        {"language": "en", "text": "Too much lead."},
        {"language": "zh-Hant", "text": "鉛含量過高。"},
    ]
    assert own["issuer"]["roles"] == ["authority"]


@pytest.mark.parametrize(("tag", "says"), [("zh-Hant", "鉛含量過高。"), ("zh-Hans", "鉛含量過高。"), ("en", "Too much lead.")])
def test_it_speaks_the_language_of_its_reader(world: TeaWorld, authority: Authority, tag: str, says: str) -> None:
    authority.recall(LEAF)
    asked = world.get(f"/recalls.json?lang={tag}")
    assert asked.json()["language"] == tag == asked.headers["Content-Language"]
    assert says in asked.json()["items"][0]["content_text"]
    assert asked.json()["feed_url"].endswith(f"/recalls.json?lang={tag}")
    assert world.get("/recalls.json", **{"Accept-Language": tag}).json()["language"] == tag


def test_a_lifted_recall_stays_and_says_who_lifted_it(world: TeaWorld, authority: Authority) -> None:
    position = authority.recall(LEAF)
    before = world.get("/recalls.json").json()["items"][0]
    lifted = authority.lift(position)
    (item,) = world.get("/recalls.json").json()["items"]
    assert item["id"] == before["id"]
    assert item["title"].startswith("No longer recalled: ")
    assert item["content_text"].startswith("Lifted by Food & Health <Office>, ")
    assert "Tested again: in order." in item["content_text"]
    assert item["_suyuan"]["stands"] is False
    assert item["_suyuan"]["ended"]["record"].endswith(f"/{lifted.entry}/0")
    assert item["date_modified"] > item["date_published"]


def test_the_newest_comes_first_and_pages_go_back_to_the_first(
    world: TeaWorld, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [authority.recall(LEAF, reason=f"Number {number}.") for number in range(53)]
    authority.lift(said[0])
    titles: list[str] = []
    path: str | None = "/recalls.json"
    pages = 0
    while path is not None:
        body = world.get(path).json()
        titles += [item["id"].rsplit("/", 2)[1] for item in body["items"]]
        path, pages = body.get("next_url"), pages + 1
    assert titles == [str(position.entry) for position in reversed(said)]
    assert pages == 2
    last = world.get(f"/recalls.json?before={said[1].entry}-0").json()
    assert [item["_suyuan"]["stands"] for item in last["items"]] == [False]


@pytest.mark.parametrize("before", ["", "x", "1", "1-", "-1-1", "1-2-3", "9" * 40 + "-1", "1-1%00"])
def test_a_wrong_place_to_go_on_from_is_refused(world: TeaWorld, before: str) -> None:
    assert world.get(f"/recalls.json?before={before}").status_code == 400


def test_nothing_new_costs_no_bytes(world: TeaWorld, authority: Authority) -> None:
    position = authority.recall(LEAF)
    for path in ("/recalls.json", "/recalls.atom", "/recalls/01/09521234000020/10/PICK1.atom"):
        first = world.get(path)
        again = world.get(path, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert first.headers["Cache-Control"] == "public, no-cache"
        assert "Accept-Language" in first.headers["Vary"]
        assert world.get(path, **{"If-None-Match": first.headers["ETag"], "Accept-Language": "zh"}).status_code == 200
    authority.lift(position)
    assert world.get("/recalls.json", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_recall_of_leaves_is_in_the_feed_of_the_tin(traded: TeaWorld, authority: Authority) -> None:
    path = f"/recalls{PAGE}.json"
    assert traded.get(path).json()["items"] == []
    position = authority.recall(LEAF)
    (item,) = traded.get(path).json()["items"]
    assert item["url"] == traded.url + PAGE
    assert item["_suyuan"]["through"] == [LEAF]
    authority.recall(f"https://id.gs1.org/01/{GTIN}", reason="All of it.")
    assert [item["_suyuan"]["through"] for item in traded.get(path).json()["items"]] == [
        [f"https://id.gs1.org/01/{GTIN}"],
        [LEAF],
    ]
    authority.lift(position)
    assert [item["_suyuan"]["stands"] for item in traded.get(path).json()["items"]] == [True, False]
    assert len(traded.get("/recalls.json").json()["items"]) == 2


def test_what_is_not_public_is_in_no_public_feed(traded: TeaWorld, authority: Authority) -> None:
    authority.recall(LEAF, read=ReadRule.PARTIES)
    assert traded.get("/recalls.json").json()["items"] == []
    assert traded.get(f"/recalls{PAGE}.json").json()["items"] == []
    authority.recall(LEAF, read=ReadRule.CODE)
    assert traded.get("/recalls.json").json()["items"] == []
    assert len(traded.get(f"/recalls{PAGE}.json").json()["items"]) == 1


def test_a_feed_of_nothing_known_is_none(world: TeaWorld) -> None:
    for path, status in (
        (f"/recalls/01/{GTIN}/21/nobody.json", 404),
        ("/recalls/01/123.json", 422),
        ("/recalls/nonsense.json", 400),
        (f"/recalls/01/{GTIN}.html", 404),
        ("/recalls.txt", 404),
    ):
        answer = world.get(path)
        assert answer.status_code == status, path
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_serial_with_a_dot_is_not_cut(traded: TeaWorld, authority: Authority) -> None:
    authority.recall(LEAF)
    assert traded.get(f"/recalls/01/{GTIN}/21/T1.json.json").status_code == 404
    assert traded.get(f"/recalls/01/{GTIN}/21/T1.json").status_code == 200


def test_atom_is_well_formed_whatever_the_texts_say(traded: TeaWorld, authority: Authority) -> None:
    position = authority.recall(LEAF, reason=HOSTILE)
    authority.lift(authority.recall(LEAF, reason="<b>"), reason="&amp; <!-- ]]>")
    for path in ("/recalls.atom", f"/recalls{PAGE}.atom"):
        answer = traded.get(path)
        assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert b"<script" not in answer.content
        feed = atom_of(answer.content)
        entries = inside(feed, "entry")
        assert [text_in(entry, "id").rsplit("/", 2)[1] for entry in entries] == [str(position.entry + 1), str(position.entry)]
        assert HOSTILE in text_in(entries[1], "content")
        assert "&amp; <!-- ]]>" in text_in(entries[0], "content")
        assert text_in(inside(entries[0], "author")[0], "name") == "Food & Health <Office>"
        for entry in entries:
            assert {"id", "title", "updated", "author", "link", "content"} <= {child[0] for child in entry[2]}
        links = {link[1]["rel"]: link[1]["href"] for link in inside(feed, "link")}
        assert links["self"] == traded.url + path


def test_both_forms_say_the_same(traded: TeaWorld, authority: Authority) -> None:
    authority.recall(LEAF, reason=HOSTILE)
    item = traded.get("/recalls.json").json()["items"][0]
    entry = inside(atom_of(traded.get("/recalls.atom").content), "entry")[0]
    assert (text_in(entry, "id"), text_in(entry, "title"), text_in(entry, "content")) == (
        item["id"],
        item["title"],
        item["content_text"],
    )


def test_recalls_are_found_by_their_index(world: TeaWorld, authority: Authority) -> None:
    authority.recall(LEAF)
    with sqlite3.connect(world.data / "ledger.sqlite") as database:
        question = "SELECT entry FROM batches WHERE record_class = 'recall' AND entry <= 9 ORDER BY entry DESC"
        (plan,) = database.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
    assert "ix_batches_recall" in plan[-1]


def test_damaged_recalls_are_passed_over(world: TeaWorld, authority: Authority) -> None:
    kept, spoilt = authority.recall(LEAF, reason="Kept."), authority.recall(LEAF, reason="Spoilt.")
    with sqlite3.connect(world.data / "ledger.sqlite") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE records SET body = ? WHERE position = ?", (b"no JSON", spoilt.entry << 14))
    (item,) = world.get("/recalls.json").json()["items"]
    assert item["id"].endswith(f"/{kept.entry}/0")


@contextmanager
def demo(data: Path) -> Iterator[httpx.Client]:
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0))
        with serving(app, bound), httpx.Client(base_url=url, timeout=60) as client:
            yield client


def test_in_the_demonstration_the_called_back_tin_has_news_and_its_sibling_none(tmp_path: Path, founded: Founded) -> None:
    world = build_demo_world(tmp_path / "demo", clock=lambda: Instant(1_790_000_000_000))
    assert world.events
    with demo(world.data) as client:
        path = RECALLED_TIN.removeprefix("https://id.gs1.org")
        (item,) = client.get(f"/recalls{path}.json", params={"lang": "zh-Hant"}).json()["items"]
        assert item["title"].startswith("已召回：請退回商店")
        assert "9 號茶園的鮮葉農藥殘留超標" in item["content_text"]
        assert item["_suyuan"]["through"] == [RECALLED_LEAVES]
        assert client.get(f"/recalls{SIBLING_TIN.removeprefix('https://id.gs1.org')}.json").json()["items"] == []
        assert len(client.get("/recalls.json").json()["items"]) == 1
