"""Everything the templates of an item's page ask for beside its facts: pictures, gaps, links and drawings."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from api.pages.foreign_text import isolated, shown
from api.pages.graph_drawing import GraphPicture, draw_graph
from api.pages.item_findings import ShownFinding, say_reason, shown_findings
from api.pages.item_first import Banner, RecallWords, Row, banner_of, recalls_of, rows_of
from api.pages.item_journey import Journey, Place, journey_of
from api.pages.item_words import ItemWords
from ledger.actions.codes.symbol import draw_symbol
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.item_facts import Erased, GraphNode, Picture, Reading, ShownCertificate, ShownParty, ShownReport
from ledger.trade.assessment.expected import ExpectedStep, Provided
from ledger.trade.assessment.grade import Grade
from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.label_size import Correction
from ledger.trade.membership import BONDS

FINDINGS_OPEN_MAX: Final = 4
REPORTS_MAX = CERTIFICATES_MAX = PARTIES_MAX = 12
ERASED_MAX: Final = 20
"""What stands on the page; the rest is in the file with the proofs."""
_THUMBNAIL_BYTES_MIN, _THUMBNAIL_BYTES_MAX, _BYTES_A_ROW = 6_000, 14_000, 100
"""Small pictures inside the page, all together: the more is told, the fewer, since the page must stay light."""
_STEPS_NAMED_MAX: Final = 3
_SYMBOLS_REMEMBERED: Final = 512


@dataclass(frozen=True, slots=True)
class ShownFile:
    file: Picture
    caption: Markup
    origin: str
    captured: Markup
    thumbnail: str
    image: bool


@dataclass(frozen=True, slots=True)
class ShownExpected:
    """A step of the list; `style`: yes, no or dropped."""

    name: str
    style: str
    says: Markup
    steps: tuple[int, ...]
    added: bool


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol as one path of horizontal strokes, a unit a module."""

    side: int
    path: str


class ItemView:
    """The page of one item for one reader. `public_url`: scheme and host under which this server is known."""

    findings_open = FINDINGS_OPEN_MAX
    grades = tuple(Grade)

    def __init__(self, words: ItemWords, public_url: str) -> None:
        self.words, self.facts = words, words.facts
        self.host = urlsplit(public_url).netloc
        self._path = self.facts.link.uri(root="", with_attributes=False)
        self.address = self.facts.link.uri(root=public_url, with_attributes=False)
        self.proof_path, self.own_path, self.report_path = (f"/{way}{self._path}" for way in ("proof", "own", "report"))

    # The first screen

    @property
    def name(self) -> Markup:
        names = None if self.facts.product is None else self.facts.product.names
        return self.words.own_text(self.facts.name or self.words["name.unknown"], names)

    @property
    def short_keys(self) -> list[str]:
        """Which one it is: lot and serial number; the number of the product where there is nothing finer."""
        keys = self.facts.link.keys
        return [self.words.key(ai, value) for ai, value in keys[1:] or keys]

    @property
    def banner(self) -> Banner:
        return banner_of(self.words)

    @property
    def recalls(self) -> list[RecallWords]:
        return recalls_of(self.words)

    @property
    def rows(self) -> list[Row]:
        return rows_of(self.words)

    @property
    def thumbnail(self) -> str:
        """Of a file that is what was signed; one that was changed is not shown as the item."""
        picture = self.facts.picture
        return "" if picture is None or picture.intact is not True else _inlined(picture.thumbnail)

    @property
    def picture_alt(self) -> str:
        if self.facts.picture is not None and self.facts.picture.caption:
            return shown(self.facts.picture.caption)
        return shown(self.words.say("picture.alt", name=self.facts.name or self.words["name.unknown"]).striptags())

    # Below it

    @property
    def text(self) -> Markup:
        return self.words.own_text(self.facts.text or "", None if self.facts.product is None else self.facts.product.texts)

    @cached_property
    def journey(self) -> Journey:
        return journey_of(self.facts)

    @cached_property
    def findings(self) -> list[ShownFinding]:
        return shown_findings(self.words, self.journey.numbers)

    @property
    def reports(self) -> tuple[ShownReport, ...]:
        return self.facts.reports[:REPORTS_MAX]

    @property
    def certificates(self) -> tuple[ShownCertificate, ...]:
        return self.facts.certificates[:CERTIFICATES_MAX]

    @property
    def parties(self) -> tuple[ShownParty, ...]:
        return self.facts.parties[:PARTIES_MAX]

    @property
    def erasures(self) -> list[Markup]:
        return [self._erased(one) for one in self.facts.erased[-ERASED_MAX:]]

    @property
    def reasons(self) -> list[Markup]:
        return [] if self.facts.code is None else [say_reason(reason, self.words) for reason in self.facts.code.reasons]

    def reading(self, reading: Reading) -> Markup:
        kind, unit = self.words.sensed(reading.kind), reading.unit
        high = isolated(self.words.quantity(reading.high, unit))
        if reading.low == reading.high:
            return self.words.say("reading.one", kind=kind, value=high)
        return self.words.say("reading.range", kind=kind, low=isolated(self.words.number(reading.low)), high=high)

    def steps_at(self, place: Place) -> Markup:
        key = "journey.step" if len(place.numbers) == 1 else "journey.steps"
        more = "…" if len(place.numbers) > 2 * _STEPS_NAMED_MAX else ""
        return self.words.say(key, numbers=", ".join(map(str, place.numbers[: 2 * _STEPS_NAMED_MAX])) + more)

    @property
    def expected(self) -> list[ShownExpected]:
        return [self._expected(step) for step in self.facts.expectations.steps]

    def _expected(self, step: ExpectedStep) -> ShownExpected:
        numbers = self.journey.numbers
        at = tuple(sorted(numbers[position] for position in step.positions if position in numbers))[:_STEPS_NAMED_MAX]
        name = self.words.expected(step.step)
        if step.provided is Provided.DROPPED:
            says = self.words.say("expected.dropped", reason=self.words.text(step.reason))
            return ShownExpected(name, "dropped", says, at, step.added)
        style = "yes" if step.provided is Provided.YES else "no"
        return ShownExpected(name, style, self.words.say(f"expected.{style}"), at, step.added)

    @property
    def gaps(self) -> list[Markup]:
        """What else cannot be seen here, and whether that is because nobody said it or because it is not for everybody."""
        facts = self.facts
        failed = sum(step.proof.holds is Holds.NO for step in facts.steps)
        waiting = sum(step.proof.holds is Holds.NOT_YET for step in facts.steps)
        found = {
            "gap.failed": failed,
            "gap.damaged": facts.damaged,
            "gap.waiting": waiting,
            "gap.withheld": facts.withheld,
            "gap.beginning": not facts.begins,
            "gap.truncated": facts.truncated,
            "gap.public": len(facts.link.keys) == 1,
        }
        return [self.words.say(key, count=int(count)) for key, count in found.items() if count]

    @property
    def files(self) -> list[ShownFile]:
        return list(self._files())

    @property
    def _room(self) -> int:
        """Bytes for the small pictures of the gallery."""
        facts, main = self.facts, self.facts.picture
        rows = len(facts.steps) + len(facts.findings) + sum(len(report.body.results) for report in facts.reports[:REPORTS_MAX])
        whole = max(_THUMBNAIL_BYTES_MIN, _THUMBNAIL_BYTES_MAX - _BYTES_A_ROW * rows)
        return whole - len((main.thumbnail if main is not None else None) or b"")

    def _files(self) -> Iterator[ShownFile]:
        room, main = self._room, self.facts.picture
        for file in (*(() if main is None else (main,)), *self.facts.gallery):
            thumbnail = file.thumbnail if file is not main and file.intact is True else None
            if thumbnail is not None and len(thumbnail) > room:
                thumbnail = None
            room -= len(thumbnail or b"")
            image = file.media_type.startswith("image/")
            captions = file.said.captions if file.said is not None else None
            untitled = self.words["media.untitled" if image else "media.untitled.file"]
            caption = self.words.own_text(file.caption, captions) if file.caption else isolated(untitled)
            origin = file.said.origin if file.said is not None else "unknown"
            yield ShownFile(file, caption, origin, self._captured(file), _inlined(thumbnail), image)

    def _captured(self, file: Picture) -> Markup:
        captured = None if file.said is None else file.said.captured
        if captured is None:
            return Markup("")
        time = None if captured.time is None else isolated(self.words.moment(captured.time))
        place = None if captured.place is None else self.words.thing(captured.place)
        device = None if captured.device is None else isolated(captured.device)
        return Markup(" · ").join(part for part in (time, place, device) if part is not None)

    def size(self, found: Dimensions) -> Markup:
        return self.words.say(
            "size.whd", width=found.width, height=found.height, depth=isolated(self.words.quantity(found.depth, "MMT"))
        )

    @cached_property
    def graph(self) -> GraphPicture | None:
        found = self.facts.graph
        return draw_graph(found.nodes, found.edges, more=found.more, name=self._node_name)

    def node_title(self, node: GraphNode) -> str:
        return str(self.words.thing(node.identifier).striptags())

    def _node_name(self, node: GraphNode) -> str:
        return node.name or self.node_title(node)

    @property
    def edges(self) -> list[Markup]:
        """The lines of the drawing as sentences."""
        return [
            self.words.say(
                "trace.inside" if edge.kind in BONDS else "trace.made",
                sources=self._things(edge.sources),
                targets=self._things(edge.targets),
            )
            for edge in self.facts.graph.edges
        ]

    def _things(self, identifiers: tuple[str, ...]) -> Markup:
        return Markup(", ").join(self.words.thing(identifier) for identifier in identifiers)

    def _erased(self, one: Erased) -> Markup:
        ground = f"ground.{one.ground}"
        return self.words.say(
            "erased.one",
            klass=self.words[f"class.{one.klass}"],
            party=one.label or one.issuer,
            date=self.words.day(one.recorded, "+00:00"),
            entry=one.by_entry,
            ground=self.words[ground] if self.words.has(ground) else one.ground,
        )

    @property
    def qr(self) -> Symbol:
        return _symbol(self.address)


@lru_cache(maxsize=_SYMBOLS_REMEMBERED)
def _symbol(address: str) -> Symbol:
    drawn = draw_symbol(address, Correction.M)
    return Symbol(drawn.modules, "".join(f"M{column} {row}h{length}" for column, row, length in drawn.runs))


def _inlined(thumbnail: bytes | None) -> str:
    return "" if thumbnail is None else f"data:image/webp;base64,{base64.b64encode(thumbnail).decode('ascii')}"
