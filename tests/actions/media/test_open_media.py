"""Who may see a file: anybody by a public record, the holder of the code by one read with it, its sender before any record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.media.describe_model import NotAModel, describe_model
from ledger.actions.media.keep_media import KeptMedia, keep_media
from ledger.actions.media.open_media import open_media
from ledger.actions.media.read_media import MediaAbsent
from ledger.actions.trace.asking import ANYBODY, Asking
from ledger.evidence.authority import ReadRule
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import Dimensions, MediaDescribed, ProductDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.shapes.address import Address
from tests.actions.conftest import World
from tests.trade.media.files import box_model, pdf, picture

PRODUCT = "https://id.gs1.org/01/09521234000013"
LOT = f"{PRODUCT}/10/L1"
ITEM = f"{PRODUCT}/21/T1"
LEAF = "https://id.gs1.org/01/09521234000020/10/PICK1"
OTHER = "https://id.gs1.org/01/09521234000020/21/X9"
WOVEN = b"""{"type":"TransformationEvent","eventTime":"2026-11-19T08:00:00+08:00","eventTimeZoneOffset":"+08:00",
"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
"inputQuantityList":[{"epcClass":"%b","quantity":2.5,"uom":"KGM"}],"outputEPCList":["%b"],"bizStep":"commissioning"}"""


def say(world: World, *bodies: DossierBody, read: ReadRule = ReadRule.PUBLIC) -> int:
    records = [body.to_body() for body in bodies]
    return submit_held(world.ledger, records, issuer=world.tea, queue=world.turn, read=read).entry


def describe(world: World, kept: KeptMedia, about: str, read: ReadRule = ReadRule.PUBLIC) -> int:
    return say(world, MediaDescribed(kept.digest, kept.media_type, kept.size, about, "captured"), read=read)


@pytest.fixture
def kept(world: World) -> KeptMedia:
    return keep_media(world.ledger, picture("JPEG"), party=world.tea)


def test_before_any_record_only_its_sender_sees_it(world: World, kept: KeptMedia) -> None:
    opened = open_media(world.ledger, kept.digest, Asking(world.tea))
    assert (opened.public, opened.naming) == (False, ())
    for asking in (ANYBODY, Asking(world.lab), Asking(code=ITEM), Asking(code="nonsense")):
        with pytest.raises(MediaAbsent):
            open_media(world.ledger, kept.digest, asking)


def test_a_public_record_opens_it_to_anybody(world: World, kept: KeptMedia) -> None:
    entry = describe(world, kept, PRODUCT)
    opened = open_media(world.ledger, kept.digest, ANYBODY)
    assert opened.public and opened.naming[0].position == (entry, 0)
    assert len(opened.file.data) == kept.size


@pytest.mark.parametrize("about", [ITEM, LOT])
def test_a_record_read_with_the_code_opens_it_to_who_holds_the_code(world: World, kept: KeptMedia, about: str) -> None:
    describe(world, kept, about, ReadRule.CODE)
    opened = open_media(world.ledger, kept.digest, Asking(code=f"{LOT}/21/T1" if about == LOT else ITEM))
    assert not opened.public and opened.naming
    for asking in (ANYBODY, Asking(code=PRODUCT), Asking(code=OTHER), Asking(world.lab)):
        with pytest.raises(MediaAbsent):
            open_media(world.ledger, kept.digest, asking)


def test_the_code_opens_what_its_page_shows_of_what_it_was_made_from(world: World, kept: KeptMedia) -> None:
    describe(world, kept, LEAF, ReadRule.CODE)
    with pytest.raises(MediaAbsent):
        open_media(world.ledger, kept.digest, Asking(code=ITEM))
    submit_event(world.ledger, WOVEN % (LEAF.encode(), ITEM.encode()), HeldAuthor(world.tea, ReadRule.PUBLIC), world.turn)
    assert open_media(world.ledger, kept.digest, Asking(code=ITEM)).naming
    with pytest.raises(MediaAbsent):
        open_media(world.ledger, kept.digest, Asking(code=OTHER))


def test_a_record_for_its_parties_opens_it_to_no_code(world: World, kept: KeptMedia) -> None:
    describe(world, kept, ITEM, ReadRule.PARTIES)
    with pytest.raises(MediaAbsent):
        open_media(world.ledger, kept.digest, Asking(code=ITEM))
    assert open_media(world.ledger, kept.digest, Asking(world.tea)).naming


TIN = ProductDescribed(PRODUCT, (Words("en", "Tea"),), "farm-produce", dimensions=Dimensions(60, 80, 50))


def test_a_model_stands_beside_what_is_declared(world: World) -> None:
    kept = keep_media(world.ledger, box_model(0.0612, 0.08, 0.05), party=world.tea)
    describe(world, kept, ITEM)
    model = describe_model(world.ledger, kept.digest, ANYBODY)
    assert (model.declared, model.measured, model.apart) == (None, Dimensions(61, 80, 50), ())
    say(world, TIN)
    assert describe_model(world.ledger, kept.digest, ANYBODY).apart == ()
    wrong = say(world, replace(TIN, dimensions=Dimensions(66, 80, 40)))
    model = describe_model(world.ledger, kept.digest, ANYBODY)
    assert (model.declared, model.apart, model.issuer) == (Dimensions(66, 80, 40), ("width", "depth"), world.tea)
    say(world, StatementWithdrawn(Address(world.ledger.origin, wrong, 0), "error"))
    assert describe_model(world.ledger, kept.digest, ANYBODY).declared == Dimensions(60, 80, 50)
    say(world, replace(TIN, dimensions=Dimensions(61, 80, 50), model=kept.digest))
    say(world, replace(TIN, dimensions=Dimensions(1, 1, 1)))
    assert describe_model(world.ledger, kept.digest, ANYBODY).declared == Dimensions(61, 80, 50), "the one that names it"


def test_other_files_are_no_models(world: World) -> None:
    kept = keep_media(world.ledger, pdf(), party=world.tea)
    with pytest.raises(NotAModel):
        describe_model(world.ledger, kept.digest, Asking(world.tea))
