"""What stands on an item's page dozens of times, drawn without a template: who says so, how it is proven, a step.

Each value is escaped here, by name, as a template would do it: calling a template's macro and looking up what it names
costs more than all that a step says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from api.pages.foreign_text import isolated, shown
from ledger.actions.trace.check_proof import Holds
from ledger.trade.assessment.told import About

if TYPE_CHECKING:
    from api.pages.item_journey import NumberedStep
    from api.pages.item_words import ItemWords
    from ledger.actions.trace.check_proof import Proof, Said
    from ledger.actions.trace.item_facts import Reading, Source, Spot, Step
    from ledger.trade.assessment.grade import Grade


class DrawnMarks:
    """The marks of one page. `proof_query`: the query by which the receipt and the record of a step are asked for."""

    def __init__(self, words: ItemWords, proof_query: str) -> None:
        self._words, self._query = words, escape(proof_query)
        self._receipt, self._held = escape(words["receipt"]), escape(words["key.held.by operator"])
        self._badges: dict[Grade, Markup] = {}
        self._parties: dict[Said, Markup] = {}
        self._spots: dict[Spot, str] = {}

    def badge(self, grade: Grade) -> Markup:
        """How much a statement is worth."""
        known = self._badges.get(grade)
        if known is None:
            word = escape(self._words[f"grade.{grade.value}"])
            known = self._badges[grade] = _drawn(f'<span class="badge {escape(grade.value)}">{word}</span>')
        return known

    def party(self, said: Said) -> Markup:
        """Who says so: name, roles, place, and whether the operator holds the key."""
        known = self._parties.get(said)
        if known is None:
            name, roles = escape(self._words.party(said)), escape(self._words.roles(said))
            held = f" · {self._held}" if said.held else ""
            known = self._parties[said] = _drawn(f'{name} <span class="soft">{roles}{held}</span>')
        return known

    def signed(self, source: Source) -> Markup:
        """Grade and parties."""
        return _drawn(f"<p>{self.badge(source.grade)} {' + '.join(map(self.party, source.said))}</p>")

    def proof(self, source: Source) -> Markup:
        """What the proof is worth, with links to the receipt and to the record."""
        entry, place = source.position
        at = f"{entry:d}/{place:d}?{self._query}"
        record = self._words.say("record", address=f"{entry:d}/{place:d}")
        return _drawn(
            f'<span class="soft">{self._holds(source.proof)} · <a href="/receipts/{at}">{self._receipt}</a> · '
            f'<a href="/records/{at}">{record}</a></span>'
        )

    def source(self, source: Source) -> Markup:
        """All of that, in two paragraphs."""
        return _drawn(f"{self.signed(source)}\n<p>{self.proof(source)}</p>")

    def step(self, one: NumberedStep) -> Markup:
        """A step of the journey as an element of its list."""
        words, step = self._words, one.step
        return _drawn(
            f'<li id="s{one.number:d}" class="{escape(step.proof.holds.value)}{" gone" if step.withdrawn else ""}">'
            f'<span class="n">{one.number:d}</span>\n'
            f'<p class="what"><bdi>{escape(words.step(step))}</bdi>{self._tags(step)}</p>\n'
            f'<p><time datetime="{escape(shown(step.text_time))}">{escape(words.clock(step))}</time>{self._place(step)}</p>\n'
            f"{self._state(step)}\n{''.join(map(self._reading, step.readings))}"
            f"{self.signed(step.source)}\n<p>{self.proof(step.source)}</p>\n</li>\n"
        )

    def _tags(self, step: Step) -> str:
        about = "" if step.about is About.ITEM else _tag(self._words[f"about.{step.about.value}"])
        return f"{about}{_tag(self._words['withdrawn'])}" if step.withdrawn else about

    def _place(self, step: Step) -> str:
        if step.place is None:
            return ""
        known = self._spots.get(step.place)
        if known is None:
            known = self._spots[step.place] = f"<br>{escape(self._words.spot(step.place))}"
        return known

    def _state(self, step: Step) -> str:
        state = self._words.remarkable(step.disposition)
        return f'<p class="soft">{escape(state)}</p>' if state else ""

    def _reading(self, reading: Reading) -> str:
        words, unit = self._words, reading.unit
        kind, high = words.sensed(reading.kind), isolated(words.quantity(reading.high, unit))
        if reading.low == reading.high:
            says = words.say("reading.one", kind=kind, value=high)
        else:
            says = words.say("reading.range", kind=kind, low=isolated(words.number(reading.low)), high=high)
        alarm = f" <b>{escape(words['reading.alarm'])}</b>" if reading.alarm else ""
        return f'<p class="reading{" alarm" if reading.alarm else ""}">{says}{alarm}</p>\n'

    def _holds(self, proof: Proof) -> str:
        holds = proof.holds.value
        failed = proof.holds is Holds.NO and proof.failure
        why = f" (<code>{escape(shown(proof.failure))}</code>)" if failed else ""
        return f'<span class="{escape(holds)}">{escape(self._words[f"proof.{holds}"])}{why}</span>'


def _tag(text: str) -> str:
    return f' <span class="tag">{escape(text)}</span>'


def _drawn(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - all that was put into it was escaped above, by name
