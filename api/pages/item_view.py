"""Everything the templates of an item's page ask for beside its facts: pictures, gaps, links and drawings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from api.pages.graph_drawing import GraphPicture, draw_graph
from api.pages.item_findings import ShownFinding, say_reason, shown_findings
from api.pages.item_first import Banner, RecallWords, Row, banner_of, recalls_of, rows_of
from api.pages.item_journey import Journey, Place, journey_of
from api.pages.item_words import ItemWords
from ledger.actions.codes.symbol import draw_symbol
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.item_facts import Erased, GraphNode, ShownCertificate, ShownParty, ShownReport
from ledger.trade.assessment.expected import ExpectedStep, Provided
from ledger.trade.assessment.grade import Grade
from ledger.trade.identifiers import ROOT, application_values
from ledger.trade.label_size import Correction
from ledger.trade.membership import BONDS

FINDINGS_OPEN_MAX: Final = 4
REPORTS_MAX = CERTIFICATES_MAX = PARTIES_MAX = 12
ERASED_MAX: Final = 20
"""What stands on the page; the rest is in the file with the proofs."""
_STEPS_NAMED_MAX: Final = 3
_DIGITS_TOLD: Final = 6
_PLACES: Final = "/414/"
_SYMBOLS_REMEMBERED: Final = 512


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

    def steps_at(self, place: Place) -> Markup:
        key = "journey.step" if len(place.numbers) == 1 else "journey.steps"
        more = "…" if len(place.numbers) > 2 * _STEPS_NAMED_MAX else ""
        return self.words.say(key, numbers=", ".join(map(str, place.numbers[: 2 * _STEPS_NAMED_MAX])) + more)

    def place_path(self, place: Place) -> str:
        """Where this server shows a place that somebody described; nothing for an identifier that is no location number."""
        path = place.spot.identifier.removeprefix(ROOT)
        return path if place.spot.kind and path.startswith(_PLACES) else ""

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

    @cached_property
    def graph(self) -> GraphPicture | None:
        found = self.facts.graph
        return draw_graph(found.nodes, found.edges, more=found.more, name=self._node_name)

    def node_title(self, node: GraphNode) -> str:
        return str(self.words.thing(node.identifier).striptags())

    def _node_name(self, node: GraphNode) -> tuple[str, str]:
        """What a thing is called, and which lot or piece of it; of a number alone its end, which tells it from others."""
        values = application_values(node.identifier) or ()
        name = node.name or self.words.name(node.identifier)
        if not values:
            return name or node.identifier, ""
        which = self.words.key(*values[-1]) if len(values) > 1 else ""
        if name is not None:
            return name.removesuffix(values[-1][1]).rstrip(" ·"), which
        ai, end = values[0][0], f"…{values[0][1][-_DIGITS_TOLD:]}"
        return (self.words.key(ai, end), which) if which else (self.words.key(ai, ""), end)

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
