"""The electric kettle as a 3D model, exactly as large as its description says."""

from __future__ import annotations

import math
from typing import Final

from ledger.actions.demo_world.likenesses.glb import Look, Vector, sized, write_glb
from ledger.actions.demo_world.likenesses.solids import tube, turned
from ledger.trade.dossier.bodies.described import Dimensions

KETTLE_SIZE: Final = Dimensions(width=218, height=232, depth=150)

_STEEL: Final = Look((0.66, 0.67, 0.69), metallic=1.0, rough=0.26)
_BLACK: Final = Look((0.015, 0.015, 0.017), rough=0.55)
_RED: Final = Look((0.42, 0.03, 0.02), rough=0.5)


def kettle_model() -> bytes:
    """A steel kettle on its base, with spout, handle and lid."""
    parts = [
        turned([(0, 0), (74, 0), (75, 2), (75, 16), (70, 20)], _BLACK),
        turned([(70, 20), (72, 26), (70, 70), (62, 130), (50, 178), (47, 190)], _STEEL),
        turned([(47, 190), (49, 193), (46, 199), (24, 206)], _BLACK),
        turned([(24, 206), (14, 208), (13, 224), (9, 230), (0, 231)], _RED),
        tube([(-58, 118, 0), (-78, 140, 0), (-92, 170, 0), (-104, 184, 0)], [24, 17, 12, 10], _STEEL),
        tube(_handle(), [9.0] * 17, _BLACK),
    ]
    return write_glb(
        sized(parts, width=KETTLE_SIZE.width, height=KETTLE_SIZE.height, depth=KETTLE_SIZE.depth), name="electric kettle"
    )


def _handle() -> list[Vector]:
    """Half of an upright oval beside the body, from its shoulder to its foot."""
    turns = [math.pi / 2 - math.pi * step / 16 for step in range(17)]
    return [(54 + 52 * math.cos(turn), 116 + 66 * math.sin(turn), 0.0) for turn in turns]
