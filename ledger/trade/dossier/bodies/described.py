"""Descriptions: products, places, parties, media, and which steps a brand says its product goes through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.base import DossierBody, media_subject
from ledger.trade.dossier.bodies.kinds import (
    ABOUT,
    CODE,
    DATE,
    DECIMAL,
    MILLIMETRES,
    PARAMETER,
    PLACE,
    PRODUCT,
    SHA256,
    TEXTS,
    THING,
    UNIT,
    Words,
)
from ledger.trade.shapes.address import ADDRESS, Address
from ledger.trade.shapes.kinds import LABEL, MOMENT, NAME, TERRITORY, URL, list_of, one_of, whole_number
from ledger.trade.shapes.members import object_of

CATEGORIES: Final = ("farm-produce", "manufactured", "other")
PLACE_KINDS: Final = ("plot", "factory", "laboratory", "warehouse", "port", "shop", "office", "vehicle", "other")
MEDIA_ORIGINS: Final = ("captured", "edited", "synthetic", "unknown")
MEDIA_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf", "model/gltf-binary")
REGISTRATION_SCHEMES: Final = ("uscc", "vat", "lei", "gln", "duns", "other")
WITHDRAWAL_REASONS: Final = ("error", "expired", "fraud", "replaced", "revoked", "suspended")
MEDIA_BYTES_MAX: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared property. `low` and `high` are what a measurement may show; without them `value` alone is claimed."""

    parameter: Annotated[str, PARAMETER]
    value: Annotated[Decimal, DECIMAL]
    unit: Annotated[str, UNIT]
    low: Annotated[Decimal | None, DECIMAL] = None
    high: Annotated[Decimal | None, DECIMAL] = None
    names: Annotated[tuple[Words, ...] | None, TEXTS] = None


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Width, height and depth as the thing stands, in millimetres."""

    width: Annotated[int, MILLIMETRES]
    height: Annotated[int, MILLIMETRES]
    depth: Annotated[int, MILLIMETRES]


@dataclass(frozen=True, slots=True)
class ProductDescribed(DossierBody):
    """What a product, a lot or an item is. The newest one of its brand counts; of others it is shown as theirs.

    `picture` and `model` are the SHA-256 of files; `category` decides which steps are expected of it.
    """

    product: Annotated[str, THING]
    names: Annotated[tuple[Words, ...], TEXTS]
    category: Annotated[str, one_of(CATEGORIES)]
    brand: Annotated[str | None, LABEL] = None
    texts: Annotated[tuple[Words, ...] | None, TEXTS] = None
    origin: Annotated[str | None, TERRITORY] = None
    parameters: Annotated[tuple[Parameter, ...] | None, list_of(object_of(Parameter), at_least=1, at_most=64)] = None
    dimensions: Annotated[Dimensions | None, object_of(Dimensions)] = None
    picture: Annotated[bytes | None, SHA256] = None
    model: Annotated[bytes | None, SHA256] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.product})


@dataclass(frozen=True, slots=True)
class Point:
    """Where a place is, WGS 84, in degrees."""

    latitude: Annotated[Decimal, DECIMAL]
    longitude: Annotated[Decimal, DECIMAL]


@dataclass(frozen=True, slots=True)
class PlaceDescribed(DossierBody):
    """What a place is and where."""

    place: Annotated[str, PLACE]
    names: Annotated[tuple[Words, ...], TEXTS]
    kind: Annotated[str, one_of(PLACE_KINDS)]
    territory: Annotated[str, TERRITORY]
    point: Annotated[Point | None, object_of(Point)] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.place})


@dataclass(frozen=True, slots=True)
class Registration:
    """A number under which a register of companies knows the party; `scheme` says which and how it is checked."""

    scheme: Annotated[str, one_of(REGISTRATION_SCHEMES)]
    number: Annotated[str, CODE]


@dataclass(frozen=True, slots=True)
class Licence:
    """A permission that an authority gave the party, and until when."""

    names: Annotated[tuple[Words, ...], TEXTS]
    number: Annotated[str, CODE]
    authority: Annotated[str, LABEL]
    valid_from: Annotated[date, DATE]
    valid_until: Annotated[date, DATE]
    file: Annotated[bytes | None, SHA256] = None


@dataclass(frozen=True, slots=True)
class PartyDescribed(DossierBody):
    """What a party says of itself; the issuer is the party, so that nobody describes another."""

    party: Annotated[str, NAME]
    names: Annotated[tuple[Words, ...], TEXTS]
    registrations: Annotated[tuple[Registration, ...] | None, list_of(object_of(Registration), at_least=1, at_most=16)] = None
    licences: Annotated[tuple[Licence, ...] | None, list_of(object_of(Licence), at_least=1, at_most=32)] = None
    website: Annotated[str | None, URL] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.party})


@dataclass(frozen=True, slots=True)
class Capture:
    """When, where and with what a picture was taken, as its issuer says."""

    time: Annotated[Instant | None, MOMENT] = None
    place: Annotated[str | None, PLACE] = None
    device: Annotated[str | None, LABEL] = None


@dataclass(frozen=True, slots=True)
class MediaDescribed(DossierBody):
    """A picture, document or 3D model by its SHA-256, and where it comes from. The file itself lies beside the ledger."""

    media: Annotated[bytes, SHA256]
    media_type: Annotated[str, one_of(MEDIA_TYPES)]
    size: Annotated[int, whole_number("bytes, 1 to 32 MiB", at_least=1, below=MEDIA_BYTES_MAX + 1)]
    about: Annotated[str, ABOUT]
    origin: Annotated[str, one_of(MEDIA_ORIGINS)]
    captured: Annotated[Capture | None, object_of(Capture)] = None
    captions: Annotated[tuple[Words, ...] | None, TEXTS] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.about, media_subject(self.media)})


@dataclass(frozen=True, slots=True)
class DroppedStep:
    """A step that the brand says its product does not go through, and why: shown, never hidden."""

    step: Annotated[str, PARAMETER]
    reason: Annotated[tuple[Words, ...], TEXTS]


@dataclass(frozen=True, slots=True)
class StepsExpected(DossierBody):
    """The brand's own list for a product: steps of the published lists to add, and steps to drop with the reason."""

    product: Annotated[str, PRODUCT]
    pack: Annotated[str, CODE]
    added: Annotated[tuple[str, ...] | None, list_of(PARAMETER, at_least=1, at_most=32)] = None
    dropped: Annotated[
        tuple[DroppedStep, ...] | None,
        list_of(object_of(DroppedStep), at_least=1, at_most=32, unique=lambda dropped: dropped.step),
    ] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.product})


@dataclass(frozen=True, slots=True)
class StatementWithdrawn(DossierBody):
    """A description, report or certificate counts no more; only who said it may withdraw it."""

    statement: Annotated[Address, ADDRESS]
    reason: Annotated[str, one_of(WITHDRAWAL_REASONS)]

    def subjects(self) -> frozenset[str]:
        return frozenset({str(self.statement)})
