"""What an item's facts are called in one language: dates, places, parties, things and texts that others wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from markupsafe import Markup

from api.pages.foreign_text import isolated, shown
from api.pages.words import say_date, say_list, say_moment, say_number, say_quantity, territories_of, words_of
from ledger.actions.trace.check_proof import Said
from ledger.actions.trace.item_facts import ItemFacts, Spot, Step
from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.wording import worded
from ledger.trade.identifiers import application_values

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET: Final = re.compile(r"([+-])([0-9]{2}):([0-9]{2})", re.ASCII)
_USUAL: Final = frozenset(
    {"active", "available", "container_closed", "container_open", "encoded", "in_progress", "in_transit", "inactive"}
    | {"retail_sold", "sellable_accessible", "sellable_not_accessible"}
)
TEXT_CHARACTERS_MAX: Final = 600


class ItemWords:
    """The words of one reader. `tag` is the language; `spelling` how dates and numbers are written in it."""

    def __init__(self, facts: ItemFacts, tag: str, spelling: str | None = None) -> None:
        self.facts, self.tag, self.spelling = facts, tag, spelling or tag
        self._words, self._vocabulary = words_of("item", tag), words_of("vocabulary", tag)
        self._labels = {said.party: said.label for said in _everybody(facts) if said.label}

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def has(self, key: str) -> bool:
        return key in self._words

    def say(self, key: str, **values: object) -> Markup:
        """One of our sentences with values put in: numbers and markup as they are, everything else escaped and isolated."""
        kept = {name: value if isinstance(value, Markup | int) else isolated(value, 300) for name, value in values.items()}
        return Markup(self._words.say(key, **kept))  # noqa: S704 - the sentence is ours and holds no markup

    # Times, numbers, lists

    def date(self, day: date) -> str:
        return say_date(day, self.spelling)

    def moment(self, moment: Instant, offset: str = "+00:00") -> str:
        """On the clock of there; in UTC where that clock shows a time that no calendar has."""
        try:
            return say_moment(moment, self.spelling, offset)
        except (OverflowError, ValueError):
            return say_moment(moment, self.spelling)

    def day(self, moment: Instant, offset: str) -> str:
        """The day of that moment there."""
        found = _OFFSET.fullmatch(offset)
        minutes = 0 if found is None else int(f"{found[1]}1") * (int(found[2]) * 60 + int(found[3]))
        try:
            return self.date((_EPOCH + timedelta(milliseconds=moment, minutes=minutes)).date())
        except OverflowError:
            return self.moment(moment)

    def clock(self, step: Step) -> str:
        return self.moment(step.time, step.offset)

    def number(self, value: object) -> str:
        return say_number(str(value), self.spelling)

    def quantity(self, value: object, unit: str) -> str:
        return say_quantity(str(value), unit, self.spelling)

    def listed(self, texts: Iterable[str]) -> str:
        return say_list(texts, self.tag)

    # Things, places, parties

    def thing(self, identifier: str) -> Markup:
        """Its name, and below a product also which lot or item of it; its numbers where nobody named it."""
        values = application_values(identifier) or ()
        name = self.name(identifier)
        if name is None:
            return isolated(" · ".join(self.key(ai, value) for ai, value in values) or identifier)
        finer = (isolated(self.key(ai, value)) for ai, value in values[1:] if value not in name)
        return Markup(" ").join((isolated(name), *finer))

    def name(self, identifier: str) -> str | None:
        """What somebody called it."""
        own = self.facts.name if identifier == self.facts.link.identifier else None
        return self.facts.names.get(identifier, own)

    def key(self, ai: str, value: str) -> str:
        return f"{self[f'key.{ai}']} {value}" if f"key.{ai}" in self._words else f"({ai}) {value}"

    def about(self, subject: str) -> Markup:
        """A thing, a place or a party."""
        return self.thing(subject) if ":" in subject else self.party_named(subject)

    def spot(self, spot: Spot) -> Markup:
        """`Tea works, Duyun, China`."""
        name = isolated(spot.name or self._place(spot.identifier))
        where = self.territory(spot.territory)
        return self.say("place.in", place=name, territory=where) if where else name

    def territory(self, code: str | None) -> str:
        """The country or region of `CN` or `CN-GZ` as it is called here; nothing for `-`."""
        if code is None or code == "-":
            return ""
        return shown(territories_of(self.tag).get(code.partition("-")[0], code))

    def party(self, said: Said) -> Markup:
        return isolated(said.label or said.party)

    def party_named(self, party: str) -> Markup:
        return isolated(self._labels.get(party, self.facts.names.get(party, party)))

    def roles(self, said: Said) -> str:
        """`factory · China`."""
        roles = self._vocabulary["roles.join"].join(self._term("role", role) for role in said.roles)
        return " · ".join(filter(None, (roles, self.territory(said.territory))))

    def step(self, step: Step) -> str:
        """What happened; a step outside the vocabulary as it is written."""
        return self._term("event", step.type) if step.step is None else self._term("step", step.step)

    def disposition(self, disposition: str) -> str:
        return self._term("disposition", disposition)

    def remarkable(self, disposition: str | None) -> str:
        """The state of a thing where it says more than that all goes its way."""
        return "" if disposition is None or disposition in _USUAL else self.disposition(disposition)

    def expected(self, slug: str) -> str:
        """A step of a published list; one that a brand made up, as it is spelt."""
        return self[f"expected.{slug}"] if f"expected.{slug}" in self._words else slug.replace("-", " ")

    def sensed(self, kind: str) -> str:
        return self[f"sensor.{kind}"] if f"sensor.{kind}" in self._words else kind

    # Texts that others wrote

    def text(self, texts: Sequence[Words] | None) -> Markup:
        """The text for this reader, marked with the language it is in."""
        return self.own_text(worded(texts, self.tag) or "", texts)

    def own_text(self, text: str, texts: Sequence[Words] | None) -> Markup:
        """A text that was chosen already, marked with its language where one of `texts` is it."""
        language = next((words.language for words in texts or () if words.text == text), "")
        return foreign(text, language)

    def _term(self, kind: str, term: str) -> str:
        key = f"{kind}.{term}"
        return self._vocabulary[key] if key in self._vocabulary else shown(term)

    def _place(self, place: str) -> str:
        """A place that nobody named: its number and the part of it; coordinates as such; anything else as it is."""
        if place.startswith("geo:"):
            return place.removeprefix("geo:").partition(";")[0].replace(",", ", ")
        values = application_values(place) or ()
        if not values or values[0][0] != "414":
            return place
        number = self._vocabulary.say("place.number", number=values[0][1])
        return " · ".join((number, *(value for _, value in values[1:])))


def _everybody(facts: ItemFacts) -> Iterator[Said]:
    """Whoever signed anything of the page."""
    sources = [facts.described, *(step.source for step in facts.steps), *(party.source for party in facts.parties)]
    sources += [recall.source for recall in (*facts.recalls, *facts.recalls_ended)]
    sources += [*(report.source for report in facts.reports), *(certificate.source for certificate in facts.certificates)]
    for source in sources:
        yield from () if source is None else source.said
    yield from (party.said for party in facts.parties)
    if facts.holder is not None:
        yield facts.holder


def foreign(text: str, language: str = "") -> Markup:
    """A text of others with its language; its line ends become breaks."""
    lines = Markup("<br>").join(shown(line, TEXT_CHARACTERS_MAX) for line in text.split("\n"))
    return Markup('<bdi lang="%s">%s</bdi>') % (shown(language), lines) if language else Markup("<bdi>%s</bdi>") % lines
