"""The names that CLDR has for the units of UN/ECE Recommendation 20 in which goods are measured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

UNIT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "59": "concentr-permillion",
        "A97": "pressure-hectopascal",
        "ANN": "duration-year",
        "BAR": "pressure-bar",
        "CEL": "temperature-celsius",
        "CLT": "volume-centiliter",
        "CMK": "area-square-centimeter",
        "CMQ": "volume-cubic-centimeter",
        "CMT": "length-centimeter",
        "DAY": "duration-day",
        "DD": "angle-degree",
        "DLT": "volume-deciliter",
        "DMT": "length-decimeter",
        "E14": "energy-kilocalorie",
        "FAH": "temperature-fahrenheit",
        "FOT": "length-foot",
        "GRM": "mass-gram",
        "HAR": "area-hectare",
        "HLT": "volume-hectoliter",
        "HTZ": "frequency-hertz",
        "HUR": "duration-hour",
        "INH": "length-inch",
        "KEL": "temperature-kelvin",
        "KGM": "mass-kilogram",
        "KJO": "energy-kilojoule",
        "KMH": "speed-kilometer-per-hour",
        "KMT": "length-kilometer",
        "KPA": "pressure-kilopascal",
        "KWH": "energy-kilowatt-hour",
        "LBR": "mass-pound",
        "LTR": "volume-liter",
        "LUX": "light-lux",
        "MBR": "pressure-millibar",
        "MC": "mass-microgram",
        "MGM": "mass-milligram",
        "MIN": "duration-minute",
        "MLT": "volume-milliliter",
        "MMT": "length-millimeter",
        "MON": "duration-month",
        "MTK": "area-square-meter",
        "MTQ": "volume-cubic-meter",
        "MTR": "length-meter",
        "MTS": "speed-meter-per-second",
        "ONZ": "mass-ounce",
        "P1": "concentr-percent",
        "PAL": "pressure-pascal",
        "SEC": "duration-second",
        "TNE": "mass-tonne",
        "VLT": "electric-volt",
        "WEE": "duration-week",
        "WTT": "power-watt",
    }
)
"""Unit code to CLDR unit. Codes that CLDR has no unit for stand in the catalogue `vocabulary` under `unit.`."""
