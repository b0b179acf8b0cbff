"""The owner's page over HTTP: the same answer whatever is wrong, a secret once, and nothing that another site could press."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api.own_limits import TRIES_PER_PREFIX_MAX, TRIES_PER_RANGE_MAX
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.scans.claim_item import read_ownership
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.trade.dossier.bodies.coded import ItemClaimed
from tests.api.conftest import Founded
from tests.api.owner_world import (
    PIN,
    TIN_PATH,
    UNKNOWN_PATH,
    WRONG,
    OwnerWorld,
    found_owner_world,
    once_on,
    owner_world,
    secret_on,
)
from tests.api.tea_world import TIN

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="session")
def founded_owners(tmp_path_factory: pytest.TempPathFactory, founded: Founded) -> Path:
    data = tmp_path_factory.mktemp("owners") / "data"
    found_owner_world(founded.data, data)
    return data


@pytest.fixture
def owners(tmp_path: Path, founded_owners: Path) -> Iterator[OwnerWorld]:
    found_copy = tmp_path / "data"
    found_copy.parent.mkdir(exist_ok=True)
    copy(founded_owners, found_copy)
    with owner_world(found_copy) as world:
        yield world


def copy(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    for file in source.iterdir():
        target.joinpath(file.name).write_bytes(file.read_bytes())
    target.joinpath("unlock").chmod(0o600)


def without_what_is_random(page: httpx.Response) -> str:
    return re.sub(r"[0-9a-f]{32}", "…", page.text)


def test_a_claim_shows_the_secret_once_and_a_certificate_that_verifies(owners: OwnerWorld) -> None:
    page = owners.claim()
    assert page.status_code == 200
    secret = secret_on(page)
    assert "You are recorded as the first owner" in page.text
    receipt, record = (
        owners.client.get(address.replace("&amp;", "&"))
        for address in re.findall(r'href="(/re(?:ceipts|cords)/[^"]+)"', page.text)
    )
    assert receipt.headers["content-disposition"].endswith('.tlog-proof"')
    policy = Policy.parse((owners.ledger.data / POLICY_FILE).read_text(encoding="utf-8"))
    assert verify_receipt(receipt.content, body=record.content, policy=policy).record_type == "ItemClaimed"
    assert secret not in receipt.text + record.text
    again = owners.claim()
    assert again.status_code == 409
    assert "somebody used it before you" in again.text
    assert 'id="secret"' not in again.text


def test_whatever_is_wrong_the_answer_is_the_same(owners: OwnerWorld) -> None:
    wrong = owners.claim(WRONG)
    unknown = owners.press({"act": "claim", "pin": PIN}, f"/own{UNKNOWN_PATH}")
    assert wrong.status_code == unknown.status_code == 403
    assert without_what_is_random(wrong) == without_what_is_random(unknown).replace("T999", "T1")
    varying = ("date", "content-length")
    kept = [{name: value for name, value in page.headers.items() if name not in varying} for page in (wrong, unknown)]
    assert kept[0] == kept[1]


def test_the_page_itself_tells_nothing_of_the_item(owners: OwnerWorld) -> None:
    known, unknown = owners.open(), owners.open(f"/own{UNKNOWN_PATH}")
    assert without_what_is_random(known) == without_what_is_random(unknown).replace("T999", "T1")
    owners.claim()
    assert without_what_is_random(owners.open()) == without_what_is_random(known)


def test_an_owner_passes_it_on_and_the_old_secret_is_spent(owners: OwnerWorld) -> None:
    first = secret_on(owners.claim())
    page = owners.press({"act": "pass", "secret": first.lower()})
    assert page.status_code == 200
    second = secret_on(page)
    assert second != first
    assert owners.press({"act": "pass", "secret": first}).status_code == 409
    assert owners.press({"act": "pass", "secret": "AAAAA" * 5}).status_code == 403
    assert len(read_ownership(owners.ledger, TIN).links) == 2


def test_a_form_sent_twice_gets_the_same_secret(owners: OwnerWorld) -> None:
    once = once_on(owners.open())
    first, second = owners.claim(once=once), owners.claim(once=once)
    assert secret_on(first) == secret_on(second)
    assert len(read_ownership(owners.ledger, TIN).links) == 1


def test_two_browsers_that_claim_at_once(owners: OwnerWorld) -> None:
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: owners.claim(), range(4)))
    assert sorted(page.status_code for page in pages) == [200, 409, 409, 409]
    assert len(read_ownership(owners.ledger, TIN).links) == 1


def test_the_owners_scan_is_noted_with_its_area(owners: OwnerWorld) -> None:
    secret = secret_on(owners.claim())
    page = owners.press({"act": "scan", "secret": secret}, **{"X-Area": "SG/Singapore@1.3,103.8"})
    assert page.status_code == 200
    assert "Noted: the owner scanned this item today" in page.text
    (scan,) = owners.scans()
    assert (scan.owner, scan.area) == (True, "SG/Singapore")


def test_a_program_gets_json_and_the_whole_certificate(owners: OwnerWorld) -> None:
    answer = owners.ask({"act": "claim", "pin": PIN})
    assert answer.status_code == 200
    said = answer.json()
    assert re.fullmatch(r"[0-9A-Z-]{29}", said["secret"])
    assert json.loads(said["certificate"]["body"])["type"] == ItemClaimed.__name__
    policy = Policy.parse((owners.ledger.data / POLICY_FILE).read_text(encoding="utf-8"))
    certificate = said["certificate"]
    verdict = verify_receipt(certificate["receipt"].encode(), body=certificate["body"].encode(), policy=policy)
    assert verdict.index == said["position"][0]
    assert owners.ask({"act": "scan", "secret": said["secret"]}).json() == {"act": "scan", "item": TIN}
    refused = owners.ask({"act": "claim", "pin": WRONG})
    assert (refused.status_code, refused.json()["code"]) == (403, "PinRefused")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b'{"act":"claim","pin":1}', 400),
        (b"{", 400),
        (b'{"act":"steal"}', 400),
        (b'{"a":1,"a":2}', 400),
        (b"{}", 400),
    ],
)
def test_what_is_no_asking_is_refused(owners: OwnerWorld, body: bytes, status: int) -> None:
    answer = owners.client.post(f"/own{TIN_PATH}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/own/01/09521234000013", "/own/01/09521234000013/10/L1"])
def test_only_a_single_item_has_an_owner(owners: OwnerWorld, path: str) -> None:
    assert owners.open(path).status_code == 422
    assert owners.press({"act": "claim", "pin": PIN}, path).status_code == 422


def test_nothing_is_kept_and_nothing_is_sent_elsewhere(owners: OwnerWorld) -> None:
    for page in (owners.open(), owners.claim(WRONG), owners.claim()):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "form-action 'self'" in page.headers["content-security-policy"]
        assert "set-cookie" not in page.headers
        assert "<script" not in page.text


def test_tries_from_one_range_end_and_rightful_ones_do_not_count(owners: OwnerWorld) -> None:
    secret = secret_on(owners.claim())
    for _ in range(TRIES_PER_RANGE_MAX + 5):
        assert owners.press({"act": "scan", "secret": secret}).status_code == 200
    for number in range(TRIES_PER_RANGE_MAX):
        assert owners.press({"act": "claim", "pin": WRONG}, f"/own/01/09521234000013/21/X{number}").status_code == 403
    stopped = owners.press({"act": "scan", "secret": secret})
    assert stopped.status_code == 503
    assert "Too many tries within a minute" in stopped.text
    assert "retry-after" in owners.ask({"act": "scan", "secret": secret}).headers


def test_tries_from_everywhere_at_one_maker_end_too(owners: OwnerWorld) -> None:
    for number in range(TRIES_PER_PREFIX_MAX):
        forwarded = {"X-Forwarded-For": f"198.51.{number}.7"}
        assert (
            owners.press({"act": "pass", "secret": "x"}, f"/own/01/09521234000013/21/X{number}", **forwarded).status_code == 403
        )
    assert owners.press({"act": "pass", "secret": "x"}, **{"X-Forwarded-For": "203.0.113.7"}).status_code == 503
    other = "/own/01/09506000134352/21/S1"
    assert owners.press({"act": "pass", "secret": "x"}, other, **{"X-Forwarded-For": "203.0.113.7"}).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_in_every_language(owners: OwnerWorld, language: str) -> None:
    path = f"/own{TIN_PATH}?lang={language}"
    pages = [
        owners.open(path),
        owners.press({"act": "claim", "pin": WRONG}, path),
        owners.press({"act": "claim", "pin": PIN}, path),
    ]
    secret = secret_on(pages[-1])
    pages += [owners.press({"act": act, "secret": secret}, path) for act in ("scan", "pass", "pass", "scan")]
    pages.append(owners.press({"act": "claim", "pin": PIN}, path))
    assert [page.status_code for page in pages] == [200, 403, 200, 200, 200, 409, 409, 409]
    for page in pages:
        assert f'<html lang="{language}">' in page.text
        assert f'action="/own{TIN_PATH}?lang={language}"' in page.text or 'id="secret"' in page.text
        assert "genuine" not in page.text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\"'><img src=x>", "{{ 7*7 }}", "\u202e123", "\x00"])
def test_what_is_typed_is_never_shown(owners: OwnerWorld, hostile: str) -> None:
    for fields in ({"act": "claim", "pin": hostile}, {"act": "pass", "secret": hostile}, {"act": hostile}):
        page = owners.press({**fields, "once": hostile})
        assert page.status_code in (400, 403)
        assert hostile not in page.text
        assert "alert(1)" not in page.text
