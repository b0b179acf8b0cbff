"""Strangers, parties out of good standing, words taken back, and files."""

from __future__ import annotations

from ledger.evidence.authority import RecordClass
from ledger.evidence.instant import Instant
from ledger.trade.assessment.recall import ReachedRecall
from ledger.trade.dossier.bodies.described import MediaDescribed, StepsExpected
from ledger.trade.dossier.bodies.recalled import RecallIssued
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import GTIN, NAMES, TIN, by_laboratory, product, report, said, told

MINE = {"speaks_for": lambda party, thing: party == "works"}


def test_a_description_by_a_stranger_is_named_once_for_each() -> None:
    strange = [
        said(product(), "rival", at=7),
        said(StepsExpected(GTIN, "farm-produce/1"), "rival", at=8),
        said(product(), "other", at=9),
    ]
    found = found_in(*strange, said(product(), "works"), by_laboratory(report()), **MINE)
    assert [(one.code, one.positions, one.values) for one in found] == [
        ("description-by-stranger", ((7, 0), (8, 0)), {"issuer": "rival"}),
        ("description-by-stranger", ((9, 0),), {"issuer": "other"}),
    ]


def test_a_recall_by_a_stranger_is_a_note() -> None:
    body = RecallIssued(Instant(0), (TIN,), "safety", "return", NAMES)
    recall = said(body, "rival", klass=RecordClass.RECALL, at=5)
    (found,) = found_in(recall, strange_recalls=(ReachedRecall(recall, body, (TIN,)),))
    assert (found.code, found.weight.value, found.values) == ("recall-by-stranger", "note", {"issuer": "rival"})


def test_what_was_taken_back_is_said_in_one_note() -> None:
    found = found_in(told(1, epcList=[TIN], withdrawn=True), said(product(), withdrawn=True, at=3))
    assert [(one.code, len(one.positions), one.values) for one in found] == [("withdrawn-record", 2, {"records": "2"})]


def test_somebody_who_signed_is_suspended_now() -> None:
    event = told(1, epcList=[TIN])
    (found,) = found_in(event, said(product(), "shop"), standings={"works": "suspended", "stranger": "expelled"})
    assert (found.code, found.positions) == ("issuer-not-in-good-standing", (event.position,))
    assert found.values == {"party": "works", "standing": "suspended"}
    assert codes_in(said(product(), "shop"), standings={"shop": "expelled"}) == ["issuer-not-in-good-standing"]


def test_files() -> None:
    found = found_in(changed_files={"ab" * 32: (4, 1)}, unfit_model=(5, 0))
    assert [(one.code, one.positions, one.values) for one in found] == [
        ("picture-changed", ((4, 1),), {"digest": "ab" * 32}),
        ("model-does-not-fit", ((5, 0),), {}),
    ]


def test_a_picture_that_was_made_and_says_so() -> None:
    def pictured(origin: str) -> list[str]:
        return codes_in(said(MediaDescribed(bytes(32), "image/webp", 10, TIN, origin)))

    assert pictured("synthetic") == ["synthetic-picture"]
    assert pictured("captured") == pictured("unknown") == pictured("edited") == []
