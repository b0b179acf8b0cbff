"""Units of measure that can be turned into one another, exactly.

Source: codes and factors of UN/ECE Recommendation 20.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple


class _Unit(NamedTuple):
    """base = value * factor + offset, in the base unit of its kind."""

    kind: str
    factor: Fraction
    offset: Fraction = Fraction(0)


def _unit(kind: str, factor: str, offset: str = "0") -> _Unit:
    return _Unit(kind, Fraction(factor), Fraction(offset))


_UNITS: Final[Mapping[str, _Unit]] = {
    "MC": _unit("mass", "1/1000000000"),
    "MGM": _unit("mass", "1/1000000"),
    "GRM": _unit("mass", "1/1000"),
    "KGM": _unit("mass", "1"),
    "TNE": _unit("mass", "1000"),
    "ONZ": _unit("mass", "0.028349523125"),
    "LBR": _unit("mass", "0.45359237"),
    "MMT": _unit("length", "1/1000"),
    "CMT": _unit("length", "1/100"),
    "MTR": _unit("length", "1"),
    "KMT": _unit("length", "1000"),
    "INH": _unit("length", "0.0254"),
    "MLT": _unit("volume", "1/1000"),
    "CLT": _unit("volume", "1/100"),
    "LTR": _unit("volume", "1"),
    "MTQ": _unit("volume", "1000"),
    "KEL": _unit("temperature", "1"),
    "CEL": _unit("temperature", "1", "273.15"),
    "FAH": _unit("temperature", "5/9", "45967/180"),
    "C62": _unit("fraction", "1"),
    "P1": _unit("fraction", "1/100"),
    "59": _unit("fraction", "1/1000000"),
    "61": _unit("fraction", "1/1000000000"),
    "GK": _unit("fraction", "1/1000"),
    "NA": _unit("fraction", "1/1000000"),
    "SEC": _unit("time", "1"),
    "MIN": _unit("time", "60"),
    "HUR": _unit("time", "3600"),
    "DAY": _unit("time", "86400"),
}
"""Per cent, parts per million and milligrams per kilogram are all fractions: of mass, as laboratories write them."""


def converted(value: Decimal | Fraction, unit: str, wanted: str) -> Fraction | None:
    """`value` in the unit `wanted`; None where the two units measure different things, or one of them is not known here.

    The same unit is always its own, known or not.
    """
    if unit == wanted:
        return Fraction(value)
    source, target = _UNITS.get(unit), _UNITS.get(wanted)
    if source is None or target is None or source.kind != target.kind:
        return None
    return (Fraction(value) * source.factor + source.offset - target.offset) / target.factor


def spelt(value: Fraction, *, places: int = 3) -> str:
    """`value` as a decimal number with at most `places` digits after the point, without trailing zeros."""
    scaled = round(value * 10**places)
    digits = f"{abs(scaled):0{places + 1}d}"
    whole, part = digits[:-places], digits[-places:].rstrip("0")
    return ("-" if scaled < 0 else "") + whole + (f".{part}" if part else "")
