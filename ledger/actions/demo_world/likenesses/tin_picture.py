"""A drawn tea tin: no photograph, and labelled as none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ledger.actions.demo_world.likenesses.drawing import Canvas, Colour, mixed

_PAPER: Final[Colour] = (238, 228, 203)
_GOLD: Final[Colour] = (196, 154, 82)
_INK: Final[Colour] = (44, 52, 40)
_LEAVES: Final[tuple[Colour, Colour]] = ((74, 116, 62), (112, 150, 74))
_VEIN: Final[Colour] = (214, 220, 168)
_FOOT: Final = 780
_BULGE: Final = 26
"""How far the round edges stand out, in pixels: the tin is seen a little from above."""


@dataclass(frozen=True, slots=True)
class TinLook:
    """What one kind of tin looks like: its lacquer, and the lines on its label from the largest to the smallest."""

    lacquer: Colour
    title: str
    line: str
    weight: str


TEA_TIN: Final = TinLook((26, 74, 52), "DUYUN MAOJIAN", "SPRING GREEN TEA", "100 g")


def tin_picture(look: TinLook) -> bytes:
    """A JPEG of 720 by 900 pixels, the same on every run."""
    canvas = Canvas((240, 236, 227), (209, 199, 179))
    canvas.shadow((150, 776, 640, 872), strength=150)
    canvas.body((188, 250, 532, 792), _GOLD, bulge=_BULGE)
    canvas.body((190, 250, 530, _FOOT), look.lacquer, bulge=_BULGE)
    _hills(canvas, look.lacquer)
    lid = mixed(look.lacquer, (0, 0, 0), 0.12)
    canvas.body((184, 150, 536, 264), _GOLD, bulge=_BULGE)
    canvas.body((184, 150, 536, 254), lid, bulge=_BULGE)
    canvas.oval((184, 124, 536, 176), mixed(look.lacquer, (255, 255, 255), 0.24))
    canvas.oval((194, 128, 526, 170), mixed(look.lacquer, (255, 255, 255), 0.08))
    canvas.body((330, 134, 390, 142), _GOLD, bulge=9)
    canvas.oval((330, 125, 390, 143), mixed(_GOLD, (255, 255, 255), 0.3))
    _label(canvas, look)
    return canvas.jpeg()


def _hills(canvas: Canvas, lacquer: Colour) -> None:
    """Two ranges of hills around the foot of the tin."""
    foot = [(x, _FOOT + _BULGE * math.sqrt(max(0.0, 1 - ((x - 360) / 170) ** 2))) for x in range(528, 191, -4)]
    for lift, share, wave in ((118, 0.16, 46.0), (70, 0.3, 33.0)):
        ridge = [(x, 800 - lift + 24 * math.sin((x - 192 + lift) / wave) - 0.0009 * (x - 360) ** 2) for x in range(192, 529, 4)]
        canvas.polygon([*ridge, *foot], mixed(lacquer, (206, 214, 160), share))


def _label(canvas: Canvas, look: TinLook) -> None:
    canvas.panel((262, 322, 458, 668), _PAPER, corner=14, edge=_GOLD)
    dark, light = _LEAVES
    canvas.stroke([(360, 508), (360, 470), (357, 440)], dark, width=4)
    canvas.leaf((360, 480), length=104, lean=52, colour=dark, vein=_VEIN)
    canvas.leaf((360, 480), length=104, lean=-50, colour=dark, vein=_VEIN)
    canvas.leaf((358, 448), length=98, lean=2, colour=light, vein=_VEIN)
    canvas.lettering((360, 556), look.title, _INK, height=17, spaced=1.6)
    canvas.lettering((360, 586), look.line, _INK, height=11.5, spaced=1.4)
    canvas.stroke([(322, 610), (398, 610)], _GOLD, width=1.5)
    canvas.lettering((360, 634), look.weight, _INK, height=16)
