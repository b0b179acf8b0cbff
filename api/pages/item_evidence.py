"""Test reports, certificates and measurements as rows: results with method and sample size, limits, what has run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from api.pages.foreign_text import isolated
from api.pages.item_words import ItemWords
from ledger.actions.trace.item_facts import Measurement, ShownReport
from ledger.trade.dossier.bodies.inspected import Accreditation, Result, TestReported

RESULTS_MAX: Final = 15
MEASUREMENTS_MAX: Final = 20
_SOON: Final = timedelta(days=60)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REPORT_STYLES: Final = {"pass": "good", "fail": "bad", "inconclusive": "warn"}
_RESULT_STYLES: Final = {"pass": "good", "fail": "bad", "reported": "soft"}


@dataclass(frozen=True, slots=True)
class Expiry:
    """`style`: `bad` where the day is over, `warn` where it is near, else nothing."""

    style: str
    says: Markup


@dataclass(frozen=True, slots=True)
class ResultRow:
    name: Markup
    method: str
    value: Markup
    limits: Markup
    verdict: str
    style: str


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """A declared property beside what was measured. `how`: method, sample size and who says so."""

    name: str
    declared: Markup
    measured: Markup
    how: Markup
    agrees: bool | None


class Evidence:
    """The evidence of one page in the words of its reader."""

    def __init__(self, words: ItemWords) -> None:
        self._words = words
        self._today = (_EPOCH + timedelta(milliseconds=words.facts.checked)).date()

    @property
    def rows(self) -> int:
        """How many results the page shows."""
        return sum(min(RESULTS_MAX, len(report.body.results)) for report in self._words.facts.reports)

    def expiry(self, day: date) -> Expiry:
        if day < self._today:
            return Expiry("bad", self._words.say("until.over", date=self._words.date(day)))
        soon = day - self._today <= _SOON
        return Expiry("warn" if soon else "", self._words.say("until.soon" if soon else "until", date=self._words.date(day)))

    def report_style(self, report: ShownReport) -> str:
        """A report that counts no more says nothing in its favour."""
        style = _REPORT_STYLES[report.body.verdict]
        return "soft" if report.withdrawn or (report.expired and style == "good") else style

    def sampled(self, body: TestReported) -> Markup:
        sampling = body.sampling
        by = self._words[f"sampler.{sampling.by}"]
        return self._words.say("report.sampled", count=sampling.size, by=by, date=self._words.date(sampling.date))

    def accreditation(self, found: Accreditation | None) -> Markup:
        if found is None:
            return self._words.say("accreditation.none")
        return self._words.say("accreditation.by", body=found.body, number=found.number)

    def results(self, report: ShownReport) -> list[ResultRow]:
        return [
            ResultRow(
                self._words.text(result.names) if result.names else isolated(result.parameter),
                result.method,
                self._value(result),
                self._limits(result.low, result.high, result.unit),
                result.verdict,
                _RESULT_STYLES[result.verdict],
            )
            for result in report.body.results[:RESULTS_MAX]
        ]

    def results_left(self, report: ShownReport) -> int:
        return max(0, len(report.body.results) - RESULTS_MAX)

    @property
    def measurements(self) -> list[MeasuredRow]:
        return [self._measured(found) for found in self._words.facts.measurements[:MEASUREMENTS_MAX]]

    def _measured(self, found: Measurement) -> MeasuredRow:
        words = self._words
        declared = Markup("").join(
            (
                words.say("measured.undeclared") if found.declared is None else self._quantity(found.declared, found.unit),
                Markup(" ") if found.low or found.high else Markup(""),
                self._declared_limits(found),
            )
        )
        if found.result is None or found.report is None:
            return MeasuredRow(found.name or found.parameter, declared, words.say("measured.nobody"), Markup(""), None)
        size = words.say("results.n", count=found.report.body.sampling.size)
        grade = isolated(words[f"grade.{found.report.source.grade}"])
        how = Markup(" · ").join((isolated(found.result.method), size, grade))
        return MeasuredRow(found.name or found.parameter, declared, self._value(found.result), how, found.agrees)

    def _declared_limits(self, found: Measurement) -> Markup:
        if not found.low and not found.high:
            return Markup("")
        return Markup('<span class="soft">(%s)</span>') % self._limits(found.low, found.high, found.unit)

    def _value(self, result: Result) -> Markup:
        if result.value is not None:
            return self._quantity(result.value, result.unit)
        if result.below is None:
            return self._words.say("results.none")
        return self._words.say("results.not found", limit=self._quantity(result.below, result.unit))

    def _limits(self, low: Decimal | str | None, high: Decimal | str | None, unit: str) -> Markup:
        if low is None and high is None:
            return Markup("")
        if low is None:
            return self._words.say("limits.at most", high=self._quantity(high, unit))
        if high is None:
            return self._words.say("limits.at least", low=self._quantity(low, unit))
        return self._words.say("limits.between", low=isolated(self._words.number(low)), high=self._quantity(high, unit))

    def _quantity(self, value: object, unit: str) -> Markup:
        return isolated(self._words.quantity(value, unit))
