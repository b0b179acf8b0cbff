"""Recalls listed: by whoever may recall, from the newest back, with names, liftings, and nothing that is not public."""

from __future__ import annotations

import pytest

from ledger.actions.dossier.list_recalls import RecallList, list_recalls, list_recalls_of
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import license_prefix, withdraw_prefix
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.evidence.authority import ReadRule
from ledger.storage.position import Position
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.shapes.address import Address
from tests.actions.conftest import ORIGIN, START, World

PREFIX = "9506000"
GTIN = "https://id.gs1.org/01/09506000134352"
LOT = f"{GTIN}/10/L1"


def words(text: str) -> tuple[Words, ...]:
    return (Words("en", text), Words("zh-Hant", f"{text}！"))


def said(world: World, party: str, *bodies: DossierBody, read: ReadRule = ReadRule.PUBLIC) -> int:
    written = submit_held(world.ledger, [body.to_body() for body in bodies], issuer=party, queue=world.turn, read=read)
    return written.entry


def recall(*subjects: str, reason: str = "Lead") -> RecallIssued:
    return RecallIssued(START, subjects, "safety", "return", words(reason))


def entries(found: RecallList) -> list[tuple[int, int]]:
    return [tuple(one.position) for one in found.recalls]


@pytest.fixture
def inspector(world: World) -> str:
    return admit_party(world.ledger, Admission("inspector", ["inspector"], "SG", label="Island")).party


def test_without_recalls_there_is_nothing_but_when_it_began(world: World) -> None:
    found = list_recalls(world.ledger)
    assert (found.recalls, found.older, dict(found.names)) == ((), None, {})
    assert found.founded <= world.ledger.clock()


def test_a_brand_recalls_its_own_and_its_name_is_told(world: World) -> None:
    license_prefix(world.ledger, world.tea, PREFIX)
    said(world, world.tea, ProductDescribed(GTIN, words("Cloud tea"), "other"))
    entry = said(world, world.tea, recall(LOT))
    publish_checkpoint(world.ledger)
    found = list_recalls(world.ledger, language="zh-Hant")
    (one,) = found.recalls
    assert (one.position, one.through, one.ended, one.proof.holds) == (Position(entry, 0), (LOT,), None, Holds.YES)
    assert found.names == {GTIN: "Cloud tea！"}


def test_who_may_recall_no_more_is_listed_no_more(world: World) -> None:
    license_prefix(world.ledger, world.tea, PREFIX)
    said(world, world.tea, recall(LOT))
    assert len(list_recalls(world.ledger).recalls) == 1
    withdraw_prefix(world.ledger, world.tea, PREFIX)
    assert list_recalls(world.ledger).recalls == ()


def test_a_lifting_counts_by_its_issuer_and_by_nobody_else(world: World, inspector: str) -> None:
    entry = said(world, inspector, recall(LOT))
    end = said(world, inspector, RecallEnded(Address(ORIGIN, entry, 0), words("In order")))
    (one,) = list_recalls(world.ledger).recalls
    assert one.ended is not None
    assert (one.ended.position, one.ended.said.party, one.ended.said.label) == (Position(end, 0), inspector, "Island")
    assert one.ended.body.reason == words("In order")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 50])
def test_pages_of_any_size_give_each_recall_once(world: World, inspector: str, limit: int) -> None:
    many = said(world, inspector, *(recall(LOT, reason=f"Number {number}") for number in range(5)))
    last = said(world, inspector, recall(GTIN))
    said(world, inspector, RecallEnded(Address(ORIGIN, many, 2), words("In order")))
    seen: list[tuple[int, int]] = []
    before: Position | None = None
    for _ in range(20):
        page = list_recalls(world.ledger, before=before, limit=limit)
        assert len(page.recalls) <= limit
        seen += entries(page)
        before = page.older
        if before is None:
            break
    assert seen == [(last, 0), *((many, place) for place in range(4, -1, -1))]


def test_only_what_everybody_may_read_is_in_the_whole_list(world: World, inspector: str) -> None:
    said(world, inspector, recall(LOT), read=ReadRule.CODE)
    said(world, inspector, recall(LOT), read=ReadRule.PARTIES)
    assert list_recalls(world.ledger).recalls == ()


def test_of_one_thing_those_that_reach_it(world: World, inspector: str) -> None:
    whole, other = said(world, inspector, recall(GTIN)), said(world, inspector, recall("https://id.gs1.org/01/09506000134369"))
    item = parse_digital_link(f"{LOT}/21/S1")
    with pytest.raises(ItemUnknown):
        list_recalls_of(world.ledger, item)
    lot = said(world, inspector, recall(LOT))
    assert entries(list_recalls_of(world.ledger, item)) == [(lot, 0), (whole, 0)]
    assert entries(list_recalls(world.ledger)) == [(lot, 0), (other, 0), (whole, 0)]
