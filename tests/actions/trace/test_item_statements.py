"""What is stated of an item beside its events: whose description counts, which recall reaches it, which lot its number is of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.codes.issue_serials import SerialOrder, issue_serials
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import license_prefix
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.evidence.authority import ReadRule
from ledger.storage.database import reading
from ledger.storage.serials import serials_after
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import MediaDescribed, PlaceDescribed, Point, ProductDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.shapes.address import Address
from tests.actions.conftest import ORIGIN, START, World
from tests.documents import bare

GTIN = "https://id.gs1.org/01/09506000134352"
ITEM = f"{GTIN}/21/S1"
LEAF = "https://id.gs1.org/01/09506000134369/10/P1"


def words(text: str, tag: str = "en") -> tuple[Words, ...]:
    return (Words(tag, text),)


def said(world: World, party: str, body: DossierBody, read: ReadRule = ReadRule.PUBLIC) -> Address:
    written = submit_held(world.ledger, [body.to_body()], issuer=party, queue=world.turn, read=read)
    publish_checkpoint(world.ledger)
    return Address(ORIGIN, written.entry, 0)


def told(world: World, number: int, party: str | None = None, **members: Any) -> None:
    submit_event(world.ledger, bare(number, **members), HeldAuthor(party or world.tea, ReadRule.CODE), world.turn)
    publish_checkpoint(world.ledger)


def facts(world: World, item: str = ITEM, language: str = "en") -> ItemFacts:
    return describe_item(world.ledger, parse_digital_link(item), language=language)


@pytest.fixture
def stranger(world: World) -> str:
    return admit_party(world.ledger, Admission("stranger", ["merchant"], "CN")).party


@pytest.fixture
def inspector(world: World) -> str:
    return admit_party(world.ledger, Admission("inspector", ["inspector"], "SG")).party


def product(name: str) -> ProductDescribed:
    return ProductDescribed(GTIN, words(name), "other")


def recall(*subjects: str) -> RecallIssued:
    return RecallIssued(START, subjects, "safety", "return", words("too much of it"))


def test_the_makers_word_counts_before_a_strangers_newer_one(world: World, stranger: str) -> None:
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    said(world, stranger, product("Not its name"))
    alone = facts(world)
    assert (alone.name, alone.by_brand, alone.product) == ("Not its name", False, None)
    assert "description-by-stranger" in {finding.code for finding in alone.findings}
    said(world, world.tea, product("Green tea"))
    said(world, stranger, product("Not its name, again"))
    assert (facts(world).name, facts(world).by_brand) == ("Green tea", True)


def test_the_holder_of_the_prefix_counts_before_any_maker(world: World, stranger: str) -> None:
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    license_prefix(world.ledger, stranger, "9506000")
    said(world, stranger, product("The brand's name"))
    said(world, world.tea, product("The works' name"))
    assert (facts(world).name, facts(world).by_brand) == ("The brand's name", True)


def test_a_withdrawn_description_counts_no_more(world: World) -> None:
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    said(world, world.tea, product("First name"))
    second = said(world, world.tea, product("Second name"))
    assert facts(world).name == "Second name"
    said(world, world.tea, StatementWithdrawn(second, "error"))
    assert facts(world).name == "First name"


def test_texts_come_in_the_readers_language_or_a_related_one(world: World) -> None:
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    names = (Words("en", "Green tea"), Words("zh-Hans", "绿茶"))
    said(world, world.tea, ProductDescribed(GTIN, names, "other"))
    assert [facts(world, language=tag).name for tag in ("en", "zh-Hans", "zh-Hant")] == ["Green tea", "绿茶", "绿茶"]


def test_a_recall_of_the_leaves_reaches_the_tin_until_its_issuer_lifts_it(world: World, inspector: str) -> None:
    made = {"type": "TransformationEvent", "action": None, "epcList": None, "bizStep": "commissioning"}
    leaves = [{"epcClass": LEAF}]
    told(world, 1, **made, inputQuantityList=leaves, outputEPCList=[ITEM])
    told(world, 2, epcList=[f"{GTIN}/21/S2"], action="ADD", bizStep="commissioning")
    at = said(world, inspector, recall(LEAF))
    reached = facts(world)
    assert (reached.verdict, [found.through for found in reached.recalls]) == (Verdict.RECALLED, [(LEAF,)])
    assert facts(world, f"{GTIN}/21/S2").verdict is not Verdict.RECALLED
    said(world, inspector, RecallEnded(at, words("tested again, and clean")))
    lifted = facts(world)
    assert (lifted.recalls, len(lifted.recalls_ended)) == ((), 1)
    assert lifted.verdict is not Verdict.RECALLED


def test_a_number_that_was_drawn_is_known_before_any_event_and_belongs_to_its_lot(world: World) -> None:
    order = SerialOrder(issuer=world.tea, product=GTIN, lot="L7", count=3)
    issued = issue_serials(world.ledger, order, queue=world.turn, desk=OwnDesk(world.ledger))
    publish_checkpoint(world.ledger)
    with reading(world.ledger.engine) as connection:
        (serial, *_) = serials_after(connection, issued.number, "", 3)
    told(world, 3, epcList=None, quantityList=[{"epcClass": f"{GTIN}/10/L7"}], action="ADD", bizStep="commissioning")
    known = facts(world, f"{GTIN}/21/{serial}")
    assert [step.type for step in known.steps] == ["ObjectEvent"]
    assert known.begins
    with pytest.raises(ItemUnknown):
        facts(world, f"{GTIN}/21/0123456789ABC")


def test_a_place_is_named_and_lies_where_its_description_says(world: World) -> None:
    place = "https://id.gs1.org/414/9506000134376"
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning", readPoint={"id": place})
    said(
        world, world.tea, PlaceDescribed(place, words("Tea works"), "factory", "CN-GZ", Point(Decimal("26.25"), Decimal("107.5")))
    )
    (step,) = facts(world).steps
    assert step.place is not None
    assert (step.place.name, step.place.latitude, step.place.longitude) == ("Tea works", 26.25, 107.5)


def test_lots_named_by_their_product_stand_in_one_order_in_every_process(world: World) -> None:
    lots = [f"{GTIN}/10/P{number}" for number in range(8)]
    inputs = [{"epcClass": lot} for lot in reversed(lots)]
    making = {"inputQuantityList": inputs, "outputEPCList": [ITEM], "epcList": None, "action": None, "bizStep": "commissioning"}
    told(world, 1, type="TransformationEvent", **making)
    said(world, world.tea, product("Green tea"))
    named = facts(world).names
    assert [name for name in named if name in lots] == lots
    assert named[lots[3]] == "Green tea · P3"


def test_a_product_alone_is_known_by_its_description(world: World) -> None:
    with pytest.raises(ItemUnknown):
        facts(world, GTIN)
    said(world, world.tea, product("Green tea"))
    assert facts(world, GTIN).name == "Green tea"


def test_what_is_said_behind_a_code_is_withheld_from_who_has_none(world: World) -> None:
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    said(world, world.tea, ProductDescribed(ITEM, words("The very tin"), "other"), read=ReadRule.CODE)
    assert facts(world).name == "The very tin"
    said(world, world.tea, product("Green tea"), read=ReadRule.PARTIES)
    assert facts(world).withheld == 1


def test_a_picture_that_two_items_share_opens_neither_to_the_others_holder(world: World) -> None:
    for number in (1, 2):
        told(world, number, epcList=[f"{GTIN}/21/S{number}"], action="ADD", bizStep="commissioning")
    picture = bytes(range(32))
    said(world, world.tea, ProductDescribed(ITEM, words("Green tea"), "other", picture=picture), read=ReadRule.CODE)
    for number in (1, 2):
        media = MediaDescribed(picture, "image/png", 9, f"{GTIN}/21/S{number}", "captured", captions=words(f"tin {number}"))
        said(world, world.tea, media, read=ReadRule.CODE)
    shown = facts(world)
    assert shown.picture is not None
    assert shown.picture.caption == "tin 1"
    assert "tin 2" not in repr(shown)
