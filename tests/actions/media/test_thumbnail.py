"""Small pictures made smaller still, for cards."""

from __future__ import annotations

import io

from PIL import Image

from ledger.actions.media.thumbnail import make_smaller, make_thumbnail
from ledger.trade.media.sniff import PNG


def picture(width: int, height: int) -> bytes:
    drawn = Image.effect_noise((width, height), 80).convert("RGB")
    written = io.BytesIO()
    drawn.save(written, "PNG")
    return written.getvalue()


def test_a_thumbnail_becomes_smaller_and_keeps_its_proportions() -> None:
    thumbnail = make_thumbnail(picture(640, 320), PNG)
    smaller = make_smaller(thumbnail, 96)
    with Image.open(io.BytesIO(smaller)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (96, 48))
    assert len(smaller) < len(thumbnail)


def test_one_that_is_small_is_not_blown_up() -> None:
    with Image.open(io.BytesIO(make_smaller(make_thumbnail(picture(20, 20), PNG), 96))) as opened:
        assert opened.size == (20, 20)
