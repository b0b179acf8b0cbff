"""The pages of a place and of a party: what it is, who says so, its licences and certificates, each with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.foreign_text import isolated
from api.pages.item_words import foreign
from api.pages.language import kept_language, language_of, spelling_of
from api.pages.rendering import pages_of
from api.pages.words import say_date, say_moment, territories_of, words_of
from ledger.actions.trace.check_proof import Said
from ledger.actions.trace.describe_place import PartyFacts, PlaceFacts
from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.described import PlaceDescribed
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.wording import worded
from ledger.trade.identifiers import application_values
from ledger.trade.parties.party import Standing

PARTIES_PATH: Final = "/parties"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SOON: Final = timedelta(days=60)


class PlaceWords:
    """The words of one reader; `checked` decides what has run out."""

    def __init__(self, request: Request, checked: Instant) -> None:
        self.tag, self.spelling, self._checked = language_of(request), spelling_of(request), checked
        self.kept = kept_language(request)
        self._own, self._item = words_of("place", self.tag), words_of("item", self.tag)
        self._vocabulary = words_of("vocabulary", self.tag)

    def __getitem__(self, key: str) -> str:
        return self._own[key] if key in self._own else self._item[key]

    def say(self, key: str, **values: object) -> Markup:
        kept = {name: value if isinstance(value, Markup | int) else isolated(value, 300) for name, value in values.items()}
        texts = self._own if key in self._own else self._item
        return Markup(texts.say(key, **kept))  # noqa: S704 - the sentence is ours and holds no markup

    def day(self, day: date) -> str:
        return say_date(day, self.spelling)

    @property
    def moment(self) -> str:
        return say_moment(self._checked, self.spelling)

    def party(self, said: Said) -> Markup:
        return Markup('<a href="%s">%s</a>') % (f"{party_path(said.party)}{self.kept}", isolated(said.label or said.party))

    def roles(self, said: Said) -> str:
        roles = (self._vocabulary.get(f"role.{role}", role) for role in said.roles)
        return " · ".join(filter(None, (self._vocabulary["roles.join"].join(roles), self.territory(said.territory))))

    def territory(self, code: str) -> str:
        return "" if code == "-" else territories_of(self.tag).get(code.partition("-")[0], code)

    def text(self, texts: tuple[Words, ...]) -> Markup:
        text = worded(texts, self.tag) or ""
        return foreign(text, next((words.language for words in texts if words.text == text), ""))

    def until(self, day: date) -> Markup:
        today = (_EPOCH + timedelta(milliseconds=self._checked)).date()
        over, near = day < today, day - today <= _SOON
        key, style = ("until.over", "bad") if over else ("until.soon", "warn") if near else ("until", "")
        return Markup('<span class="%s">%s</span>') % (style, self.say(key, date=self.day(day)))

    def point(self, body: PlaceDescribed) -> str:
        return "" if body.point is None else f"{body.point.latitude:f}, {body.point.longitude:f}"


def party_path(name: str) -> str:
    """The page of a party."""
    return f"{PARTIES_PATH}/{quote(name, safe='/')}"


def show_place_page(request: Request, facts: PlaceFacts, *, headers: Mapping[str, str]) -> HTMLResponse:
    """The page of one place."""
    words = PlaceWords(request, facts.checked)
    values = application_values(facts.identifier) or ()
    newest = facts.descriptions[0][0] if facts.descriptions else None
    return pages_of(request).show(
        "place.html",
        request,
        headers=headers,
        w=words,
        title=words["unnamed"] if newest is None else words.text(newest.names),
        kind=None if newest is None else words[f"kind.{newest.kind}"],
        number=" · ".join(value for _, value in values) or facts.identifier,
        place=facts,
        party=None,
        facts=facts,
    )


def show_party_page(request: Request, facts: PartyFacts, *, headers: Mapping[str, str]) -> HTMLResponse:
    """The page of one party."""
    words = PlaceWords(request, facts.checked)
    described = facts.described
    return pages_of(request).show(
        "place.html",
        request,
        headers=headers,
        w=words,
        title=isolated(facts.said.label or facts.name) if described is None else words.text(described.body.names),
        kind=words.roles(facts.said),
        number=facts.name,
        place=None,
        party=facts,
        facts=facts,
        good=facts.standing is Standing.ACTIVE,
    )
