"""A drawn code is read again by an independent decoder."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, ImageDraw

from ledger.actions.codes.draw_code import CodeKind, code_lines, draw_code

ADDRESS = "https://ledger.example/01/09506000200033/21/VZV4QRVYNE3P"


def test_a_png_is_read_again() -> None:
    picture = Image.open(io.BytesIO(draw_code(ADDRESS, CodeKind.PNG)))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS]


def test_an_svg_is_one_drawing_without_script() -> None:
    drawn = draw_code(ADDRESS, CodeKind.SVG).decode()
    assert "<svg" in drawn and "<path" in drawn and "script" not in drawn


def test_the_lines_of_a_terminal_are_read_again() -> None:
    lines = code_lines(ADDRESS)
    assert len({len(line) for line in lines}) == 1
    picture = Image.new("L", (len(lines[0]) * 4, len(lines) * 8), 255)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            if block in "▀█":
                draw.rectangle((column * 4, row * 8, column * 4 + 3, row * 8 + 3), 0)
            if block in "▄█":
                draw.rectangle((column * 4, row * 8 + 4, column * 4 + 3, row * 8 + 7), 0)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS]
