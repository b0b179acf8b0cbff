"""Keep a drawn picture and a model beside the ledger, and have their maker say honestly what they are."""

from __future__ import annotations

from hashlib import sha256

from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.telling import words
from ledger.trade.dossier.bodies.described import MediaDescribed


def keep_likenesses(stage: Stage, about: str, picture: bytes, model: bytes, *, by: str) -> tuple[bytes, bytes]:
    """Keep both files and say that they are drawn, not taken; returns their SHA-256.

    Args:
        about: canonical identifier of the product. picture: a JPEG. model: a GLB.
    """
    drawn, built = sha256(picture).digest(), sha256(model).digest()
    stage.say(
        by,
        MediaDescribed(
            drawn,
            "image/jpeg",
            len(picture),
            about,
            "synthetic",
            captions=words("A drawing of the product", "产品示意图", "產品示意圖"),
        ),
        MediaDescribed(
            built,
            "model/gltf-binary",
            len(model),
            about,
            "synthetic",
            captions=words("A model of the product, drawn to its size", "按实际尺寸制作的产品模型", "依實際尺寸製作的產品模型"),
        ),
    )
    return drawn, built
