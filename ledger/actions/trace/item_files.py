"""The files that statements about an item name: its picture, its model, its gallery, and whether they are what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.actions.media.read_media import Look, look_at
from ledger.actions.trace.gather_item import Gathered
from ledger.actions.trace.item_facts import Model, Picture
from ledger.actions.trace.item_statements import Described, source_of
from ledger.storage.position import Position
from ledger.trade.assessment.grade import Interests
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.described import MediaDescribed
from ledger.trade.dossier.wording import worded
from ledger.trade.media.proportion import sides_apart

GALLERY_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Files:
    """changed: SHA-256 in hexadecimal to the record that names a file which is not the one signed."""

    picture: Picture | None = None
    model: Model | None = None
    gallery: tuple[Picture, ...] = ()
    changed: Mapping[str, Position] = field(default_factory=dict)
    unfit: Position | None = None


def files_of(gathered: Gathered, described: Described | None, interests: Interests, language: str) -> Files:
    """The files of an item; picture and model are those of the description that counts, of the brand or a maker."""
    desk = _Desk(gathered, interests, language)
    body = described.body if described is not None and described.by_brand else None
    picture = None if body is None or body.picture is None else desk.show(body.picture)
    model = None
    if body is not None and body.model is not None:
        box = desk.look(body.model).box
        fits = None if body.dimensions is None or box is None else not sides_apart(body.dimensions, box)
        model = Model(desk.show(body.model), body.dimensions, box, fits)
    shown = {one.digest for one in (picture, model.file if model else None) if one is not None}
    own = {*gathered.rungs, *gathered.trace.starts}
    told = [one for digest, one in desk.described.items() if digest.hex() not in shown and one[1].about in own]
    gallery = tuple(desk.show(media.media) for _, media in reversed(told))[:GALLERY_MAX]
    unfit = (
        Position(*described.statement.position) if described is not None and model is not None and model.fits is False else None
    )
    return Files(picture, model, gallery, desk.changed, unfit)


class _Desk:
    """Looks at each file once, and remembers which were changed."""

    def __init__(self, gathered: Gathered, interests: Interests, language: str) -> None:
        self._gathered, self._interests, self._language = gathered, interests, language
        self.described: dict[bytes, tuple[Statement, MediaDescribed]] = {}
        for statement in gathered.statements:
            if isinstance(statement.body, MediaDescribed) and not statement.withdrawn:
                self.described[statement.body.media] = statement, statement.body
        self.changed: dict[str, Position] = {}
        self._looks: dict[bytes, Look] = {}

    def look(self, digest: bytes) -> Look:
        look = self._looks.get(digest)
        if look is None:
            look = self._looks[digest] = look_at(self._gathered.ledger, digest, connection=self._gathered.connection)
        return look

    def show(self, digest: bytes) -> Picture:
        """The file with who described it; nobody may have."""
        look, told = self.look(digest), self.described.get(digest)
        statement, media = told if told is not None else (None, None)
        if look.intact is False and statement is not None:
            self.changed[digest.hex()] = Position(*statement.position)
        return Picture(
            digest=digest.hex(),
            media_type=look.media_type or (media.media_type if media is not None else ""),
            size=look.size or (media.size if media is not None else 0),
            intact=look.intact,
            thumbnail=look.thumbnail,
            said=media,
            source=None if statement is None else source_of(self._gathered, statement, self._interests),
            caption=None if media is None else worded(media.captions, self._language),
        )
