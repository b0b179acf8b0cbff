"""A drawn electric kettle: no photograph, and labelled as none."""

from __future__ import annotations

import math
from typing import Final

from ledger.actions.demo_world.likenesses.drawing import Canvas, Colour, Spot, mixed

_STEEL: Final[Colour] = (176, 180, 184)
_BLACK: Final[Colour] = (44, 45, 48)
_RED: Final[Colour] = (158, 46, 36)
_BULGE: Final = 18


def kettle_picture() -> bytes:
    """A JPEG of 720 by 900 pixels, the same on every run."""
    canvas = Canvas((232, 236, 238), (196, 204, 208))
    canvas.shadow((120, 770, 650, 862), strength=140)
    canvas.stroke(_arc((486, 560), (122, 168), -150, 110), _BLACK, width=40)
    canvas.stroke(_arc((482, 556), (120, 166), -150, 110), mixed(_BLACK, (255, 255, 255), 0.16), width=9)
    canvas.body((182, 742, 508, 790), _BLACK, bulge=_BULGE)
    canvas.polygon([(238, 560), (128, 394), (92, 388), (88, 402), (118, 430), (250, 700)], mixed(_STEEL, _BLACK, 0.24))
    canvas.cone((200, 490, 738), (258, 432, 372), _STEEL, bulge=_BULGE)
    canvas.body((256, 350, 434, 374), _BLACK, bulge=13)
    canvas.oval((256, 337, 434, 363), mixed(_BLACK, (255, 255, 255), 0.14))
    canvas.body((322, 312, 368, 344), _RED, bulge=6)
    canvas.oval((322, 306, 368, 318), mixed(_RED, (255, 255, 255), 0.22))
    canvas.panel((300, 560, 390, 590), mixed(_STEEL, (255, 255, 255), 0.4), corner=6, edge=mixed(_STEEL, _BLACK, 0.3))
    canvas.lettering((345, 575), "LINGNAN", _BLACK, height=13, spaced=2)
    return canvas.jpeg()


def _arc(middle: Spot, radii: Spot, first: float, last: float) -> list[Spot]:
    """Part of an oval, by degrees clockwise from three o'clock."""
    turns = [math.radians(first + (last - first) * step / 40) for step in range(41)]
    return [(middle[0] + radii[0] * math.cos(turn), middle[1] + radii[1] * math.sin(turn)) for turn in turns]
