"""The strict pass: which JSON bytes may become a record, and the value they stand for.

Two readers agree on what they accept. The quick one (`_read_quickly`) proves a clean text clean by a few passes at the
speed of memory; whatever it cannot prove goes to the careful one (`_read_carefully`), which decides and names the fault with
its place. Fast decoders alone let repeated names, unbounded numbers and deep nesting through.

Source: docs/FORMATS.md, "Record"; RFC 8259; pointers after RFC 6901.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, Final

import msgspec

from ledger.errors import Malformed, SuyuanError, TooLarge, Unprocessable

RECORD_BYTES_MAX: Final = 1 << 20
DEPTH_MAX: Final = 64
DIGITS_MAX: Final = 38
EXPONENT_MIN: Final = -400
EXPONENT_MAX: Final = 400

_BOM: Final = b"\xef\xbb\xbf"
_BRACKETS_AND_QUOTES: Final = bytes.maketrans(b"{}", b"[]")
_ALL_ELSE: Final = bytes(set(range(256)) - set(b'"[]{}'))
_DIGITS_TO_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_DIGITS_TOO_MANY: Final = b"0" * (DIGITS_MAX + 1)
_STRING_OR_BRACKET: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


class JsonTooLarge(TooLarge):
    title = "the JSON text is larger than allowed"


class JsonMalformed(Malformed):
    title = "the text is not JSON"


class EncodingNotUtf8(Malformed):
    title = "the bytes are not valid UTF-8"
    default_hint = "save the text as UTF-8"


class ByteOrderMarkPresent(Malformed):
    title = "the text begins with a byte order mark"
    default_hint = "send UTF-8 without it"


class NestedTooDeep(Malformed):
    title = "the JSON text is nested too deeply"


class NameRepeated(Malformed):
    title = "an object has the same name twice"


class NumberOutOfRange(Malformed):
    title = "a number is longer or larger than every reader could keep"


class SurrogateUnpaired(Malformed):
    title = "a string contains half of a surrogate pair"


class RecordNotObject(Malformed):
    title = "a record is exactly one JSON object with no bytes around it"


class RecordTypeMissing(Unprocessable):
    title = "a record has no type"


def read_json(data: bytes, *, bytes_max: int) -> Any:  # noqa: ANN401 - JSON is any value; callers narrow it
    """Return the value of a whole JSON text; integers come back as int, other numbers as Decimal.

    White space around the value is allowed. Nothing is kept of the text but its value: hash `data`, never this.

    Args:
        data: the bytes as received.
        bytes_max: largest length read at all, in bytes.

    Raises:
        JsonTooLarge: `data` is longer than `bytes_max`.
        EncodingNotUtf8, ByteOrderMarkPresent, NestedTooDeep, JsonMalformed: with the byte offset as pointer.
        NameRepeated, NumberOutOfRange, SurrogateUnpaired: with the JSON pointer of the offending value.
    """
    if len(data) > bytes_max:
        raise JsonTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {bytes_max} bytes")
    if data.startswith(_BOM):
        raise ByteOrderMarkPresent(pointer="byte 0")
    text = _decode(data)
    skeleton = _without_escaped_quotes(data).translate(_BRACKETS_AND_QUOTES, _ALL_ELSE)
    if not _is_surely_shallow(skeleton):
        _refuse_deep(data)
    try:
        return _read_quickly(data, quotes=skeleton.count(b'"'))
    except (_NotProven, NumberOutOfRange, msgspec.DecodeError):
        return _read_carefully(text)


def read_record(body: bytes) -> dict[str, Any]:
    """Return the members of one record: a JSON object from `{` to `}` with no bytes around it, at most 1 MiB.

    Raises:
        RecordNotObject: something stands before, after or instead of the object.
        Everything `read_json` raises.
    """
    if len(body) <= RECORD_BYTES_MAX and not (body.startswith((b"{", _BOM)) and body.endswith(b"}")):
        first, last = body[:1].decode("latin-1"), body[-1:].decode("latin-1")
        raise RecordNotObject(seen=f"{first!a} to {last!a}" if body else "nothing", wanted="{ to }")
    record: dict[str, Any] = read_json(body, bytes_max=RECORD_BYTES_MAX)
    return record


def read_records(bodies: Sequence[bytes]) -> list[dict[str, Any]] | None:
    """Return what `read_record` returns of each, by the same proofs over all at once; None where those prove too little."""
    framed = all(body[:1] == b"{" and body[-1:] == b"}" and len(body) <= RECORD_BYTES_MAX for body in bodies)
    joined = b",".join(bodies)
    skeleton = _without_escaped_quotes(joined).translate(_BRACKETS_AND_QUOTES, _ALL_ELSE)
    try:
        joined.decode()
        if not framed or not _is_surely_shallow(skeleton) or _DIGITS_TOO_MANY in joined.translate(_DIGITS_TO_ZERO):
            return None
        values: list[dict[str, Any]] = [_DECODER.decode(body) for body in bodies]
    except (UnicodeDecodeError, NumberOutOfRange, msgspec.DecodeError):
        return None
    # No text has fewer strings than its value, so equal sums mean that each is equal.
    return values if _without_escaped_quotes(_ENCODER.encode(values)).count(b'"') == skeleton.count(b'"') else None


def type_of(record: Mapping[str, Any]) -> str:
    """Return the record's `type`, by which its class and its signers are judged.

    Raises:
        RecordTypeMissing: there is none, or it is not a string.
    """
    kind = record.get("type")
    if not isinstance(kind, str):
        raise RecordTypeMissing(seen=kind, wanted="a string", pointer="/type")
    return kind


# --- before any parser: encoding and depth -------------------------------------------------------------------------------


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as reason:
        raise EncodingNotUtf8(seen=f"byte 0x{data[reason.start]:02x}", pointer=f"byte {reason.start}") from reason


def _without_escaped_quotes(data: bytes) -> bytes:
    """Drop escaped backslashes and escaped quotes, so that each quote left opens or closes a string.

    A run of backslashes is halved from its left, so what is left of it escapes exactly what the run escaped.
    """
    return data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data


def _is_surely_shallow(skeleton: bytes) -> bool:
    # Two quotes side by side are an empty string or a seam between two: either way they change nothing outside.
    brackets = skeleton.replace(b'""', b"")
    if b'"' in brackets:
        brackets = b"".join(brackets.split(b'"')[::2])
    for _ in range(DEPTH_MAX):  # each round takes the innermost level away
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def _refuse_deep(data: bytes) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(data):
        opening = data[found.start()]
        depth += 1 if opening in b"[{" else -1 if opening in b"]}" else 0
        if depth > DEPTH_MAX:
            raise NestedTooDeep(seen=f"level {depth}", wanted=f"at most {DEPTH_MAX}", pointer=f"byte {found.start()}")


# --- the quick reader ----------------------------------------------------------------------------------------------------


class _NotProven(Exception):
    """The quick reader cannot vouch for the text; the careful one decides."""


def _read_quickly(data: bytes, *, quotes: int) -> object:
    if _DIGITS_TOO_MANY in data.translate(_DIGITS_TO_ZERO):
        raise _NotProven
    value: object = _DECODER.decode(data)
    # The decoder keeps the last of two equal names, so printed again a text with a repeated name has fewer strings.
    if _without_escaped_quotes(_ENCODER.encode(value)).count(b'"') != quotes:
        raise _NotProven
    return value


def _plain_decimal(literal: str) -> Decimal:
    if len(literal) > DIGITS_MAX or "e" in literal or "E" in literal:
        _refuse_number(literal)
    return Decimal(literal)


_DECODER: Final = msgspec.json.Decoder(float_hook=_plain_decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


# --- the careful reader --------------------------------------------------------------------------------------------------


class _Fault:
    """Stands in the parsed value where a fault was met, until the walk has found its pointer."""

    def __init__(self, error: type[SuyuanError], *, seen: str, wanted: str, member: str = "") -> None:
        self.error, self.seen, self.wanted, self.member = error, seen, wanted, member


def _read_carefully(text: str) -> object:
    try:
        value: object = _CAREFUL.decode(text)
    except json.JSONDecodeError as reason:
        offset = len(text[: reason.pos].encode())
        seen = text[reason.pos : reason.pos + 20] or "the end"
        raise JsonMalformed(seen=seen, wanted="JSON", hint=reason.msg.lower(), pointer=f"byte {offset}") from reason
    _refuse_faults(value, "")
    return value


def _refuse_faults(value: object, pointer: str) -> None:
    match value:
        case _Fault():
            raise value.error(seen=value.seen, wanted=value.wanted, pointer=pointer + value.member)
        case dict():
            for name, inner in value.items():
                place = pointer + _step(name)
                _refuse_lone_surrogate(name, place)
                _refuse_faults(inner, place)
        case list():
            for index, inner in enumerate(value):
                _refuse_faults(inner, f"{pointer}/{index}")
        case str():
            _refuse_lone_surrogate(value, pointer)


def _step(name: str) -> str:
    return "/" + _printable(name).replace("~", "~0").replace("/", "~1")


def _refuse_lone_surrogate(text: str, pointer: str) -> None:
    if _printable(text) != text:
        raise SurrogateUnpaired(seen=_printable(text), wanted="both halves, or neither", pointer=pointer)


def _printable(text: str) -> str:
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _distinct(members: list[tuple[str, object]]) -> dict[str, object] | _Fault:
    found = dict(members)
    if len(found) == len(members):
        return found
    repeated = next(name for name, count in Counter(name for name, _ in members).items() if count > 1)
    return _Fault(NameRepeated, seen=_printable(repeated), wanted="each name once", member=_step(repeated))


def _number(literal: str) -> int | Decimal | _Fault:
    if len(literal) <= DIGITS_MAX and literal.isdigit():
        return int(literal)
    try:
        _refuse_number(literal)
    except NumberOutOfRange as reason:
        return _Fault(NumberOutOfRange, seen=literal, wanted=reason.wanted)
    return int(literal) if literal.removeprefix("-").isdigit() else Decimal(literal)


def _refuse_number(literal: str) -> None:
    if sum(map(str.isdigit, literal)) > DIGITS_MAX:
        raise NumberOutOfRange(seen=literal, wanted=f"at most {DIGITS_MAX} digits in all")
    exponent = int(literal.lower().partition("e")[2] or "0")
    if not EXPONENT_MIN <= exponent <= EXPONENT_MAX:
        raise NumberOutOfRange(seen=literal, wanted=f"an exponent from {EXPONENT_MIN} to {EXPONENT_MAX}")
    if not isfinite(float(literal)):
        raise NumberOutOfRange(seen=literal, wanted="a finite binary64")


def _no_constant(literal: str) -> _Fault:
    return _Fault(JsonMalformed, seen=literal, wanted="a JSON value")


_CAREFUL: Final = json.JSONDecoder(
    object_pairs_hook=_distinct, parse_float=_number, parse_int=_number, parse_constant=_no_constant
)
