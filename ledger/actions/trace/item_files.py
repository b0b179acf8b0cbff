"""The files that statements about an item name: its picture, its model, its gallery, and whether they are what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.actions.trace.gather_item import Gathered
from ledger.actions.trace.item_facts import Model, Picture
from ledger.storage.position import Position
from ledger.trade.assessment.grade import Interests
from ledger.trade.dossier.bodies.described import ProductDescribed


@dataclass(frozen=True, slots=True)
class Files:
    """changed: SHA-256 in hexadecimal to the record that names a file which is not the one signed."""

    picture: Picture | None = None
    model: Model | None = None
    gallery: tuple[Picture, ...] = ()
    changed: Mapping[str, Position] = field(default_factory=dict)
    unfit: Position | None = None


def files_of(gathered: Gathered, product: ProductDescribed | None, interests: Interests, language: str) -> Files:
    """The files of an item."""
    return Files()
