"""What a proxy says of the place of a visitor, and what is kept of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.areas import NOWHERE, country_of, read_area
from ledger.trade.travel import Cell


@pytest.mark.parametrize(
    ("said", "text", "cell"),
    [
        ("CN", "CN", None),
        ("CN-GZ", "CN-GZ", None),
        ("CN-", "CN", None),
        ("SG/Singapore", "SG/Singapore", None),
        ("CN-GZ/贵阳", "CN-GZ/贵阳", None),
        ("CN-GZ/Guiyang@26.65,106.63", "CN-GZ/Guiyang", Cell(26, 106)),
        ("CN-/@26.65,106.63", "CN", Cell(26, 106)),
        ("DE@-1,-2", "DE", Cell(-1, -2)),
        ("CN-GZ/" + "x" * 41, "CN-GZ", None),
        ("CN-GZ/a/b", "CN-GZ", None),
        ("CN-GZ/Gui\u202eyang", "CN-GZ", None),
        ("cn", NOWHERE, None),
        ("", NOWHERE, None),
        ("-", NOWHERE, None),
        ("10.1.2.3", NOWHERE, None),
        ("SG@1,2@3,4", NOWHERE, None),
    ],
)
def test_what_is_read(said: str, text: str, cell: Cell | None) -> None:
    area = read_area(said)
    assert (area.text, area.cell) == (text, cell)


def test_country_and_territory() -> None:
    assert (country_of("CN-GZ/Guiyang"), read_area("CN-GZ/Guiyang").territory) == ("CN", "CN-GZ")


@given(st.text(max_size=80) | st.from_regex(r"[A-Z]{2}(-[A-Z]{2})?(/.{0,50})?(@[0-9.-]{1,9},[0-9.-]{1,9})?", fullmatch=True))
def test_whatever_is_said_no_exact_place_is_kept(said: str) -> None:
    text = read_area(said).text
    assert text == NOWHERE or re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?(/[^@/]{1,40})?", text)
    assert read_area(text).text == text
