"""GS1 Digital Link addresses as they are scanned: read strictly, printed in one way, refused by name.

Source: GS1 Digital Link URI syntax 1.6; RFC 3986 for what an address may contain. Stricter than both where a scanner,
a proxy and a server could read one address as two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from ledger.errors import Malformed, Unprocessable
from ledger.trade.application_identifiers import (
    KEYS,
    NOT_AN_ATTRIBUTE,
    PATTERNS,
    SHAPES,
    AiValue,
    key_place,
    qualifiers_hold,
    seen_check,
    wanted_check,
)
from ledger.trade.identifiers import ROOT, canonical

URI_CHARACTERS_MAX: Final = 4_096

_URI: Final = re.compile(
    r"https?://(?P<host>[A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/(?P<path>[^?#]*))?(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.IGNORECASE,
)
_FORBIDDEN: Final = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_STEM_TRICK: Final = re.compile(rb"[\x00-\x1f\x7f/\\]")
_UNASSIGNED_VALUE: Final = PATTERNS["99"]
_DOTS: Final = frozenset({".", ".."})
_GTIN_LENGTHS: Final = (8, 12, 13)


class DigitalLinkMalformed(Malformed):
    title = "this is not the web address of a GS1 Digital Link"


class UriCharacterForbidden(Malformed):
    title = "an address holds a character that must be percent-encoded"


class PercentEncodingBroken(Malformed):
    title = "a percent sign is not followed by two hexadecimal digits of valid text"


class PathUnsafe(Malformed):
    title = "a path segment is empty, means another directory or hides a separator"


class IdentificationKeyMissing(Malformed):
    title = "the address holds no GS1 identification key"
    default_hint = "an item's address looks like /01/09521234000013/21/A1"


class QualifierMisplaced(Unprocessable):
    title = "an application identifier may not stand here in the path"


class ApplicationIdentifierUnknown(Unprocessable):
    title = "there is no such GS1 application identifier"


class AttributeNotAllowed(Unprocessable):
    title = "this application identifier may not be given in the query"


class ApplicationIdentifierRepeated(Unprocessable):
    title = "one application identifier is given two values"


class AiValueMalformed(Unprocessable):
    title = "a value does not have the shape of its application identifier"


class CheckDigitWrong(Unprocessable):
    """The check digit (or check pair) of a key does not follow from its other characters."""

    title = "the check digit does not fit the number"
    default_hint = "a digit was mistyped or misread; compare it with the package"

    def __init__(self, *, ai: str, value: str, digit_seen: str, digit_wanted: str) -> None:
        self.ai = ai
        self.digit_seen = digit_seen
        self.digit_wanted = digit_wanted
        super().__init__(seen=value, wanted=f"check digit {digit_wanted} where {digit_seen} stands", pointer=f"({ai})")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a scanned address identifies (`keys`: the key, then its qualifiers in order) and says beside it."""

    keys: tuple[AiValue, ...]
    attributes: tuple[AiValue, ...] = ()

    @property
    def identifier(self) -> str:
        """The canonical identifier at its finest level, as events name it."""
        plain = self.uri(with_attributes=False)
        return canonical(plain) or plain

    def value(self, ai: str) -> str | None:
        """The value of `ai` among key and qualifiers, or None."""
        return dict(self.keys).get(ai)

    def uri(self, *, root: str = ROOT, with_attributes: bool = True) -> str:
        """Print the address below `root`, every reserved character of a value percent-encoded.

        Args:
            root: scheme, host and stem without a final slash; the default gives GS1's canonical form.

        Raises:
            PathUnsafe: a value is `.` or `..`, which every browser would take for a directory.
        """
        for ai, value in self.keys:
            if value in _DOTS:
                raise PathUnsafe(seen=value, wanted="a value that survives in a path", pointer=f"({ai})")
        path = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in self.keys)
        query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in self.attributes)
        return f"{root}{path}?{query}" if query and with_attributes else f"{root}{path}"


def parse_digital_link(uri: str) -> DigitalLink:
    """Read a scanned address. GTINs of 8, 12 or 13 digits come back with 14; fragment and foreign parameters are ignored.

    Raises:
        UriCharacterForbidden, DigitalLinkMalformed, PathUnsafe, PercentEncodingBroken: it is no clean web address.
        IdentificationKeyMissing: no key stands in the path (short words for numbers are no longer accepted).
        QualifierMisplaced, ApplicationIdentifierUnknown, AttributeNotAllowed, ApplicationIdentifierRepeated: wrong AIs.
        AiValueMalformed, CheckDigitWrong: a value is wrong.
    """
    if forbidden := _FORBIDDEN.search(uri[:URI_CHARACTERS_MAX]):
        raise UriCharacterForbidden(
            seen=f"U+{ord(forbidden[0]):04X} as character {forbidden.start()}", wanted="RFC 3986 characters"
        )
    parts = _URI.fullmatch(uri) if len(uri) <= URI_CHARACTERS_MAX else None
    if parts is None:
        raise DigitalLinkMalformed(seen=uri, wanted=f"https://host/… of at most {URI_CHARACTERS_MAX} characters")
    segments = parts["path"].split("/") if parts["path"] else []
    for segment in segments:
        _refuse_unsafe(segment)
    start = key_place(segments)
    if start is None:
        raise IdentificationKeyMissing(seen=uri, wanted="/01/, /00/, /8003/ or another key with its value")
    for segment in segments[:start]:
        if _STEM_TRICK.search(unquote_to_bytes(segment)):
            raise PathUnsafe(seen=segment, wanted="no encoded separator or control character before the key")
    keys = _read_keys(segments[start:])
    return DigitalLink(keys, _read_attributes(parts["query"] or "", dict(keys)))


def read_value(ai: str, value: str) -> str:
    """Return the value of an assigned `ai` as it stands.

    Raises:
        AiValueMalformed: it does not have the AI's shape.
        CheckDigitWrong: its check digit does not hold.
    """
    if not PATTERNS[ai].fullmatch(value):
        raise AiValueMalformed(seen=value, wanted=f"the shape {SHAPES[ai]}", pointer=f"({ai})")
    wanted = wanted_check(ai, value)
    if wanted is not None and (seen := seen_check(ai, value)) != wanted:
        raise CheckDigitWrong(ai=ai, value=value, digit_seen=seen, digit_wanted=wanted)
    return value


def read_attribute(ai: str, text: str) -> str:
    """Return the value of a data attribute.

    An AI that GS1 may yet assign is kept with its value: a label printed next year is no forgery.

    Raises:
        ApplicationIdentifierUnknown: no AI of that length can begin with these digits.
        AttributeNotAllowed: it identifies, and so belongs into the path or not here at all.
        AiValueMalformed, CheckDigitWrong: as `read_value`.
    """
    if ai in NOT_AN_ATTRIBUTE:
        raise AttributeNotAllowed(
            seen=ai, wanted="keys and qualifiers in the path, data attributes in the query", pointer=f"({ai})"
        )
    if ai in PATTERNS:
        return read_value(ai, text)
    lengths = {len(known) for known in PATTERNS if known[:2] == ai[:2]} or {2, 3, 4}
    if len(ai) not in lengths:
        raise ApplicationIdentifierUnknown(seen=ai, wanted="an assigned application identifier", pointer=f"({ai})")
    if not _UNASSIGNED_VALUE.fullmatch(text):
        raise AiValueMalformed(seen=text, wanted="1 to 90 characters of GS1 set 82", pointer=f"({ai})")
    return text


def _refuse_unsafe(segment: str) -> None:
    if _BROKEN_ESCAPE.search(segment):
        raise PercentEncodingBroken(seen=segment, wanted="%20 to %7E")
    # Browsers and proxies resolve %2e%2e as they resolve "..", whatever it was meant to say.
    if segment == "" or unquote_to_bytes(segment) in (b".", b".."):
        raise PathUnsafe(seen=segment, wanted="path segments with a name of their own, no slash at the end")


def _decode(text: str, *, ai: str) -> str:
    if _BROKEN_ESCAPE.search(text):
        raise PercentEncodingBroken(seen=text, wanted="%20 to %7E", pointer=f"({ai})")
    try:
        return unquote_to_bytes(text).decode("ascii")
    except UnicodeDecodeError as reason:
        raise AiValueMalformed(seen=text, wanted="characters of GS1 set 82", pointer=f"({ai})") from reason


def _read_keys(segments: list[str]) -> tuple[AiValue, ...]:
    key, *qualifiers = segments[::2]
    for ai in qualifiers:
        if not any(ai in sequence for sequence in KEYS[key]):
            raise QualifierMisplaced(seen=ai, wanted=_sequences(key), pointer=f"({key})")
    if not qualifiers_hold(key, qualifiers):
        raise QualifierMisplaced(seen=" ".join(qualifiers), wanted=_sequences(key), pointer=f"({key})")
    return tuple(
        (ai, read_value(ai, _padded(ai, _decode(raw, ai=ai)))) for ai, raw in zip(segments[::2], segments[1::2], strict=True)
    )


def _padded(ai: str, value: str) -> str:
    return value.zfill(14) if ai == "01" and len(value) in _GTIN_LENGTHS else value


def _sequences(key: str) -> str:
    return f"after {key}: " + (" or ".join(" ".join(sequence) for sequence in KEYS[key]) or "nothing")


def _read_attributes(query: str, keys: dict[str, str]) -> tuple[AiValue, ...]:
    attributes: dict[str, str] = {}
    for parameter in query.split("&"):
        name, equals, raw = parameter.partition("=")
        if not equals or not (name.isascii() and name.isdigit()):
            continue
        value = read_attribute(name, _decode(raw.replace("+", " "), ai=name))
        if {**attributes, **keys}.get(name, value) != value:
            raise ApplicationIdentifierRepeated(seen=parameter, wanted="each application identifier once", pointer=f"({name})")
        if name not in keys:
            attributes[name] = value
    return tuple(attributes.items())
