"""The proof to keep over HTTP: a page to download that runs its own script and nothing else, or the bare data."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import partial
from urllib.parse import quote

import pytest

from api.pages.proof_rendering import SCRIPT_PARTS
from api.pages.words import LANGUAGES, LOCALE_FOLDER
from ledger.evidence.authority import MAY_SIGN, TYPES
from ledger.evidence.proof_file import ProofFile, proof_in_page
from ledger.evidence.proof_verdict import ProofVerdict, verify_proof
from ledger.trade.named import names_item
from tests.api.tea_world import CASE, GTIN, TIN, TeaWorld, document, made, packed, picked, seen

PAGE = f"/proof/01/{GTIN}/21/T1"
HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>"


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made(), packed(), seen(CASE, step="shipping", at="2026-11-19T12:00:00+08:00")))
    return world


def judged(world: TeaWorld, data: bytes) -> ProofVerdict:
    proof = ProofFile.parse(data)
    return verify_proof(proof, names=partial(names_item, item=proof.item), policy=world.policy)


def elements(page: str, kind: str) -> list[str]:
    return re.findall(rf"<{kind}[^>]*>(.*?)</{kind}>", page, re.DOTALL)


def test_the_item_page_leads_to_it(traded: TeaWorld) -> None:
    (link,) = re.findall(r'href="(/proof/[^"]+)"', traded.get(f"/01/{GTIN}/21/T1").text)
    assert html.unescape(link) == PAGE
    assert traded.get(link).status_code == 200


def test_the_data_holds_under_the_ledgers_policy(traded: TeaWorld) -> None:
    answer = traded.get(f"{PAGE}.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="proof-{GTIN}-T1.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    verdict = judged(traded, answer.content)
    assert (verdict.holds, verdict.complete, len(verdict.records)) == (True, True, 4)
    assert verdict.file.item == TIN
    other = traded.get(PAGE, Accept="application/json")
    assert json.loads(other.content) | {"made": ""} == answer.json() | {"made": ""}
    assert traded.get(PAGE, Accept="image/png").status_code == 406


def test_the_page_carries_the_same_and_is_to_be_kept(traded: TeaWorld) -> None:
    answer = traded.get(PAGE, Accept="text/html")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="proof-{GTIN}-T1.html"'
    assert answer.headers["Cache-Control"] == "no-store"
    vary = {name.strip() for name in answer.headers["Vary"].split(",")}
    assert {"Accept", "Accept-Language", "Authorization", "X-Api-Key"} <= vary
    assert judged(traded, proof_in_page(answer.content)).complete
    assert f'href="{traded.url}/01/{GTIN}/21/T1"' in answer.text
    assert f"suyuan verify proof-{GTIN}-T1.html" in answer.text


def test_nothing_but_its_own_script_and_style_may_run(traded: TeaWorld) -> None:
    answer = traded.get(PAGE, Accept="text/html")
    policy = html.unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', answer.text)[0])
    assert answer.headers["Content-Security-Policy"] == policy
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert (directives["default-src"], directives["connect-src"]) == ("'none'", "'none'")
    assert directives["require-trusted-types-for"] == "'script'"
    for kind, name in (("script", "script-src"), ("style", "style-src")):
        whole = elements(answer.text, kind)[-1]
        digest = base64.b64encode(hashlib.sha256(whole.encode()).digest()).decode()
        assert directives[name] == f"'sha256-{digest}'"
    assert re.findall(r"<(?:link|img|iframe|form|base|object)\b", answer.text) == []
    assert re.findall(r'\bsrc="', answer.text) == []


def test_the_verifier_is_small_and_asks_nobody() -> None:
    folder = LOCALE_FOLDER.parent
    parts = [(folder / part).read_text(encoding="utf-8") for part in SCRIPT_PARTS]
    assert {path.relative_to(folder).as_posix() for path in folder.glob("proof/*.js")} | {"proof_verifier.js"} == set(
        SCRIPT_PARTS
    )
    assert sum(len(part.encode()) for part in parts) <= 40 << 10
    assert all(part.startswith("// ") and part.count("\n") <= 300 for part in parts)
    banned = (
        r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|import|eval|Function"
        r"|innerHTML|outerHTML|document\.write|insertAdjacentHTML|localStorage|cookie)\b"
    )
    assert [found for part in parts for found in re.findall(banned, part)] == []


def test_its_tables_are_those_of_the_ledger(traded: TeaWorld) -> None:
    tables = json.loads(elements(traded.get(PAGE, Accept="text/html").text, "script")[1])
    assert {role: set(classes) for role, classes in tables["maySign"].items()} == dict(MAY_SIGN)
    assert {klass: set(types) for klass, types in tables["types"].items()} == dict(TYPES)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_it_speaks_the_readers_language(traded: TeaWorld, tag: str) -> None:
    answer = traded.get(PAGE, **{"Accept": "text/html", "Accept-Language": tag})
    assert f'<html lang="{tag}">' in answer.text
    words = json.loads(elements(answer.text, "script")[0])["texts"]
    said = {"en": "Proof to keep", "zh-Hans": "可保存的证明", "zh-Hant": "可保存的證明"}
    assert words["title"] == [said[tag]]
    assert f"<h1>{said[tag]}</h1>" in answer.text
    asked = {key for part in SCRIPT_PARTS for key in re.findall(r'\bsay\("([\w.]+)"', (LOCALE_FOLDER.parent / part).read_text())}
    assert asked <= set(words)
    assert len(asked) > 20


def test_what_a_record_holds_never_becomes_markup(world: TeaWorld) -> None:
    world.captured("factory", document(made(**{"ex:note": HOSTILE})))
    answer = world.get(PAGE, Accept="text/html")
    assert HOSTILE not in answer.text
    assert "alert(1)" not in answer.text
    assert len(elements(answer.text, "script")) == 4
    assert HOSTILE.encode() in judged(world, proof_in_page(answer.content)).file.records[0].body


@pytest.mark.parametrize("serial", ['A"><b>', "a/b", "%3C", "..a", "x.json"])
def test_an_odd_serial_number_is_no_markup_and_no_path(world: TeaWorld, serial: str) -> None:
    tin = f"https://id.gs1.org/01/{GTIN}/21/{quote(serial, safe='')}"
    world.captured("factory", document(seen(tin)))
    path = f"/proof/01/{GTIN}/21/{quote(serial, safe='')}"
    answer = world.get(f"{path}.json")
    assert judged(world, answer.content).complete
    assert re.fullmatch(r'attachment; filename="proof-[A-Za-z0-9._-]+\.json"', answer.headers["Content-Disposition"])
    if not serial.endswith(".json"):
        page = world.get(path, Accept="text/html")
        assert judged(world, proof_in_page(page.content)).complete
        assert "<b>" not in page.text


def test_a_lot_has_a_proof_too(traded: TeaWorld) -> None:
    lot = traded.get("/proof/01/09521234000020/10/PICK1.json")
    assert judged(traded, lot.content).complete
    assert lot.headers["Content-Disposition"].endswith('"proof-09521234000020-PICK1.json"')
    assert traded.get("/proof/01/09521234000020.json").status_code == 404, "nobody says anything of the product"


def test_an_api_key_opens_what_is_for_its_party(world: TeaWorld) -> None:
    world.captured("factory", document(made()))
    world.captured("factory", document(seen(step="storing")), read="parties")
    assert (len(world.get(f"{PAGE}.json").json()["records"]), world.get(f"{PAGE}.json").json()["withheld"]) == (1, 1)
    whole = world.get(f"{PAGE}.json", "factory").json()
    assert (len(whole["records"]), whole["withheld"]) == (2, 0)
    assert world.get(f"{PAGE}.json", **{"X-Api-Key": "suyuan_wrong"}).status_code == 401


def test_of_an_unknown_code_there_is_no_proof(traded: TeaWorld) -> None:
    assert traded.get(f"/proof/01/{GTIN}/21/T999.json").status_code == 404
    assert traded.get("/proof/01/123/21/T1", Accept="text/html").status_code == 422
