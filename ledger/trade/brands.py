"""Whose brand a product is: by the GS1 company prefix that governance licensed to a party."""

from __future__ import annotations

from typing import Final

from ledger.trade.identifiers import application_values
from ledger.trade.parties.prefixes import licence_over
from ledger.trade.parties.state import Governance

_GTIN_DIGITS: Final = 14
_WITH_GTIN: Final = frozenset({"01", "8006"})
"""Keys whose value begins with a GTIN: trade items, and pieces of them."""
_OF_PLACES: Final = frozenset({"414"})


def brand_of(state: Governance, identifier: str) -> str | None:
    """Return the party that is the brand of a product, lot or item: the holder of the longest prefix of its number.

    None where nobody was licensed such a prefix, and for what has no GTIN. The indicator, the first digit of a GTIN-14, says
    how the item is packed and belongs to no prefix.

    Source: docs/FORMATS.md, "Brands"; GS1 General Specifications 1.4.4 and 3.3.2.
    """
    values = application_values(identifier)
    if values is None or values[0][0] not in _WITH_GTIN:
        return None
    licence = licence_over(state.brands, values[0][1][1:_GTIN_DIGITS])
    return None if licence is None else licence.party


def owner_of_place(state: Governance, identifier: str) -> str | None:
    """Return the party whose licensed prefix the GLN of a place begins with; None where there is none, and of other identifiers.

    Source: GS1 General Specifications 1.4.4 and 3.7.9.
    """
    values = application_values(identifier)
    if values is None or values[0][0] not in _OF_PLACES:
        return None
    licence = licence_over(state.brands, values[0][1])
    return None if licence is None else licence.party
