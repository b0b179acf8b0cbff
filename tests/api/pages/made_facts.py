"""Facts of items made by hand: a tin of tea with everything, one with as much as a page may hold, and one full of markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from ledger.actions.trace.check_proof import Holds, Proof, Said
from ledger.actions.trace.item_facts import (
    Began,
    Erased,
    Graph,
    GraphNode,
    Inspected,
    ItemFacts,
    Measurement,
    Model,
    Picture,
    Reading,
    ShownCertificate,
    ShownParty,
    ShownRecall,
    ShownReport,
    Source,
    Spot,
    Step,
)
from ledger.evidence.instant import Instant, parse_instant
from ledger.storage.position import Position
from ledger.trade.assessment.expected import Expectations, ExpectedStep, Provided
from ledger.trade.assessment.finding import CODES, ItemFinding
from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.told import About
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.custody import Custody, Hands
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.described import (
    Capture,
    Dimensions,
    Licence,
    MediaDescribed,
    PartyDescribed,
    ProductDescribed,
    Registration,
)
from ledger.trade.dossier.bodies.inspected import (
    Accreditation,
    CertificateIssued,
    LicenceChecked,
    Result,
    Sampling,
    TestReported,
)
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallIssued
from ledger.trade.genealogy import Edge, Window
from ledger.trade.scans import CodeStanding, CodeState, Reason, Suspicion

GTIN: Final = "09521234000013"
LINK: Final = DigitalLink((("01", GTIN), ("10", "MAO26"), ("21", "T1")))
TIN: Final = f"https://id.gs1.org/01/{GTIN}/21/T1"
LEAF: Final = "https://id.gs1.org/01/09521234000020/10/PICK1"
CASE: Final = "https://id.gs1.org/00/095212345678901235"
NOW: Final = parse_instant("2026-11-21T08:00:00.000Z")
DIGEST: Final = "ab" * 32
# A picture of one green pixel, as a browser takes it.
THUMBNAIL: Final = bytes.fromhex("52494646240000005745425056503820180000003001009d012a0100010001401c25a40003700000fefd5fd00000")

GARDEN: Final = Said("garden", "Cloud Garden 云上茶园", ("factory",), "CN-GZ", held=True)
WORKS: Final = Said("factory", "Duyun Tea Works", ("factory", "merchant"), "CN-GZ", held=False)
LABORATORY: Final = Said("lab", "Guizhou Tea Laboratory", ("laboratory",), "CN-GZ", held=False)
CARRIER: Final = Said("carrier", "Pearl River Lines", ("carrier",), "CN-GD", held=False)
SHOP: Final = Said("shop", "Tiong Bahru Tea Shop", ("shop",), "SG", held=False)

PLOT: Final = Spot("https://id.gs1.org/414/9521234000105", "Plot 7, Cloud Garden", "CN-GZ", 26.266, 107.517, "plot")
MILL: Final = Spot("https://id.gs1.org/414/9521234000006", "Tea works, Duyun", "CN-GZ", 26.258, 107.512, "factory")
PORT: Final = Spot("https://id.gs1.org/414/9521234000204", "Nansha port", "CN-GD", 22.65, 113.67, "port")
STORE: Final = Spot("https://id.gs1.org/414/9521234000303", "Tiong Bahru", "SG", 1.286, 103.832, "shop")


def words(en: str, zh: str) -> tuple[Words, ...]:
    return Words("en", en), Words("zh-Hans", zh)


def proven(*said: Said, holds: Holds = Holds.YES) -> Proof:
    return Proof(holds, said, NOW, failure="SignatureInvalid" if holds is Holds.NO else None)


def source(entry: int, grade: Grade, *said: Said, holds: Holds = Holds.YES) -> Source:
    return Source(Position(entry, 0), grade, proven(*said, holds=holds))


def step(entry: int, name: str | None, time: str, place: Spot | None, grade: Grade, *said: Said, **more: Any) -> Step:
    """An event at a local time such as `2026-04-12T06:30:00+08:00`."""
    moment = Instant(parse_instant(f"{time[:19]}.000Z") - (int(time[19:22]) * 60 * 60_000))
    made = Step(
        position=Position(entry, 0),
        type="ObjectEvent",
        action="OBSERVE",
        step=name,
        disposition=None,
        time=moment,
        text_time=time,
        offset=time[19:],
        place=place,
        about=About.ITEM,
        source=source(entry, grade, *said),
        withdrawn=False,
    )
    return replace(made, **more)


OWN, BOTH, SENSOR, INDEPENDENT = Grade.SELF_DECLARED, Grade.COUNTERPARTY_CONFIRMED, Grade.SENSOR, Grade.INDEPENDENT
STEPS: Final = (
    step(3, "collecting", "2026-04-12T06:30:00+08:00", PLOT, OWN, GARDEN, about=About.ORIGIN),
    step(4, "inspecting", "2026-04-16T10:00:00+08:00", None, INDEPENDENT, LABORATORY, about=About.ORIGIN),
    step(5, None, "2026-04-18T15:00:00+08:00", MILL, OWN, WORKS, type="TransformationEvent"),
    step(6, "packing", "2026-04-19T09:00:00+08:00", MILL, OWN, WORKS, type="AggregationEvent"),
    step(7, "shipping", "2026-10-28T12:00:00+08:00", MILL, BOTH, WORKS, CARRIER, about=About.CARRIER),
    step(
        8, "sensor_reporting", "2026-11-01T00:00:00+08:00", PORT, SENSOR, CARRIER, about=About.CARRIER,
        readings=(Reading("Temperature", "17.5", "24.0", "CEL"), Reading("RelativeHumidity", "55", "55", "P1")),
    ),
    step(9, "receiving", "2026-11-19T09:00:00+08:00", STORE, BOTH, SHOP, disposition="sellable_accessible"),
)  # fmt: skip

ACCREDITATION: Final = Accreditation("CNAS", "L1234", words("Food chemistry", "食品化学"), date(2027, 5, 1))
RESULTS: Final = (
    Result("water", "GB 5009.3", "P1", "pass", value=Decimal("5.8"), high=Decimal("7.0"), names=words("Water", "水分")),
    Result("bifenthrin", "GB 23200.113", "59", "pass", below=Decimal("0.01"), high=Decimal("5"), names=None),
)
REPORT: Final = ShownReport(
    TestReported(
        about=LEAF, number="GTL-2026-0417", sampling=Sampling("laboratory", 5, date(2026, 4, 14)), covers="lot",
        results=RESULTS, verdict="pass", reported=date(2026, 4, 16), valid_until=date(2027, 4, 16),
        accreditation=ACCREDITATION, file=bytes.fromhex(DIGEST),
    ),
    source(10, INDEPENDENT, LABORATORY), about_item=False, expired=False, withdrawn=False, accredited=True,
)  # fmt: skip
CERTIFICATE: Final = ShownCertificate(
    CertificateIssued(
        about="garden", number="OC-77", standard="GB/T 19630", names=words("Organic farming", "有机种植"),
        scope=words("Tea leaves of plots 1 to 9", "1 至 9 号地块的茶叶"),
        valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31), accreditation=None,
    ),
    source(11, INDEPENDENT, LABORATORY), name="Organic farming", scope="Tea leaves of plots 1 to 9", expired=False,
    withdrawn=False,
)  # fmt: skip
PARTY: Final = ShownParty(
    WORKS,
    PartyDescribed(
        "factory", words("Duyun Tea Works Ltd", "都匀茶厂有限公司"), (Registration("uscc", "91522701MA6DL0000X"),),
        (Licence(words("Food production", "食品生产"), "SC11452270100001", "Guizhou AMR", date(2024, 1, 1), date(2027, 1, 5)),),
        "https://tea.example/",
    ),
    source(12, OWN, WORKS), "Duyun Tea Works Ltd", (),
    ((LicenceChecked("factory", "SC11452270100001", "valid", date(2026, 11, 1)), source(13, INDEPENDENT, LABORATORY)),),
)  # fmt: skip
MEDIA: Final = MediaDescribed(
    bytes.fromhex(DIGEST), "image/webp", 40_000, TIN, "captured",
    Capture(NOW, PLOT.identifier, "Fairphone 5"), words("A tin of spring tea", "一罐春茶"),
)  # fmt: skip
PICTURE: Final = Picture(DIGEST, "image/webp", 40_000, True, THUMBNAIL, MEDIA, source(14, OWN, WORKS), "A tin of spring tea")
PRODUCT: Final = ProductDescribed(
    f"https://id.gs1.org/01/{GTIN}", words("Duyun Maojian, 50 g tin", "都匀毛尖 50 克罐装"), "farm-produce", "Cloud Garden",
    words("Spring tea of one morning.\nPicked by hand.", "一个早晨采的春茶。\n手工采摘。"), "CN-GZ",
)  # fmt: skip
EXPECTED: Final = Expectations(
    "farm-produce/1",
    tuple(
        ExpectedStep(name, provided, positions)
        for name, provided, positions in (
            ("plot", Provided.YES, ((3, 0),)),
            ("inputs", Provided.YES, ((20, 0),)),
            ("pre-harvest-interval", Provided.YES, ((20, 0),)),
            ("harvest", Provided.YES, ((3, 0),)),
            ("processing", Provided.YES, ((5, 0),)),
            ("laboratory-test", Provided.YES, ((4, 0), (10, 0))),
            ("cold-chain", Provided.YES, ((8, 0),)),
            ("custody", Provided.YES, ((9, 0),)),
        )
    ),
)
GRAPH: Final = Graph(
    (
        GraphNode(TIN, "Duyun Maojian, 50 g tin", 0, carrier=False),
        GraphNode(LEAF, "Fresh leaves", 1, carrier=False),
        GraphNode(CASE, None, 1, carrier=True),
    ),
    (
        Edge(Position(5, 0), "TransformationEvent", (LEAF,), (TIN,), Window(0, 1)),
        Edge(Position(6, 0), "AggregationEvent", (TIN,), (CASE,), Window(0, 1)),
    ),
    0,
)
STANDING: Final = CodeStanding(CodeState.ACTIVATED, date(2026, 11, 3), 7, 4, -20, Suspicion.OK)
COPIED: Final = replace(
    STANDING,
    score=12,
    suspicion=Suspicion.WARN,
    reasons=(Reason("places-at-once", 10, False, {"areas": "4", "day": "2026-11-03", "scans": "7"}),),
)

CLEAN: Final = ItemFacts(
    link=LINK, verdict=Verdict.VERIFIED, name="Duyun Maojian, 50 g tin", brand="Cloud Garden",
    text="Spring tea of one morning.\nPicked by hand.", product=PRODUCT, described=source(2, OWN, WORKS), by_brand=True,
    picture=PICTURE,
    model=Model(
        Picture("cd" * 32, "model/gltf-binary", 90_000, True, None, None, None), Dimensions(80, 120, 80), Dimensions(80, 121, 80),
        fits=True,
    ),
    gallery=(replace(PICTURE, digest="ef" * 32, caption="The plot in April"),), began=Began(PLOT, STEPS[0].source, STEPS[0].time),
    inspected=Inspected(REPORT.source, date(2026, 4, 16), "pass"),
    custody=Custody(Hands.HELD, "shop", STORE.identifier, None, STEPS[-1].time, Position(9, 0)),
    holder=SHOP, holder_place=STORE, handovers=2, recalls=(), recalls_ended=(), expectations=EXPECTED, findings=(), steps=STEPS,
    reports=(REPORT,), certificates=(CERTIFICATE,),
    measurements=(
        Measurement("water", "Water", "P1", "6.0", None, "7.0", RESULTS[0], REPORT, agrees=True),
        Measurement("net-weight", "Net weight", "GRM", "50", "49", "52", None, None, agrees=None),
    ),
    parties=(PARTY,), graph=GRAPH, code=STANDING, erased=(),
    names=MappingProxyType({LEAF: "Fresh leaves", TIN: "Duyun Maojian, 50 g tin"}),
    withheld=0, damaged=0, truncated=False, begins=True, checked=NOW, log_size=1_234,
)  # fmt: skip

RECALL: Final = ShownRecall(
    RecallIssued(
        parse_instant("2026-11-20T02:00:00.000Z"), (LEAF,), "safety", "stop-using",
        words("Too much bifenthrin was found in the leaves.", "茶叶中检出联苯菊酯超标。"), "+86 854 000 0000, recall@tea.example",
    ),
    source(40, OWN, WORKS), (LEAF,), "Too much bifenthrin was found in the leaves.",
)  # fmt: skip
RECALLED: Final = replace(CLEAN, verdict=Verdict.RECALLED, recalls=(RECALL,))
FINDINGS: Final = tuple(
    ItemFinding(code, meaning.weight, ((3, 0), (99, 1)), dict.fromkeys(meaning.values, "2026-11-03"))
    for code, meaning in CODES.items()
)
FOUND: Final = replace(CLEAN, verdict=Verdict.FINDINGS, findings=FINDINGS)
LACKING: Final = replace(
    CLEAN,
    verdict=Verdict.INCOMPLETE,
    picture=None,
    began=None,
    inspected=None,
    holder=None,
    custody=Custody(),
    reports=(),
    certificates=(),
    measurements=(),
    parties=(),
    expectations=Expectations(
        "farm-produce/1",
        tuple(
            replace(step, provided=Provided.NO if nth % 2 else step.provided, positions=() if nth % 2 else step.positions)
            for nth, step in enumerate(EXPECTED.steps)
        ),
    ),
    withheld=3,
    begins=False,
    erased=(Erased(Position(30, 0), "garden", "Cloud Garden", "epcis", NOW, "person-request", 33),),
)
BARE: Final = replace(
    LACKING, name=None, brand=None, text=None, product=None, described=None, model=None, gallery=(), steps=(), code=None,
    expectations=Expectations(None), graph=Graph((), (), 0), erased=(), link=DigitalLink((("01", GTIN),)),
)  # fmt: skip
WORLDS: Final[Mapping[str, ItemFacts]] = MappingProxyType(
    {
        "clean": CLEAN,
        "recalled": RECALLED,
        "findings": FOUND,
        "lacking": LACKING,
        "copied": replace(CLEAN, verdict=Verdict.FINDINGS, code=COPIED),
        "bare": BARE,
    }
)


def poisoned(value: Any, poison: str) -> Any:
    """The same value with `poison` before every text of it that a party could have written."""
    if isinstance(value, Enum) or (not isinstance(value, str | tuple | Mapping) and not is_dataclass(value)):
        return value
    if isinstance(value, str):
        return poison + value
    if isinstance(value, Mapping):
        return {name: poisoned(held, poison) for name, held in value.items()}
    if isinstance(value, tuple):
        held = [poisoned(one, poison) for one in value]
        return type(value)(*held) if hasattr(value, "_fields") else tuple(held)
    kept = _CLOSED.get(type(value).__name__, frozenset())
    changed = {
        field.name: poisoned(getattr(value, field.name), poison)
        for field in fields(value)
        if field.init and field.name not in kept and not isinstance(value, DigitalLink)
    }
    return replace(value, **changed) if changed else value


# Members whose values are a closed list, judged at intake.
_CLOSED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "RecallIssued": frozenset({"hazard", "advice"}),
        "TestReported": frozenset({"covers", "verdict"}),
        "Sampling": frozenset({"by"}),
        "Result": frozenset({"verdict"}),
        "Inspected": frozenset({"verdict"}),
        "LicenceChecked": frozenset({"result"}),
        "Registration": frozenset({"scheme"}),
        "MediaDescribed": frozenset({"origin", "media_type"}),
        "ProductDescribed": frozenset({"category"}),
        "Erased": frozenset({"klass"}),
        "ItemFinding": frozenset({"code"}),
        "Reason": frozenset({"code"}),
    }
)


def heavy() -> ItemFacts:
    """As much as a page shows at most: 100 steps at 40 places around the world, 50 findings, reports and a full graph."""
    places = [
        Spot(f"https://id.gs1.org/414/95212340{n:05}", f"Warehouse {n * 7919 % 97} of {n}", "CN-GD", n * 3 - 55.5, n * 9 - 170.5)
        for n in range(40)
    ]
    steps = tuple(
        replace(
            STEPS[n % len(STEPS)],
            position=Position(1000 + n * 37 % 101, n % 7),
            place=places[n * 11 % 40],
            source=source(1000 + n * 37 % 101, OWN, GARDEN, replace(CARRIER, label=f"Line {n * 31 % 53}")),
            time=Instant(STEPS[0].time + n * 97_000_019),
        )
        for n in range(100)
    )
    findings = tuple(
        replace(FINDINGS[n % len(FINDINGS)], values=dict.fromkeys(FINDINGS[n % len(FINDINGS)].values, f"{n * 7919} of batch {n}"))
        for n in range(50)
    )
    results = tuple(
        replace(RESULTS[0], parameter=f"substance-{n}", names=None, value=Decimal(n) / 8, method=f"GB 23200.{n}")
        for n in range(40)
    )
    report = replace(REPORT, body=replace(REPORT.body, results=results))
    nodes = [
        GraphNode(f"https://id.gs1.org/01/09521234000020/10/L{n}", f"Part number {n}", n // 4, carrier=n % 5 == 0)
        for n in range(24)
    ]
    edges = [
        Edge(Position(n, 0), "TransformationEvent", (nodes[n].identifier,), (nodes[max(0, n - 4)].identifier,), Window(0, 1))
        for n in range(1, 24)
    ]
    return replace(
        FOUND,
        picture=replace(PICTURE, thumbnail=noise(6_000)),
        gallery=tuple(replace(PICTURE, digest=f"{n:064x}", thumbnail=noise(6_000, n)) for n in range(1, 13)),
        steps=steps,
        findings=findings,
        reports=(report, *(replace(REPORT, body=replace(REPORT.body, number=f"R-{n}")) for n in range(6))),
        parties=tuple(replace(PARTY, said=replace(WORKS, party=f"party-{n}"), name=f"Company {n} Ltd") for n in range(8)),
        graph=Graph(tuple(nodes), tuple(edges), 9),
        withheld=4,
        truncated=True,
    )


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that no compression makes smaller, the same every time."""
    return b"".join(sha256(f"{seed} {n}".encode()).digest() for n in range(size // 32 + 1))[:size]
