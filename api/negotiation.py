"""What a client would rather have: media types and languages by their q-values (RFC 9110 sections 12.5.1 and 12.5.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_WEIGHT: Final = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
_PARTS_MAX: Final = 32
_TRADITIONAL: Final = frozenset({"tw", "hk", "mo"})


def preferred_type(header: str, offers: Sequence[str]) -> str | None:
    """The offer that an `Accept` header likes best, the earlier one among equals; None where it takes none of them.

    An absent header takes everything.
    """
    ranges = _weighted(header) or [("*/*", 1.0)]
    best, best_weight = None, 0.0
    for offer in offers:
        weight = _type_weight(offer, ranges)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def preferred_language(header: str, offers: Sequence[str]) -> str:
    """The offered language that an `Accept-Language` header likes best, the earlier named one among equals.

    The first offer where the header names none of them. `*` stands for the first offer that no other range names.
    """
    named = [(language_among(tag, offers), weight) for tag, weight in _weighted(header) if tag != "*"]
    others = next((offer for offer in offers if offer not in dict(named)), None)
    stars = [(others, weight) for tag, weight in _weighted(header) if tag == "*"]
    best, best_weight = offers[0], 0.0
    for offer, weight in (*named, *stars):
        if offer is not None and weight > best_weight:
            best, best_weight = offer, weight
    return best


def language_among(tag: str, offers: Sequence[str]) -> str | None:
    """The offer that serves a reader of `tag` (RFC 5646): the same tag, else the same language; None where there is none.

    Chinese is told apart by its writing: that of the tag, else that of its region, else the simplified one.
    """
    spelt = {offer.lower(): offer for offer in offers}
    language, *rest = tag.strip().lower().replace("_", "-").split("-")
    for wanted in ("-".join((language, *rest)), _writing(rest) if language == "zh" else language):
        if wanted in spelt:
            return spelt[wanted]
    return None


def _writing(subtags: list[str]) -> str:
    for script in ("hant", "hans"):
        if script in subtags:
            return f"zh-{script}"
    return "zh-hant" if _TRADITIONAL & set(subtags) else "zh-hans"


def _type_weight(offer: str, ranges: list[tuple[str, float]]) -> float:
    # The most specific range that matches decides, whatever its weight.
    weights = dict(ranges)
    for candidate in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if candidate in weights:
            return weights[candidate]
    return 0.0


def _weighted(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.split(",")[:_PARTS_MAX]:
        value, *parameters = part.split(";")
        weight = next((float(match[1]) for match in map(_WEIGHT.fullmatch, parameters) if match), 1.0)
        if value.strip():
            found.append((value.strip().lower(), weight))
    return found
