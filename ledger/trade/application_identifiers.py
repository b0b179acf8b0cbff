"""The GS1 application identifiers (AIs) as data: keys, their qualifiers, the shape of every value, check digits.

Drawn up from the GS1 General Specifications and the GS1 Digital Link URI syntax, release of 2025.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AiValue: TypeAlias = tuple[str, str]
"""An application identifier and its value, percent-decoded: `("21", "A/1")`."""

Qualifiers: TypeAlias = tuple[tuple[str, ...], ...]
"""The alternative sequences that may follow a key; within one, order counts and each may be left out."""

KEYS: Final[Mapping[str, Qualifiers]] = MappingProxyType(
    {
        "00": (),
        "01": (("22", "10", "21"), ("235",)),
        "253": (),
        "255": (),
        "401": (),
        "402": (),
        "414": (("254",), ("7040",)),
        "415": (("8020",),),
        "417": (("7040",),),
        "8003": (),
        "8004": (("7040",),),
        "8006": (("22", "10", "21"),),
        "8010": (("8011",),),
        "8013": (),
        "8017": (("8019",),),
        "8018": (("8019",),),
    }
)

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "sscc": "00", "gln": "414", "glnx": "254", "party": "417",
        "payto": "415", "gdti": "253", "gcn": "255", "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004",
        "itip": "8006", "cpid": "8010", "cpsn": "8011", "gmn": "8013", "gsrn": "8018", "gsrnp": "8017", "srin": "8019",
    }
)  # fmt: skip
"""Names that early Digital Link editions allowed in place of numbers. Read in events, never printed."""

# Shape: N digits, X character set 82, Y character set 39, Z base64url, P digits without leading zero; "N6" exactly
# six, "X..20" one to twenty, "[…]" may be missing, other characters stand for themselves. Then the AIs.
_SHAPES: Final = (
    ("N18", "00 8006 8017 8018 8026"),
    ("N14", "01 02 03 8001"),
    ("N17", "402"),
    ("N13", "410-417 7001"),
    ("N13 [X..17]", "253"),
    ("N13 [N..12]", "255"),
    ("0 N13 [X..16]", "8003"),
    ("N1", "4321-4323 7252"),
    ("N2", "20 7241"),
    ("N3", "422 424 426"),
    ("N4", "3940-3943 8111"),
    ("N6", "11-13 15-17 3100-3105 3110-3115 3120-3125 3130-3135 3140-3145 3150-3155 3160-3165 3200-3205 3210-3215 "
           "3220-3225 3230-3235 3240-3245 3250-3255 3260-3265 3270-3275 3280-3285 3290-3295 3300-3305 3310-3315 "
           "3320-3325 3330-3335 3340-3345 3350-3355 3360-3365 3370-3375 3400-3405 3410-3415 3420-3425 3430-3435 "
           "3440-3445 3450-3455 3460-3465 3470-3475 3480-3485 3490-3495 3500-3505 3510-3515 3520-3525 3530-3535 "
           "3540-3545 3550-3555 3560-3565 3570-3575 3600-3605 3610-3615 3620-3625 3630-3635 3640-3645 3650-3655 "
           "3660-3665 3670-3675 3680-3685 3690-3695 3950-3955 4326 7006 8005"),
    ("N8", "7250"),
    ("N10", "4324 4325 7003"),
    ("N12", "7251"),
    ("N15", "8040 8041"),
    ("N20", "4309"),
    ("N32", "8042"),
    ("N..4", "7004"),
    ("N..6", "242"),
    ("N..8", "30 37"),
    ("N..10", "8019"),
    ("N..15", "3900-3909 3920-3929"),
    ("P..12", "8011"),
    ("N3 N..15", "3910-3919 3930-3939"),
    ("N3 [N3] [N3] [N3] [N3]", "423 425"),
    ("N6 [-]", "4330-4333"),
    ("N6 [N4]", "7011"),
    ("N6 [N6]", "7007"),
    ("N8 [N2] [N2]", "8008"),
    ("N18 [N..2]", "8043"),
    ("X2", "4307 4317"),
    ("X3", "7258"),
    ("X..2", "7010"),
    ("X..3", "427 7008"),
    ("X..4", "7041"),
    ("X..10", "7009 7255"),
    ("X..12", "7005"),
    ("X..20", "10 21 22 243 254 420 4318 7020-7022 710-717 7240 8002 8012"),
    ("X..25", "7242 8013 8014 8020"),
    ("X..28", "235"),
    ("X..30", "240 241 250 251 400 401 403 4308 4319 7002 7023 8004 90"),
    ("X..34", "8007"),
    ("X..35", "4300 4301 4310 4311 4320"),
    ("X..40", "7253 7254 7259"),
    ("X..50", "8009"),
    ("X..70", "4302-4306 4312-4316 7257 8110 8112 8200"),
    ("X..90", "7256 91-99"),
    ("N1 X3", "7040"),
    ("N3 X..9", "421"),
    ("N3 X..27", "7030-7039"),
    ("X2 X..28", "7230-7239"),
    ("Y..30", "8010"),
    ("Z..90", "8030"),
)  # fmt: skip

_CHARACTERS: Final = {"N": "[0-9]", "X": r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]", "Y": r"[#\-/0-9A-Z]", "Z": r"[A-Za-z0-9_=\-]"}
_TOKEN: Final = re.compile(r"(?P<set>[NXYZ])(?P<range>\.\.)?(?P<count>\d+)|P\.\.(?P<plain>\d+)|(?P<literal>.)")


class Checked(NamedTuple):
    """Where an AI's value carries its check digit: the last of its first `digits` characters."""

    digits: int


CHECKED: Final[Mapping[str, Checked]] = MappingProxyType(
    {
        **dict.fromkeys(("00", "8017", "8018"), Checked(18)),
        "402": Checked(17),
        **dict.fromkeys(("01", "02", "03", "8003", "8006", "8026"), Checked(14)),
        **dict.fromkeys(("253", "255", *(str(ai) for ai in range(410, 418))), Checked(13)),
    }
)

CHECKED_PAIR: Final = frozenset({"8013", "8014"})
"""AIs whose value ends with a pair of check characters instead of a digit."""

NOT_AN_ATTRIBUTE: Final = frozenset(
    ("03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8040", "8041", "8042", "8043", "8200")
)
"""AIs that a Digital Link may not carry in its query: they identify, or belong to another carrier."""

PREDEFINED_LENGTH: Final = frozenset(
    (*(str(prefix).zfill(2) for prefix in (0, 1, 2, 3, 4, *range(11, 21))), "31", "32", "33", "34", "35", "36", "41")
)
"""First two digits of the AIs whose values end without a separator in an element string."""


def _range_of(spelling: str) -> Iterator[str]:
    first, _, last = spelling.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield str(number).zfill(len(first))


def _pattern_of(shape: str) -> re.Pattern[str]:
    def expand(token: re.Match[str]) -> str:
        if token["set"]:
            least = "1," if token["range"] else ""
            return f"{_CHARACTERS[token['set']]}{{{least}{token['count']}}}"
        if token["plain"]:
            return f"(?:0|[1-9][0-9]{{0,{int(token['plain']) - 1}}})"
        return re.escape(token["literal"])

    parts = (part[1:-1] if part.startswith("[") else part for part in shape.split())
    optional = (part.startswith("[") for part in shape.split())
    return re.compile("".join(f"(?:{_TOKEN.sub(expand, part)})" + "?" * may for part, may in zip(parts, optional, strict=True)))


PATTERNS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {ai: pattern for shape, ais in _SHAPES for pattern in (_pattern_of(shape),) for part in ais.split() for ai in _range_of(part)}
)
"""Every assigned AI with the pattern its whole value must match."""

SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {ai: shape for shape, ais in _SHAPES for part in ais.split() for ai in _range_of(part)}
)
"""Every assigned AI with its shape in words of the table above, for messages."""

_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_SET_82: Final = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def check_digit(body: str) -> str:
    """The mod-10 digit that completes `body`, digits only: weights 3, 1, 3, … from its right end."""
    digits = body.encode()
    # A digit's byte is its value plus 48; the surplus of both sums is a whole number of 48s.
    threes, ones = digits[::-2], digits[-2::-2]
    return str(-(3 * (sum(threes) - 48 * len(threes)) + sum(ones) - 48 * len(ones)) % 10)


def check_pair(body: str) -> str:
    """The two characters that complete a global model number: positions times primes from the right, modulo 1021.

    Source: GS1 General Specifications, "Check character pair calculation".
    """
    total = sum(_SET_82.index(character) * prime for character, prime in zip(reversed(body), _PRIMES, strict=False)) % 1021
    return _PAIR_LETTERS[total >> 5] + _PAIR_LETTERS[total & 31]


def wanted_check(ai: str, value: str) -> str | None:
    """The check digit or pair that `value` should carry, or None where this AI has none.

    `value` must already match the AI's pattern.
    """
    if ai in CHECKED_PAIR:
        return check_pair(value[:-2]) if len(value) > 2 else None
    if (checked := CHECKED.get(ai)) is None:
        return None
    return check_digit(value[: checked.digits - 1])


def seen_check(ai: str, value: str) -> str:
    """The check digit or pair that `value` does carry; for AIs where `wanted_check` answers."""
    return value[-2:] if ai in CHECKED_PAIR else value[CHECKED[ai].digits - 1]


def key_place(segments: list[str]) -> int | None:
    """Where the identification begins in the segments of a path: the right-most key that leaves whole pairs after it."""
    return next((place for place in range(len(segments) - 2, -1, -2) if segments[place] in KEYS), None)


def qualifiers_hold(key: str, qualifiers: list[str]) -> bool:
    """Whether `qualifiers` may follow `key` in this order, without repetition."""
    return not qualifiers or any(_is_subsequence(qualifiers, sequence) for sequence in KEYS[key])


def _is_subsequence(part: list[str], whole: tuple[str, ...]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in part)
