"""Everything a page says of an item, as data: put together by `describe_item`, shown as HTML, JSON and card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.actions.trace.check_proof import Proof, Said
from ledger.evidence.instant import Instant
from ledger.storage.position import Position
from ledger.trade.assessment.expected import Expectations
from ledger.trade.assessment.finding import ItemFinding
from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.told import About
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.custody import Custody
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.described import Dimensions, MediaDescribed, PartyDescribed, ProductDescribed
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked, Result, TestReported
from ledger.trade.dossier.bodies.recalled import RecallIssued
from ledger.trade.genealogy import Edge
from ledger.trade.scans import CodeStanding


@dataclass(frozen=True, slots=True)
class Source:
    """Who said a thing and what its proof is worth now."""

    position: Position
    grade: Grade
    proof: Proof

    @property
    def said(self) -> tuple[Said, ...]:
        return self.proof.said


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its identifier, its name in the reader's language, and where it lies in degrees, if anybody says so."""

    identifier: str
    name: str | None = None
    territory: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sensor read in one event, as it wrote it: lowest and highest of its values. `alarm`: it rang."""

    kind: str
    low: str
    high: str
    unit: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the item's history. `text_time` and `offset` are as the issuer wrote them."""

    position: Position
    type: str
    action: str | None
    step: str | None
    disposition: str | None
    time: Instant
    text_time: str
    offset: str
    place: Spot | None
    about: About
    source: Source
    withdrawn: bool
    readings: tuple[Reading, ...] = ()

    @property
    def proof(self) -> Proof:
        return self.source.proof


@dataclass(frozen=True, slots=True)
class Picture:
    """A file named by a description, as it lies beside the ledger.

    intact: the bytes hash to what was signed; False: they were changed; None: there is no such file here.
    thumbnail: a small WebP of at most 6 KB for the page itself, of images only.
    """

    digest: str
    media_type: str
    size: int
    intact: bool | None
    thumbnail: bytes | None
    said: MediaDescribed | None
    source: Source | None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """The 3D model of the product. `measured`: its bounding box, in millimetres; `fits`: within 2 % of what was declared."""

    file: Picture
    declared: Dimensions | None
    measured: Dimensions | None
    fits: bool | None


@dataclass(frozen=True, slots=True)
class ShownRecall:
    """A recall that stands, and by what it reaches this item: the item itself, its product, or what it was made from."""

    body: RecallIssued
    source: Source
    through: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A test report. expired: by its own date at the moment of reading; withdrawn: by who said it."""

    body: TestReported
    source: Source
    about_item: bool
    expired: bool
    withdrawn: bool
    accredited: bool


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    body: CertificateIssued
    source: Source
    name: str | None
    scope: str | None
    expired: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Measurement:
    """A declared property beside what was measured of it. agrees: None where nobody measured, or nothing was declared."""

    parameter: str
    name: str | None
    unit: str
    declared: str | None
    low: str | None
    high: str | None
    result: Result | None
    report: ShownReport | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class ShownParty:
    """What a party says of itself, and who looked its licences up."""

    said: Said
    body: PartyDescribed
    source: Source
    name: str | None
    expired: tuple[str, ...]
    """Numbers of licences that have run out."""
    checks: tuple[tuple[LicenceChecked, Source], ...]


@dataclass(frozen=True, slots=True)
class Inspected:
    """The last word of somebody independent: a test report, or an event of a laboratory, inspector, customs or authority."""

    source: Source
    day: date
    verdict: str | None
    """`pass`, `fail`, `inconclusive`; None where it only looked."""


@dataclass(frozen=True, slots=True)
class Began:
    """Where it came from: the earliest place that records of it, or of what it was made from, name."""

    place: Spot
    source: Source
    time: Instant


@dataclass(frozen=True, slots=True)
class Erased:
    """A record of this item that was erased: its commitment stays, its content is gone."""

    position: Position
    issuer: str
    label: str | None
    klass: str
    recorded: Instant
    ground: str
    by_entry: int


@dataclass(frozen=True, slots=True)
class GraphNode:
    identifier: str
    name: str | None
    depth: int
    carrier: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """The trace as a picture needs it: nearest things first, cut to what can be drawn; `more` counts those left out."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Everything a page says of an item.

    steps: by event time, the latest `SHOWN_MAX`. withheld: records that are not for this reader. broken: it changed hands
    without the holder of that time letting go. truncated: there is more than is shown. damaged: records whose content is
    gone or changed behind the ledger's back.
    """

    link: DigitalLink
    verdict: Verdict
    name: str | None
    brand: str | None
    text: str | None
    product: ProductDescribed | None
    described: Source | None
    """Who described the product; None where its name comes from an event, or from nobody."""
    by_brand: bool
    picture: Picture | None
    model: Model | None
    gallery: tuple[Picture, ...]
    began: Began | None
    inspected: Inspected | None
    custody: Custody
    holder: Said | None
    holder_place: Spot | None
    handovers: int
    recalls: tuple[ShownRecall, ...]
    recalls_ended: tuple[ShownRecall, ...]
    expectations: Expectations
    findings: tuple[ItemFinding, ...]
    steps: tuple[Step, ...]
    reports: tuple[ShownReport, ...]
    certificates: tuple[ShownCertificate, ...]
    measurements: tuple[Measurement, ...]
    parties: tuple[ShownParty, ...]
    graph: Graph
    code: CodeStanding | None
    """None where the address names no single item."""
    erased: tuple[Erased, ...]
    names: Mapping[str, str]
    """Names of things and places of the trace, by canonical identifier, in the reader's language."""
    withheld: int
    damaged: int
    truncated: bool
    begins: bool
    checked: Instant
    log_size: int
