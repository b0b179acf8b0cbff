"""The standing of a code, put together from a real ledger: events, lots, drawings, claims and counted scans."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.codes.issue_serials import SerialOrder, issue_serials
from ledger.actions.log.aside import OwnDesk
from ledger.actions.scans.claim_item import ItemClaimedAlready, claim_item
from ledger.actions.scans.count_scan import ScanCounter, Visit
from ledger.actions.scans.read_standing import SerialMissing, read_standing
from ledger.actions.scans.transfer_item import scan_as_owner, transfer_item
from ledger.storage.database import reading
from ledger.storage.serials import serials_at
from ledger.trade.areas import read_area
from ledger.trade.scans import PRIOR, CodeStanding, CodeState, Suspicion
from tests.actions.scans.conftest import DAY_MS, ITEM, LOT, OTHER, PIN, Codes, link

PRODUCT = "https://id.gs1.org/01/09506000134352"
DAY = date(2026, 11, 20)
ABROAD = ("CN-GZ/Guiyang@26.6,106.6", "DE-BE/Berlin@52.5,13.4", "SG/Singapore@1.3,103.8", "US-CA/Fresno@36.7,-119.8")


def standing(codes: Codes, item: str = ITEM) -> CodeStanding:
    return read_standing(codes.ledger, link(item)).code


def scan(codes: Codes, *areas: str, item: str = ITEM) -> None:
    counter = ScanCounter(codes.ledger, OwnDesk(codes.ledger))
    for number, area in enumerate(areas):
        counter.count(item, Visit(f"192.0.2.{number}", "Mozilla/5.0", read_area(area)))
    counter.flush()


def drawn(codes: Codes, lot: str | None = None) -> str:
    order = SerialOrder(codes.tea, PRODUCT, 2, lot)
    issue = issue_serials(codes.ledger, order, queue=codes.desks.queue, desk=codes.desks.desk)
    with reading(codes.ledger.engine) as connection:
        (serial,) = serials_at(connection, issue.number, 0, 1)
    return f"{PRODUCT}/21/{serial}"


def test_a_number_that_nothing_names_is_unregistered_and_has_no_scans(codes: Codes) -> None:
    scan(codes, "SG")
    found = standing(codes)
    assert (found.state, found.scans, found.score) == (CodeState.UNREGISTERED, 0, PRIOR)


def test_the_way_of_a_number_through_its_states(codes: Codes) -> None:
    item = drawn(codes)
    assert standing(codes, item).state is CodeState.ISSUED
    codes.told(1, epcList=[item], action="ADD", bizStep="commissioning")
    assert standing(codes, item).state is CodeState.ACTIVATED
    codes.told(2, epcList=[item], bizStep="retail_selling", eventTime="2026-11-20T07:10:00.000Z")
    assert standing(codes, item).state is CodeState.SOLD
    codes.told(3, epcList=[item], action="DELETE", bizStep="destroying", eventTime="2026-11-20T07:20:00.000Z")
    assert standing(codes, item).state is CodeState.ENDED


def test_a_lot_activates_its_numbers_however_they_are_written(codes: Codes) -> None:
    item = drawn(codes, lot="L1")
    assert standing(codes, item).state is CodeState.ISSUED
    lot = [{"epcClass": LOT, "quantity": 2}]
    codes.told(1, epcList=None, quantityList=lot, action="ADD", bizStep="creating_class_instance")
    assert standing(codes, item).state is CodeState.ACTIVATED
    assert standing(codes, f"{LOT}/21/{item.rpartition('/')[2]}").state is CodeState.ACTIVATED


def test_a_claim_and_a_transfer(codes: Codes) -> None:
    codes.told(1, epcList=[ITEM], bizStep="commissioning", action="ADD")
    owned = claim_item(codes.ledger, ITEM, PIN, desks=codes.desks)
    assert standing(codes).state is CodeState.CLAIMED
    with pytest.raises(ItemClaimedAlready):
        claim_item(codes.ledger, ITEM, PIN, desks=codes.desks)
    assert [reason.code for reason in standing(codes).reasons] == ["claimed-twice"]
    transfer_item(codes.ledger, ITEM, owned.secret, desks=codes.desks)
    assert standing(codes).state is CodeState.TRANSFERRED
    assert len(read_standing(codes.ledger, link()).ownership.links) == 2


def test_a_copied_code_and_the_owner_who_speaks_for_it(codes: Codes) -> None:
    codes.told(1, epcList=[ITEM], bizStep="commissioning", action="ADD", eventTime="2026-11-01T07:00:00.000Z")
    codes.told(2, epcList=[ITEM], bizStep="retail_selling", eventTime="2026-11-02T07:00:00.000Z")
    owned = claim_item(codes.ledger, ITEM, PIN, desks=codes.desks)
    scan(codes, *ABROAD)
    found = standing(codes)
    assert (found.suspicion, found.scans, found.areas, found.first_scan) == (Suspicion.WARN, 4, 4, DAY)
    codes.clock.advance(DAY_MS)
    scan_as_owner(codes.ledger, ITEM, owned.secret, Visit("198.51.100.1", "x", read_area("SG")), desks=codes.desks)
    after = standing(codes)
    assert after.score == found.score - 20
    assert after.suspicion is Suspicion.OK


def test_a_second_sale_is_a_signed_fact(codes: Codes) -> None:
    for number, hour in ((1, "07"), (2, "09")):
        codes.told(number, epcList=[ITEM], bizStep="retail_selling", eventTime=f"2026-11-19T{hour}:00:00.000Z")
    (reason,) = standing(codes).reasons
    assert (reason.code, reason.decibans, reason.signed) == ("sold-twice", 20, True)
    scan(codes, *ABROAD)
    assert standing(codes).suspicion is Suspicion.FREEZE
    assert standing(codes, OTHER).state is CodeState.UNREGISTERED


def test_a_withdrawn_sale_counts_no_more(codes: Codes) -> None:
    codes.told(1, epcList=[ITEM], bizStep="retail_selling", eventTime="2026-11-19T07:00:00.000Z")
    sale = {"epcList": [ITEM], "bizStep": "retail_selling", "eventTime": "2026-11-19T09:00:00.000Z"}
    codes.told(2, **sale)
    codes.told(2, **sale, errorDeclaration={"declarationTime": "2026-11-19T10:00:00.000Z", "reason": "did_not_occur"})
    assert standing(codes).reasons == ()


@pytest.mark.parametrize("identifier", [PRODUCT, LOT])
def test_a_product_has_no_standing(codes: Codes, identifier: str) -> None:
    with pytest.raises(SerialMissing):
        read_standing(codes.ledger, link(identifier))
