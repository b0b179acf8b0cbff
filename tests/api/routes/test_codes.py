"""QR codes hold the item's public address and nothing else, and scanners read them."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from tests.api.tea_world import GTIN, TeaWorld


@pytest.mark.parametrize("path", [f"01/{GTIN}", f"01/{GTIN}/10/L7/21/T1", f"01/{GTIN}/21/a%2Fb", f"01/{GTIN}/21/x.svg"])
def test_a_scanner_reads_the_public_address(world: TeaWorld, path: str) -> None:
    answer = world.get(f"/codes/{path}.png")
    assert answer.headers["Content-Type"] == "image/png"
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)))
    assert found.text == f"{world.url}/{path}"
    assert found.ec_level == "M"


def test_the_drawing_is_one_path_with_a_quiet_zone(world: TeaWorld) -> None:
    answer = world.get(f"/codes/01/{GTIN}/21/T1.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.text.count("<path") == 1
    assert "<script" not in answer.text
    assert "M3.2,3.2" in answer.text  # four modules of 0.8 mm


@pytest.mark.parametrize(
    ("path", "status"), [(f"01/{GTIN[:-1]}5.svg", 422), (f"01/{GTIN}.gif", 404), ("01/.svg", 400), (f"01/{GTIN}/21/.png", 400)]
)
def test_codes_that_cannot_be_are_refused(world: TeaWorld, path: str, status: int) -> None:
    assert world.get(f"/codes/{path}").status_code == status
