"""One spelling for every identifier of an event: EPC URN, class URN or Digital Link become `https://id.gs1.org/…`.

Source: GS1 Core Business Vocabulary 2.0, section 8.9 (canonical Digital Link), and the EPC Tag Data Standard.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote

from ledger.trade.application_identifiers import (
    PATTERNS,
    WORDS,
    AiValue,
    check_digit,
    key_place,
    qualifiers_hold,
    seen_check,
    wanted_check,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = "https://id.gs1.org"
IDENTIFIER_CHARACTERS_MAX: Final = 1_024
_STEMS_REMEMBERED: Final = 1 << 16
_READINGS_REMEMBERED: Final = 1 << 13

# Most identifiers of a busy ledger have one of these forms; they are read in one step.
_COMMON_LINK: Final = re.compile(
    r"(https?://[^/?#\s]{1,253})/(?P<named>01/(?P<gtin>[0-9]{14})(?:/(?P<finer>21|10)/[0-9A-Za-z_\-]{1,20})?"
    r"|00/(?P<sscc>[0-9]{18})|414/(?P<gln>[0-9]{13}))"
)
_COMMON_URN: Final = re.compile(
    r"urn:epc:(?:id:(?P<item>sgtin)|class:(?P<lot>lgtin)):([0-9]{6,12}\.[0-9]{1,7})\.([0-9A-Za-z_\-]{1,20})"
)
_PLAIN: Final = re.compile(r"[0-9A-Za-z._\-]*")
_WEB: Final = re.compile(r"https?://[^/?#\s]+/([^?#]*)", re.IGNORECASE)
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_GTIN_LENGTHS: Final = (8, 12, 13, 14)

# Which qualifiers make a key finer, finest first. What is not named here says nothing about which thing is meant
# (consumer product variant, relation of a service, import index) and is left out of the canonical form.
_FINEST: Final[Mapping[str, tuple[str, ...]]] = {
    "01": ("21", "235", "10"),
    "8006": ("21", "10"),
    "414": ("254",),
    "415": ("8020",),
    "8010": ("8011",),
}
# Keys that name a class of things unless one of the qualifiers, or a value longer than this, singles one out.
_CLASS_UNLESS_QUALIFIED: Final[Mapping[str, tuple[str, ...]]] = {"01": ("21", "235"), "8006": ("21",), "8010": ("8011",)}
_CLASS_UNLESS_LONGER: Final[Mapping[str, int]] = {"253": 13, "255": 13, "8003": 14}


class _Scheme(NamedTuple):
    """How the fields of one EPC URN scheme become a key and its extension.

    shape: the fields; group 1 becomes the key's value, group 2 the extension.
    digits: length of company prefix and reference together; 0 where the reference is text without a check digit.
    leads: the first digit of the reference moves before the company prefix (indicator, extension digit).
    extension: the AI of group 2; the key itself where it is appended to the key's value; "" where there is none.
    """

    key: str
    shape: re.Pattern[str]
    digits: int
    leads: bool
    extension: str


_PLAIN_KEY: Final = re.compile(r"([0-9]{6,12}\.[0-9]{0,11})")
_EXTENDED_KEY: Final = re.compile(r"([0-9]{6,12}\.[0-9]{0,11})\.(.+)")
_TEXT_KEY: Final = re.compile(r"([0-9]{6,12}\..{1,90})")
_EXTENDED_TEXT_KEY: Final = re.compile(r"([0-9]{6,12}\.[^.]{1,90})\.(.+)")
_PIECE_KEY: Final = re.compile(r"([0-9]{6,12}\.[0-9]{1,7}\.[0-9]{2}\.[0-9]{2})\.(.+)")

_SCHEMES: Final[Mapping[str, _Scheme]] = {
    "sgtin": _Scheme("01", _EXTENDED_KEY, 13, True, "21"),
    "lgtin": _Scheme("01", _EXTENDED_KEY, 13, True, "10"),
    "upui": _Scheme("01", _EXTENDED_KEY, 13, True, "235"),
    "itip": _Scheme("8006", _PIECE_KEY, 13, True, "21"),
    "sscc": _Scheme("00", _PLAIN_KEY, 17, True, ""),
    "sgln": _Scheme("414", _EXTENDED_KEY, 12, False, "254"),
    "pgln": _Scheme("417", _PLAIN_KEY, 12, False, ""),
    "grai": _Scheme("8003", _EXTENDED_KEY, 12, False, "8003"),
    "gdti": _Scheme("253", _EXTENDED_KEY, 12, False, "253"),
    "sgcn": _Scheme("255", _EXTENDED_KEY, 12, False, "255"),
    "gsrn": _Scheme("8018", _PLAIN_KEY, 17, False, ""),
    "gsrnp": _Scheme("8017", _PLAIN_KEY, 17, False, ""),
    "gsin": _Scheme("402", _PLAIN_KEY, 16, False, ""),
    "giai": _Scheme("8004", _TEXT_KEY, 0, False, ""),
    "ginc": _Scheme("401", _TEXT_KEY, 0, False, ""),
    "cpi": _Scheme("8010", _EXTENDED_TEXT_KEY, 0, False, "8011"),
}
_INSTANCE_KINDS: Final = ("id", "idpat")
_CLASS_KINDS: Final = ("class",)


def canonical(identifier: str) -> str | None:
    """The one `https://id.gs1.org/…` spelling of what `identifier` names, at its finest level.

    An EPC instance URN, class URN or pattern URN whose last field is `*`, or a Digital Link on any domain. Query,
    stem, consumer product variant and an extension of "0" are left out; GTINs are padded to 14 digits; check digits
    are taken as they stand (`check_digit_holds` judges them).

    Returns None for anything else: private URIs, and EPC schemes without a Digital Link form (gid, adi, usdod, bic,
    imovn). Such an identifier is its own only spelling. `canonical` of a canonical spelling is that spelling.
    """
    if link := _COMMON_LINK.fullmatch(identifier):
        return identifier if link[1] == ROOT else f"{ROOT}/{link['named']}"
    if common := _COMMON_URN.fullmatch(identifier):
        opening = _opening(common[1] or common[2], common[3])
        return None if opening is None else opening + common[4]
    values = application_values(identifier)
    return None if values is None else _print(_finest(values))


def check_digit_holds(identifier: str) -> bool | None:
    """Whether the key of a Digital Link carries its right check digit; None where there is none to check.

    EPC URNs carry no check digit, and keys made of free text (8004, 401, 8010) have none.
    """
    if identifier.startswith("urn:"):
        return None
    if plain := _COMMON_LINK.fullmatch(identifier):
        number = plain["gtin"] or plain["sscc"] or plain["gln"]
        return check_digit(number[:-1]) == number[-1]
    values = application_values(identifier)
    if values is None:
        return None
    key, value = values[0]
    wanted = wanted_check(key, value)
    return None if wanted is None else seen_check(key, value) == wanted


def is_class_identifier(identifier: str) -> bool:
    """Whether `identifier` names a lot, a type or a pattern of things rather than one thing.

    Locations, parties and documents with a serial are single things. What is not GS1's is taken as one thing.
    """
    if identifier.startswith("urn:epc:id:"):
        return False
    if plain := _COMMON_LINK.fullmatch(identifier):
        return plain["gtin"] is not None and plain["finer"] != "21"
    values = application_values(identifier)
    if values is None:
        return identifier.startswith(("urn:epc:class:", "urn:epc:idpat:"))
    key, value = values[0]
    if (length := _CLASS_UNLESS_LONGER.get(key)) is not None:
        return len(value) <= length
    if (qualified := _CLASS_UNLESS_QUALIFIED.get(key)) is not None:
        return not any(ai in qualified for ai, _ in values)
    return key == "8013"


def ladder(identifier: str) -> tuple[str, ...]:
    """What `identifier` itself says it belongs to, finest first: the item, its lot, its GTIN.

    `…/01/g/10/l/21/s` gives `…/01/g/21/s`, `…/01/g/10/l`, `…/01/g`. A returnable asset, document or coupon leads to
    its type, a part to its part number, a place to its site, a piece of a trade item to its lot, its kind and the GTIN
    of the whole. The first rung is the canonical spelling, or `identifier` unchanged where there is none.
    """
    values = application_values(identifier)
    if values is None:
        return (identifier,)
    key, value = values[0]
    given = dict(values[1:])
    rungs = [_print(((key, value), (ai, given[ai]))) for ai in _FINEST.get(key, ()) if _extends(ai, given.get(ai))]
    rungs.append(_print(((key, value),)))
    if (length := _CLASS_UNLESS_LONGER.get(key)) is not None and len(value) > length:
        rungs.append(_print(((key, value[:length]),)))
    if key == "8006":
        rungs.append(_print((("01", value[:14]),)))
    return tuple(rungs)


def application_values(identifier: str) -> tuple[AiValue, ...] | None:
    """The key and the qualifiers that `identifier` states, percent-decoded, GTINs at 14 digits; None as `canonical`."""
    # The bound is for the memory of what was read: nobody shall fill it with a few huge texts.
    return _read(identifier) if len(identifier) <= IDENTIFIER_CHARACTERS_MAX else None


@lru_cache(maxsize=_READINGS_REMEMBERED)
def _read(identifier: str) -> tuple[AiValue, ...] | None:
    if identifier.startswith("urn:epc:"):
        return _from_urn(identifier)
    found = _WEB.match(identifier)
    return None if found is None else _from_path(found[1])


def _print(values: tuple[AiValue, ...]) -> str:
    return ROOT + "".join(f"/{ai}/{value if _PLAIN.fullmatch(value) else quote(value, safe='')}" for ai, value in values)


def _finest(values: tuple[AiValue, ...]) -> tuple[AiValue, ...]:
    if len(values) == 1:
        return values
    given = dict(values[1:])
    for ai in _FINEST.get(values[0][0], ()):
        if _extends(ai, given.get(ai)):
            return (values[0], (ai, given[ai]))
    return values[:1]


def _extends(ai: str, value: str | None) -> bool:
    # A location extension of "0" means "no extension" (EPC Tag Data Standard, SGLN).
    return value is not None and not (ai == "254" and value == "0")


def _from_path(path: str) -> tuple[AiValue, ...] | None:
    segments = path.split("/")
    if len(segments) < 2:
        return None
    for place in range(len(segments) - 2, -1, -2):
        segments[place] = WORDS.get(segments[place], segments[place])
    start = key_place(segments)
    if start is None:
        return None
    values: list[AiValue] = []
    for place in range(start, len(segments), 2):
        ai, raw = segments[place], segments[place + 1]
        value = _decode(raw)
        if ai == "01" and value is not None and len(value) in _GTIN_LENGTHS:
            value = value.zfill(14)
        if value is None or ai not in PATTERNS or not PATTERNS[ai].fullmatch(value):
            return None
        values.append((ai, value))
    return tuple(values) if qualifiers_hold(values[0][0], [ai for ai, _ in values[1:]]) else None


def _from_urn(identifier: str) -> tuple[AiValue, ...] | None:
    kind, _, rest = identifier[8:].partition(":")
    name, _, body = rest.partition(":")
    scheme = _SCHEMES.get(name)
    if scheme is None or kind not in (_CLASS_KINDS if name == "lgtin" else _INSTANCE_KINDS):
        return None
    fields = scheme.shape.fullmatch(body)
    value = None if fields is None else _key_value(name, fields[1])
    if fields is None or value is None:
        return None
    if not scheme.extension or (kind == "idpat" and fields[2] == "*"):
        return ((scheme.key, value),)
    return _extended(scheme, value, fields[2])


def _extended(scheme: _Scheme, value: str, field: str) -> tuple[AiValue, ...] | None:
    extension = _decode(field)
    if extension is None:
        return None
    if scheme.extension == scheme.key:
        extension = value + extension
    if not PATTERNS[scheme.extension].fullmatch(extension):
        return None
    return ((scheme.key, extension),) if scheme.extension == scheme.key else ((scheme.key, value), (scheme.extension, extension))


@lru_cache(maxsize=_STEMS_REMEMBERED)
def _key_value(name: str, stem: str) -> str | None:
    """The key's value with its check digit. Serials change from item to item, what is before them hardly ever."""
    scheme = _SCHEMES[name]
    prefix, reference, *pieces = stem.split(".", 3 if scheme.digits else 1)
    if scheme.digits == 0:
        text = _decode(reference)
        return prefix + text if text and PATTERNS[scheme.key].fullmatch(prefix + text) else None
    if len(prefix) + len(reference) != scheme.digits:
        return None
    body = reference[:1] + prefix + reference[1:] if scheme.leads else prefix + reference
    zero = "0" if scheme.key == "8003" else ""
    return zero + body + check_digit(body) + "".join(pieces)


@lru_cache(maxsize=_STEMS_REMEMBERED)
def _opening(name: str, stem: str) -> str | None:
    """What every canonical item (or lot) of one GTIN begins with, up to its serial (or lot number)."""
    value = _key_value(name, stem)
    return None if value is None else f"{ROOT}/{_SCHEMES[name].key}/{value}/{_SCHEMES[name].extension}/"


def _decode(text: str) -> str | None:
    if "%" not in text:
        return text
    return None if _BROKEN_ESCAPE.search(text) else unquote(text)
