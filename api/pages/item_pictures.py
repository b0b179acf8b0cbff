"""The pictures and files of an item: what is shown inside the page, what each one is, and whether it is what was signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.foreign_text import isolated, shown
from api.pages.item_words import ItemWords
from ledger.actions.trace.item_facts import Picture
from ledger.trade.dossier.bodies.described import Dimensions

_THUMBNAIL_BYTES_MIN, _THUMBNAIL_BYTES_MAX, _BYTES_A_ROW = 6_000, 14_000, 100
"""Small pictures inside the page, all together: the more is told, the fewer, since the page must stay light."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    file: Picture
    caption: Markup
    origin: str
    captured: Markup
    thumbnail: str
    image: bool


class ItemPictures:
    """The pictures of one page. `rows`: how much else the page tells, in lines."""

    def __init__(self, words: ItemWords, rows: int) -> None:
        self.words, self.facts, self._rows = words, words.facts, rows

    @property
    def thumbnail(self) -> str:
        """Of a file that is what was signed; one that was changed is not shown as the item."""
        picture = self.facts.picture
        return "" if picture is None or picture.intact is not True else _inlined(picture.thumbnail)

    @property
    def picture_origin(self) -> str:
        """A picture that no camera took, or of which nobody says so, is called what it is where it stands."""
        said = None if self.facts.picture is None else self.facts.picture.said
        origin = "unknown" if said is None else said.origin
        return "" if not self.thumbnail or origin == "captured" else self.words[f"picture.{origin}"]

    @property
    def picture_alt(self) -> str:
        if self.facts.picture is not None and self.facts.picture.caption:
            return shown(self.facts.picture.caption)
        return shown(self.words.say("picture.alt", name=self.facts.name or self.words["name.unknown"]).striptags())

    @property
    def files(self) -> list[ShownFile]:
        return list(self._files())

    @property
    def _room(self) -> int:
        """Bytes for the small pictures of the gallery."""
        main = self.facts.picture
        whole = max(_THUMBNAIL_BYTES_MIN, _THUMBNAIL_BYTES_MAX - _BYTES_A_ROW * self._rows)
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


def _inlined(thumbnail: bytes | None) -> str:
    return "" if thumbnail is None else f"data:image/webp;base64,{base64.b64encode(thumbnail).decode('ascii')}"
