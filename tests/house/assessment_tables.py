"""The expected steps, findings and verdicts of the page of an item, as they stand in docs/FORMATS.md."""

from __future__ import annotations

import inspect
from typing import Final

from ledger.trade.assessment.finding import CODES
from ledger.trade.assessment.showing import ByCertificate, ByCropInputs, ByEvent, ByLicence, ByPlace, ByReport, Showing
from ledger.trade.assessment.step_list import StepRule, shipped_lists
from ledger.trade.assessment.verdict import verdict_of
from tests.house.markdown import names, table

_SIDES: Final = {
    "inputs": "that names what went in",
    "outputs": "that names what came out",
    "beginning": "with which it began",
}


def step_lists() -> str:
    """Every published list with its steps and what shows each."""
    sections = []
    for listed in shipped_lists().values():
        rows = [
            (f"`{rule.slug}`", _expected(rule), "; or ".join(in_words(one) for one in rule.showings)) for rule in listed.steps
        ]
        head = f"### {listed.name}\n\nFor goods of category `{listed.category}`. SHA-256 `{listed.digest.hex()}`."
        sections.append(f"{head}\n\n{table(('Step', 'Expected', 'Shown by'), rows)}")
    return "\n\n".join(sections)


def item_findings_table() -> str:
    """Every code that can be found about an item."""
    rows = [(f"`{code}`", meaning.weight, meaning.sentence, names(meaning.values)) for code, meaning in CODES.items()]
    return table(("Code", "Weight", "Meaning", "Values"), rows)


def verdict_table() -> str:
    """The table in the docstring of the rule, which is the one that the tests go through."""
    lines = (inspect.getdoc(verdict_of) or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def in_words(showing: Showing) -> str:
    """One way to show a step, as a sentence without its full stop.

    Raises:
        LookupError: the grammar has a kind that nobody put into words.
    """
    if isinstance(showing, ByEvent):
        return _event_in_words(showing)
    if isinstance(showing, ByPlace):
        return f"a described {_either(showing.kinds)} that an event names"
    if isinstance(showing, ByReport):
        return "a test report of an examiner, or of somebody who told a part of the story"
    if isinstance(showing, ByCertificate):
        return "a certificate of an examiner, or of somebody who told a part of the story"
    if isinstance(showing, ByLicence):
        return "a maker's description of itself that names a licence"
    if isinstance(showing, ByCropInputs):
        more = " in which each pesticide states its pre-harvest interval" if showing.intervals else ", an empty one included"
        return f"a list of crop inputs{more}"
    raise LookupError(type(showing).__name__)


def _event_in_words(showing: ByEvent) -> str:
    kind = f"a {_either(showing.types)}" if showing.types else "an event"
    about = f" about {_either(showing.about)}" if showing.about else ""
    parts = [
        f"by a {_either(showing.roles)}" if showing.roles else "",
        f"with action {_either(showing.actions)}" if showing.actions else "",
        f"with business step {_either(showing.steps)}" if showing.steps else "",
        f"with readings of {_either(showing.sensors)}" if showing.sensors else "",
        f"that states {_either(showing.data)}" if showing.data else "",
        " or ".join(_SIDES[side] for side in sorted(showing.sides)),
    ]
    return " ".join([f"{kind}{about}", *(part for part in parts if part)])


def _expected(rule: StepRule) -> str:
    return f"{'where there is any: ' if rule.if_any else ''}{rule.says}"


def _either(words: frozenset[str]) -> str:
    return " or ".join(f"`{word}`" for word in sorted(words))
