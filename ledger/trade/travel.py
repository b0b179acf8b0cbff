"""Whether one thing can have been at two places: judged at the moment of a scan, so that neither moment nor place is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ledger.evidence.instant import Instant

FAR_KM: Final = 300
"""Below this, what is said of the place of an address is not good enough to accuse anybody."""
FASTEST_KM_H: Final = 900
REMEMBERED_MS: Final = 86_400_000
"""How long a scan may be remembered to judge others by it: a day."""

_HOUR_MS: Final = 3_600_000
_EARTH_KM: Final = 6_371.0
# Twice half the diagonal of a cell at the equator: so much two cells may be nearer than their middles are.
_ROUNDING_KM: Final = 158.0


class Travel(IntEnum):
    """How a scan stood to those of other devices of the same code, the worst of them."""

    NONE = 0
    FAR = 1
    """Further than `FAR_KM` within an hour."""
    FASTER = 2
    """Further than `FAR_KM`, and faster than an airliner."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of one degree, by its south-western corner."""

    latitude: int
    longitude: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A scan as it is remembered for at most a day, in memory only."""

    cell: Cell
    moment: Instant
    device: bytes


def cell_of(latitude: str, longitude: str) -> Cell | None:
    """The cell of a place in degrees; None where these are no degrees."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        return None
    return Cell(min(math.floor(north), 89), -180 if east >= 180 else math.floor(east))


def kilometres_at_least(one: Cell, other: Cell) -> int:
    """No more than the distance between any two places in these cells."""
    here, there = math.radians(one.latitude + 0.5), math.radians(other.latitude + 0.5)
    turn = math.radians(other.longitude - one.longitude)
    chord = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(turn / 2) ** 2
    return max(0, math.floor(2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord))) - _ROUNDING_KM))


def judge_travel(one: Sighting, other: Sighting) -> Travel:
    """Whether one thing can have been at both; the same whichever comes first."""
    apart_ms = abs(one.moment - other.moment)
    if one.device == other.device or apart_ms > REMEMBERED_MS:
        return Travel.NONE
    kilometres = kilometres_at_least(one.cell, other.cell)
    if kilometres <= FAR_KM:
        return Travel.NONE
    if kilometres * _HOUR_MS > FASTEST_KM_H * apart_ms:
        return Travel.FASTER
    return Travel.FAR if apart_ms <= _HOUR_MS else Travel.NONE
