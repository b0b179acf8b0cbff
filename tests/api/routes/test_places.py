"""Pages of places and parties: what each says of itself, who vouches for it, in three languages and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import pytest

from api.wire.linkset import VOC
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.evidence.authority import ReadRule
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import Licence, PartyDescribed, PlaceDescribed, Registration, StatementWithdrawn
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.shapes.address import Address
from tests.api.tea_world import TeaWorld

WORKS: Final = "https://id.gs1.org/414/9521234000006"
PATH: Final = "/414/9521234000006"
FACTORY: Final = "ledger.example/party/factory"
PARTY: Final = f"/parties/{FACTORY}"
SCRIPT: Final = "<script>alert(1)</script>"


class Saying:
    """Parties of the tea trade and an inspector, saying things of places and of themselves."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.inspector = admit_party(ledger, Admission("inspector", ["inspector"], "SG", label="Island <Inspection>")).party

    def say(self, party: str, *bodies: DossierBody, read: ReadRule = ReadRule.PUBLIC) -> int:
        records = [body.to_body() for body in bodies]
        return submit_held(self.ledger, records, issuer=party, queue=OwnTurn(self.ledger), read=read).entry

    def works(self, name: str = "Duyun tea works", **more: ReadRule) -> int:
        names = (Words("en", name), Words("zh-Hans", "都匀茶厂"), Words("zh-Hant", "都勻茶廠"))
        return self.say(FACTORY, PlaceDescribed(WORKS, names, "factory", "CN-GZ"), **more)

    def certificate(self, about: str, until: date = date(2030, 1, 1)) -> int:
        names, scope = (Words("en", "Food safety"),), (Words("en", "Tea processing"),)
        return self.say(self.inspector, CertificateIssued(about, "FS-1", "ISO 22000", names, scope, date(2026, 1, 1), until))

    def factory(self) -> int:
        licence = Licence((Words("en", "Food production"),), "SC114", "Guizhou Office", date(2024, 1, 1), date(2026, 1, 31))
        return self.say(
            FACTORY,
            PartyDescribed(
                FACTORY,
                (Words("en", "Duyun Tea Works Ltd"), Words("zh-Hant", "都勻茶葉廠")),
                (Registration("other", "X-1"),),
                (licence,),
                "https://works.example/",
            ),
        )


@pytest.fixture
def saying(world: TeaWorld) -> Iterator[Saying]:
    ledger = open_ledger(world.data, clock=world.clock)
    yield Saying(ledger)
    ledger.close()


def test_a_place_says_what_it_is_and_who_says_so(world: TeaWorld, saying: Saying) -> None:
    entry = saying.works()
    saying.certificate(WORKS)
    text = world.get(PATH).text
    for said in ('<h1><bdi lang="en">Duyun tea works</bdi></h1>', "Factory", "China", "CN-GZ", "Duyun Tea Works</bdi></a>"):
        assert said in text, said
    assert f'<a href="{PARTY}">' in text
    assert f'href="/records/{entry}/0"' in text
    assert "ISO 22000" in text
    assert 'class="badge independent"' in text
    assert "Island &lt;Inspection&gt;" in text
    for link in set(re.findall(r'href="(/records[^"]+|/parties[^"]+)"', text)):
        assert world.get(link).status_code == 200, link


@pytest.mark.parametrize(
    ("tag", "name", "kind"),
    [("en", "Duyun tea works", "Factory"), ("zh-Hans", "都匀茶厂", "工厂"), ("zh-Hant", "都勻茶廠", "工廠")],
)
def test_in_three_languages(world: TeaWorld, saying: Saying, tag: str, name: str, kind: str) -> None:
    saying.works()
    text = world.get(f"{PATH}?lang={tag}").text
    assert f'<html lang="{tag}">' in text
    assert f'<h1><bdi lang="{tag}">{name}</bdi></h1>' in text
    assert kind in text
    assert f'<a href="{PARTY}?lang={tag}">' in text


def test_the_same_as_json(world: TeaWorld, saying: Saying) -> None:
    saying.works()
    saying.certificate(WORKS)
    body = world.get(PATH, Accept="application/json").json()
    assert body["identifier"] == WORKS
    assert body["descriptions"][0]["place"]["kind"] == "factory"
    assert body["descriptions"][0]["grade"] == "self-declared"
    assert body["certificates"][0]["certificate"]["number"] == "FS-1"
    assert body["certificates"][0]["grade"] == "independent"


def test_each_describer_has_one_word_the_newest_first(world: TeaWorld, saying: Saying) -> None:
    saying.works("Old name")
    saying.works("New name")
    saying.say("ledger.example/party/shop", PlaceDescribed(WORKS, (Words("en", "What the shop says"),), "shop", "SG"))
    body = world.get(PATH, Accept="application/json").json()
    assert [one["place"]["names"][0]["text"] for one in body["descriptions"]] == ["What the shop says", "New name"]


def test_what_was_withdrawn_counts_no_more(world: TeaWorld, saying: Saying) -> None:
    first, second = saying.works("Kept"), saying.works("Taken back")
    saying.say(FACTORY, StatementWithdrawn(Address(saying.ledger.origin, second, 0), "error"))
    text = world.get(PATH).text
    assert "Kept" in text
    assert "Taken back" not in text
    saying.say(FACTORY, StatementWithdrawn(Address(saying.ledger.origin, first, 0), "error"))
    assert world.get(PATH, Accept="application/json").status_code == 404


def test_what_is_not_public_is_shown_to_nobody_else(world: TeaWorld, saying: Saying) -> None:
    saying.works(read=ReadRule.PARTIES)
    assert world.get(PATH, Accept="application/json").json()["code"] == "PlaceUnknown"
    assert world.get(PATH, "factory", Accept="application/json").status_code == 200
    assert world.get(PATH, "shop", Accept="application/json").status_code == 404


def test_a_place_has_a_linkset(world: TeaWorld, saying: Saying) -> None:
    saying.works()
    (whole,) = world.get(f"{PATH}?linkType=linkset").json()["linkset"]
    assert whole["anchor"] == world.url + PATH
    assert whole["description"] == "Duyun tea works"
    assert f"{VOC}certificationInfo" not in whole
    for rel in whole:
        if rel.startswith("https:"):
            assert all(world.client.get(link["href"]).status_code == 200 for link in whole[rel]), rel
    assert world.get(PATH, Accept="application/linkset+json").json() == world.get(f"{PATH}?linkType=all").json()
    led = world.get(f"{PATH}?linkType=gs1:locationInfo", **{"Accept-Language": "zh-TW"})
    assert (led.status_code, led.headers["Location"]) == (307, f"{world.url}{PATH}?lang=zh-Hant")
    assert world.get(f"{PATH}?linkType=gs1:pip").status_code == 404
    assert "linkset" in world.get(PATH).headers["Link"]


def test_a_part_of_a_site_is_a_place_of_its_own(world: TeaWorld, saying: Saying) -> None:
    hall = f"{WORKS}/254/hall%2F1"
    saying.say(FACTORY, PlaceDescribed(hall, (Words("en", "Hall 1"),), "factory", "CN-GZ"))
    assert "Hall 1" in world.get(f"{PATH}/254/hall%2F1").text
    assert world.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("/414/9521234000006", 404), ("/414/9521234000007", 422), ("/414/1", 422), ("/414/", 400), (f"{PATH}/10/x", 422)],
)
def test_what_is_no_place_is_told_to_people(world: TeaWorld, path: str, status: int) -> None:
    answer = world.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_party_shows_roles_licences_and_who_looked_them_up(world: TeaWorld, saying: Saying) -> None:
    saying.factory()
    saying.say(saying.inspector, LicenceChecked(FACTORY, "SC114", "expired", date(2026, 2, 1)))
    saying.certificate(FACTORY)
    text = world.get(PARTY).text
    for said in (
        "Duyun Tea Works Ltd",
        FACTORY,
        "X-1",
        "SC114",
        "Guizhou Office",
        "ran out on",
        "Island &lt;Inspection&gt;",
        "expired",
        "FS-1",
    ):
        assert said in text, said
    assert "https://works.example/" in text
    assert 'href="https://works.example' not in text
    body = world.get(PARTY, Accept="application/json").json()
    assert body["party"]["roles"] == ["factory"]
    assert body["standing"] == "active"
    assert body["described"]["expiredLicences"] == ["SC114"]


def test_a_party_that_says_nothing_has_a_page_too(world: TeaWorld) -> None:
    text = world.get("/parties/ledger.example/party/shop").text
    assert "It says nothing of itself here." in text
    assert "ledger.example/party/shop" in text


@pytest.mark.parametrize("name", ["nobody", "ledger.example/party/nobody", "%3Cscript%3E", "..%2f", "a" * 2_000])
def test_nobody_has_no_page(world: TeaWorld, name: str) -> None:
    answer = world.get(f"/parties/{name}")
    assert answer.status_code in (400, 404)
    assert "<script" not in answer.text


def test_no_text_of_anybody_is_markup(world: TeaWorld, saying: Saying) -> None:
    saying.works(SCRIPT + '" onload="x')
    saying.certificate(WORKS)
    text = world.get(PATH).text
    assert "<script" not in text
    assert 'onload="' not in text
    assert "&lt;script&gt;alert(1)" in text
    assert world.get(PATH).headers["X-Frame-Options"] == "DENY"
