"""One well-formed body of every dossier record, with every member that it may have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ledger.evidence.instant import parse_instant
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.coded import ItemClaimed, ItemTransferred, LabelReported, ScansCounted, SerialsIssued
from ledger.trade.dossier.bodies.described import (
    Capture,
    Dimensions,
    DroppedStep,
    Licence,
    MediaDescribed,
    Parameter,
    PartyDescribed,
    PlaceDescribed,
    Point,
    ProductDescribed,
    Registration,
    StatementWithdrawn,
    StepsExpected,
)
from ledger.trade.dossier.bodies.inspected import Accreditation, CertificateIssued, LicenceChecked, Result, Sampling
from ledger.trade.dossier.bodies.inspected import TestReported as Reported
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.shapes.address import Address
from tests.trade.parties.world import ORIGIN, SHOP, TEA

ROOT = "https://id.gs1.org"
PRODUCT = f"{ROOT}/01/06901234567892"
LOT = f"{PRODUCT}/10/LOT-1"
ITEM = f"{PRODUCT}/21/S1"
CASE = f"{ROOT}/00/069012345678901238"
PLACE = f"{ROOT}/414/6901234567892"
FILE = bytes(range(32))
FROM, UNTIL = date(2026, 1, 1), date(2028, 12, 31)
MOMENT = parse_instant("2026-11-20T08:00:00.000Z")
RECALL = Address(ORIGIN, 17, 0)


def words(text: str) -> tuple[Words, ...]:
    return (Words("en", text), Words("zh-Hans", "都匀毛尖\n明前"))


ACCREDITATION = Accreditation("CNAS", "L1234", words("Pesticide residues"), UNTIL)
RESULT = Result("lead", "GB 5009.12", "MGK", "pass", value=Decimal("0.120"), low=Decimal(0), high=Decimal(5), names=words("Lead"))
REPORT = Reported(
    about=LOT,
    number="R-2026/17",
    sampling=Sampling("laboratory", 12, FROM, PLACE),
    covers="sample",
    results=(RESULT, Result("ddt", "GB 23200.113", "MGK", "pass", below=Decimal("0.01"), high=Decimal("0.2"))),
    verdict="pass",
    reported=FROM,
    valid_until=UNTIL,
    accreditation=ACCREDITATION,
    file=FILE,
)

SAMPLES: tuple[DossierBody, ...] = (
    ProductDescribed(
        product=LOT,
        names=words("Duyun Maojian"),
        category="farm-produce",
        brand="Cloud Garden",
        texts=words("Green tea."),
        origin="CN-GZ",
        parameters=(Parameter("net-weight", Decimal("100.0"), "GRM", Decimal(98), Decimal(103), words("Net weight")),),
        dimensions=Dimensions(80, 120, 80),
        picture=FILE,
        model=FILE,
    ),
    PlaceDescribed(PLACE, words("Garden"), "plot", "CN-GZ", Point(Decimal("26.259"), Decimal("107.518"))),
    PartyDescribed(
        party=TEA,
        names=words("Duyun Tea"),
        registrations=(Registration("uscc", "91350100M000100Y43"), Registration("lei", "5493001KJTIIGC8Y1R12")),
        licences=(Licence(words("Food production"), "SC114", "Guizhou MSA", FROM, UNTIL, FILE),),
        website="https://duyun-tea.example",
    ),
    MediaDescribed(FILE, "image/jpeg", 1, ITEM, "captured", Capture(MOMENT, "geo:26.25,107.51", "X100"), words("Harvest")),
    StepsExpected(PRODUCT, "farm-produce/1", ("pressing",), (DroppedStep("cold-chain", words("It is dry tea.")),)),
    StatementWithdrawn(Address(ORIGIN, 5, 2), "replaced"),
    REPORT,
    CertificateIssued(TEA, "C-1", "GB/T 19630", words("Organic"), words("Tea"), FROM, UNTIL, ACCREDITATION, FILE),
    LicenceChecked(SHOP, "SC114", "valid", FROM, UNTIL),
    RecallIssued(MOMENT, (LOT, CASE), "safety", "return", words("Glass in it"), "400-100-100"),
    RecallEnded(RECALL, words("Wrong lot")),
    SerialsIssued(PRODUCT, 10_000, FILE, "LOT-1"),
    ItemClaimed(ITEM, FILE),
    ItemTransferred(ITEM, Address(ORIGIN, 9, 0), FILE, FILE),
    LabelReported(ITEM, "copied", "SG", FILE),
    ScansCounted(FROM, 17, 5, FILE),
)


def sample(kind: type[DossierBody]) -> DossierBody:
    return next(body for body in SAMPLES if type(body) is kind)
