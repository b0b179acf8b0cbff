"""The forms in which a person names an item on the command line."""

from __future__ import annotations

from ledger.trade.digital_link import DigitalLink, parse_digital_link
from ledger.trade.element_string import parse_element_string
from ledger.trade.identifiers import ROOT


def read_item(text: str) -> DigitalLink:
    """Read a Digital Link, its path alone, or an element string.

    Raises:
        What `parse_digital_link` and `parse_element_string` raise: check digits are checked.
    """
    if text.startswith("("):
        return parse_element_string(text)
    return parse_digital_link(whole(text))


def whole(text: str) -> str:
    """`01/…` is short for `https://id.gs1.org/01/…`; anything else stands for itself."""
    return f"{ROOT}/{text.removeprefix('/')}" if text[:2].strip("/").isdigit() else text
