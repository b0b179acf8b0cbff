"""The drawn pictures can be opened, say nothing beside what they show, and are the same each time."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ledger.actions.demo_world.likenesses.drawing import PICTURE_SIZE
from ledger.actions.demo_world.likenesses.kettle_picture import kettle_picture
from ledger.actions.demo_world.likenesses.tin_picture import TEA_TIN, tin_picture

DRAWN = {"tin": lambda: tin_picture(TEA_TIN), "kettle": kettle_picture}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_a_plain_jpeg(name: str) -> None:
    data = DRAWN[name]()
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == ("JPEG", PICTURE_SIZE)
    assert not picture.getexif()
    assert len(data) < 100_000
    colours = picture.getcolors(PICTURE_SIZE[0] * PICTURE_SIZE[1])
    assert colours is not None and len(colours) > 2_000, "something is drawn on it"


def test_it_is_the_same_each_time_and_another_for_other_goods() -> None:
    assert DRAWN["tin"]() == DRAWN["tin"]() != DRAWN["kettle"]()
