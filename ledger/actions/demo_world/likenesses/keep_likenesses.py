"""Keep a drawn picture and a model beside the ledger, and have their maker say honestly what they are."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world.stage import Stage, party
from ledger.actions.demo_world.telling import words
from ledger.actions.media.keep_media import keep_media
from ledger.trade.dossier.bodies.described import MediaDescribed
from ledger.trade.dossier.bodies.kinds import Words

_PICTURE: Final = words("A drawing of the product", "产品示意图", "產品示意圖")
_MODEL: Final = words("A model of the product, drawn to its size", "按实际尺寸制作的产品模型", "依實際尺寸製作的產品模型")


def keep_likenesses(stage: Stage, about: str, picture: bytes, model: bytes, *, by: str) -> tuple[bytes, bytes]:
    """Keep both files and say that they are drawn, not taken; returns their SHA-256.

    Args:
        about: canonical identifier of the product. picture: a JPEG. model: a GLB.
    """
    described = [_kept(stage, about, data, captions, by=by) for data, captions in ((picture, _PICTURE), (model, _MODEL))]
    stage.say(by, *described)
    return described[0].media, described[1].media


def _kept(stage: Stage, about: str, data: bytes, captions: tuple[Words, ...], *, by: str) -> MediaDescribed:
    kept = keep_media(stage.ledger, data, party=party(by))
    return MediaDescribed(kept.digest, kept.media_type, kept.size, about, "synthetic", captions=captions)
