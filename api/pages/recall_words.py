"""Recalls as news in one language: a title, what to do and why, who said it, and who lifted it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from api.pages.foreign_text import shown
from api.pages.words import say_date, territories_of, words_of
from api.wire.capture_job import Addresses
from api.wire.feeds import FeedItem
from ledger.actions.dossier.list_recalls import Lifting, ListedRecall
from ledger.actions.trace.check_proof import Said
from ledger.evidence.instant import Instant, format_instant
from ledger.trade.dossier.wording import worded
from ledger.trade.identifiers import application_values, ladder
from ledger.trade.shapes.members import write_members

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TITLED_MAX: Final = 3
_TEXT_CHARACTERS_MAX: Final = 2_000


class RecallNews:
    """Writes recalls for one reader. names: of things, by canonical identifier. public_url: of this server."""

    def __init__(self, tag: str, *, names: Mapping[str, str], addresses: Addresses, public_url: str) -> None:
        self._tag, self._names, self._addresses, self._public_url = tag, names, addresses, public_url
        self._words, self._item, self._vocabulary = words_of("feeds", tag), words_of("item", tag), words_of("vocabulary", tag)

    def item(self, recall: ListedRecall, url: str | None = None) -> FeedItem:
        """One recall. url: the page it is news for; without one, that of what it names first."""
        address = self._addresses.record(recall.position)
        changed = recall.recorded if recall.ended is None else recall.ended.recorded
        return FeedItem(
            id=address,
            url=url or self._page(recall.through[0]),
            title=self._title(recall),
            text="\n".join(self._lines(recall)),
            author=_name(recall.said),
            published=recall.recorded,
            updated=changed,
            tags=(recall.body.hazard, "stands" if recall.ended is None else "lifted"),
            more=self._more(recall, address),
        )

    def thing(self, identifier: str) -> str:
        """Its name and which lot or item of it; its numbers where nobody named it."""
        values = application_values(identifier) or ()
        keys = [self._key(ai, value) for ai, value in values]
        name = next((self._names[rung] for rung in ladder(identifier) if rung in self._names), None)
        return shown(" · ".join(keys) or identifier if name is None else " · ".join([name, *keys[1:]]))

    def _title(self, recall: ListedRecall) -> str:
        named = [self.thing(thing) for thing in recall.through[:_TITLED_MAX]]
        left = len(recall.through) - len(named)
        things = self._words["between"].join(named) + (self._words.say("more", count=left) if left else "")
        if recall.ended is not None:
            return self._words.say("title.lifted", things=things)
        return self._words.say("title", advice=self._item[f"recall.{recall.body.advice}"], things=things)

    def _lines(self, recall: ListedRecall) -> Iterable[str]:
        body = recall.body
        reason = shown(worded(body.reason, self._tag) or "", _TEXT_CHARACTERS_MAX)
        if recall.ended is not None:
            yield self._lifted(recall.ended)
        yield self._words.say("why", hazard=self._item[f"hazard.{body.hazard}"], reason=reason)
        yield self._words.say("by", party=_name(recall.said), roles=self._roles(recall.said), date=self._day(body.issued))
        if body.contact is not None:
            yield self._words.say("contact", contact=shown(body.contact))
        yield self._words.say("names", things=self._words["between"].join(map(self.thing, sorted(body.subjects()))))

    def _lifted(self, ended: Lifting) -> str:
        reason = shown(worded(ended.body.reason, self._tag) or "", _TEXT_CHARACTERS_MAX)
        return self._words.say("lifted", party=_name(ended.said), date=self._day(ended.recorded), reason=reason)

    def _more(self, recall: ListedRecall, address: str) -> dict[str, Any]:
        ended = recall.ended
        return {
            "record": address,
            "receipt": self._addresses.receipt(recall.position),
            "stands": ended is None,
            "through": list(recall.through),
            "recall": write_members(recall.body),
            "issuer": _said_body(recall.said),
            "recordTime": format_instant(recall.recorded),
            "proof": {"holds": recall.proof.holds.value, "failure": recall.proof.failure},
            "ended": None
            if ended is None
            else {
                "record": self._addresses.record(ended.position),
                "receipt": self._addresses.receipt(ended.position),
                "issuer": _said_body(ended.said),
                "recordTime": format_instant(ended.recorded),
                "reason": write_members(ended.body)["reason"],
            },
        }

    def _page(self, identifier: str) -> str:
        return self._public_url + urlsplit(identifier).path

    def _key(self, ai: str, value: str) -> str:
        return f"{self._item[f'key.{ai}']} {value}" if f"key.{ai}" in self._item else f"({ai}) {value}"

    def _roles(self, said: Said) -> str:
        roles = [self._vocabulary.get(f"role.{role}", role) for role in said.roles]
        where = said.territory.partition("-")[0]
        country = territories_of(self._tag).get(where, "") if where else ""
        return ", ".join(filter(None, (self._vocabulary["roles.join"].join(roles), country))) or "–"

    def _day(self, moment: Instant) -> str:
        return say_date((_EPOCH + timedelta(milliseconds=moment)).date(), self._tag)


def _name(said: Said) -> str:
    return shown(said.label or said.party)


def _said_body(said: Said) -> dict[str, Any]:
    return {"party": said.party, "label": said.label, "roles": list(said.roles), "territory": said.territory}
