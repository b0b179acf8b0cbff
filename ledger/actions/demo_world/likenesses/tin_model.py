"""The tea tin as a 3D model, exactly as large as its description says."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world.likenesses.glb import Look, sized, write_glb
from ledger.actions.demo_world.likenesses.solids import turned
from ledger.trade.dossier.bodies.described import Dimensions

TIN_SIZE: Final = Dimensions(width=76, height=110, depth=76)

_GREEN: Final = Look((0.012, 0.078, 0.045), metallic=0.35, rough=0.42)
_GOLD: Final = Look((0.69, 0.47, 0.16), metallic=0.9, rough=0.3)
_PAPER: Final = Look((0.87, 0.81, 0.66), rough=0.9)


def tin_model(size: Dimensions = TIN_SIZE) -> bytes:
    """A green tin with golden rims, a paper band and a lid."""
    parts = [
        turned([(0, 0), (37.4, 0), (38, 0.6), (38, 2), (37.2, 2.4)], _GOLD),
        turned([(37.2, 2.4), (37.2, 30)], _GREEN),
        turned([(37.2, 30), (37.5, 30.1), (37.5, 68.9), (37.2, 69)], _PAPER),
        turned([(37.2, 69), (37.2, 84)], _GREEN),
        turned([(37.2, 84), (38, 84.4), (38, 86)], _GOLD),
        turned([(38, 86), (38, 104), (36, 107), (12, 107.6)], _GREEN),
        turned([(12, 107.6), (11, 109.6), (10, 110), (0, 110)], _GOLD),
    ]
    return write_glb(sized(parts, width=size.width, height=size.height, depth=size.depth), name="tea tin")
