"""A document cut into the exact bytes of its events, its context and the rest, without writing anything anew.

{"@context": C, …, "epcisBody": {"eventList": [ E1 , E2 ]}}    what was sent
{"@context": C, …, "epcisBody": {"eventList": []}}             the document record
E1  E2                                                         the event records
                                                               white space and commas between events: no record's
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from ledger.errors import Unprocessable
from ledger.trade.epcis.exact import EpcisUnreadable, read_exactly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EVENT_LISTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "EPCISDocument": ("epcisBody", "eventList"),
        "EPCISQueryDocument": ("epcisBody", "queryResults", "resultsBody", "eventList"),
    }
)
"""Where the events of a document stand, by its type. An `eventList` elsewhere is content like any other."""


class _Explained(Struct, rename={"context": "@context"}):
    """An event as far as it explains itself."""

    context: Raw | UnsetType = UNSET


_EXPLAINED: Final = msgspec.json.Decoder(_Explained)
_MEMBERS: Final = msgspec.json.Decoder(dict[str, Raw])
_ITEMS: Final = msgspec.json.Decoder(list[Raw])
_WHITE: Final = b" \t\n\r"
_BLANK: Final = rb"[ \t\n\r]*"
_BEFORE_VALUE: Final = re.compile(rb'%b[{,]%b("[^"\\]*(?:\\.[^"\\]*)*")%b:%b' % ((_BLANK,) * 4), re.DOTALL)
_BEFORE_LIST: Final = re.compile(rb'"eventList"%b:%b(?=\[)' % ((_BLANK,) * 2))
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class ContextMissing(Unprocessable):
    title = "a single event does not explain its terms"
    default_hint = "add GS1's context URL as @context"


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds, as bytes of what was sent.

    Args:
        kind: its `type`, or None where that is neither of the two documents.
        record: from `{` to `}` with everything between `[` and `]` of the event list removed.
        events: the value of each list item; a value need not be an object.
        context: the value of `@context`; None where there is none.
        header: `record`, decoded; numbers as int or Decimal.
        events_at: JSON pointer of the event list.
    """

    kind: str | None
    record: bytes
    events: list[bytes]
    context: bytes | None
    header: dict[str, Any]
    events_at: str


def split_document(data: bytes) -> Document:
    """Cut `data`, which passed the strict pass as a whole.

    A document of no known type, or without its event list, is its own record and has no events; what is wrong with it
    is for `validate_document` to say.

    Raises:
        EpcisUnreadable: not a JSON object.
    """
    whole = data.strip(_WHITE)
    cut = _cut_where_expected(whole) or _cut_by_walking(whole)
    record = whole if cut is None else whole[: cut.start + 1] + whole[cut.end - 1 :]
    members = {name: value for name, _, value in _members(record)}
    header = _header(record)
    kind = _kind(header)
    return Document(
        kind,
        record,
        [] if cut is None else [bytes(item) for item in cut.items],
        members.get("@context"),
        header,
        "".join(f"/{name}" for name in EVENT_LISTS.get(kind or "", ())),
    )


def split_event(data: bytes) -> tuple[bytes, bytes]:
    """The bytes of a single event, which passed the strict pass, from `{` to `}`, and those of its own `@context` value.

    Raises:
        EpcisUnreadable: not a JSON object.
        ContextMissing: there is no `@context`.
    """
    body = data.strip(_WHITE)
    try:
        context = _EXPLAINED.decode(body).context
    except _UNREADABLE as reason:
        raise EpcisUnreadable(seen=str(reason), wanted="a JSON object") from reason
    if context is UNSET:
        raise ContextMissing(wanted="the member @context", pointer="/@context")
    return body, bytes(context)


class _Cut(NamedTuple):
    """The event list from its `[` at `start` to behind its `]` at `end`."""

    start: int
    end: int
    items: list[Raw]


def _cut_where_expected(whole: bytes) -> _Cut | None:
    """The event list, if it lies from the first `"eventList": [` to the last `]`, as nearly always; read once."""
    opening = _BEFORE_LIST.search(whole)
    if opening is None:
        return None
    start, end = opening.end(), whole.rfind(b"]") + 1
    try:
        items = _ITEMS.decode(memoryview(whole)[start:end])
        # Proof that this is the list at the path and not a look-alike in a string or an extension: what is put in its
        # stead, twice something else, is found at the path.
        fillings = [_at_path(_header(whole[:start] + filling + whole[end:])) for filling in (b"0", b"1")]
    except (*_UNREADABLE, EpcisUnreadable):
        return None
    return _Cut(start, end, items) if fillings == [0, 1] else None


def _cut_by_walking(whole: bytes) -> _Cut | None:
    """The event list wherever it lies; None if the path does not lead to a list."""
    members = {name: (start, value) for name, start, value in _members(whole)}
    kind = _kind({"type": read_exactly(members["type"][1])}) if "type" in members else None
    start, value = 0, whole
    for name in EVENT_LISTS.get(kind or "", ()):
        below = next((found for found in _members(value) if found[0] == name), None) if value[:1] == b"{" else None
        if below is None:
            return None
        start, value = start + below[1], below[2]
    if kind is None or value[:1] != b"[":
        return None
    try:
        return _Cut(start, start + len(value), _ITEMS.decode(value))
    except _UNREADABLE as reason:
        raise EpcisUnreadable(seen=str(reason), wanted="a list of events") from reason


def _at_path(header: dict[str, Any]) -> object:
    value: object = header
    for name in EVENT_LISTS.get(_kind(header) or "", ()):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _members(value: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Name, place and bytes of each member of an object that starts with `{`."""
    try:
        members = _MEMBERS.decode(value)
    except _UNREADABLE as reason:
        raise EpcisUnreadable(seen=str(reason), wanted="a JSON object") from reason
    place = 0
    for name, raw in members.items():
        member = bytes(raw)
        before = _BEFORE_VALUE.match(value, place)
        # The decoder knows how long each value is but not where; the names in between say where. Both must agree,
        # or a name stood twice and nothing found here could be trusted.
        if before is None or not value.startswith(member, before.end()) or msgspec.json.decode(before[1]) != name:
            raise EpcisUnreadable(seen=name, wanted="every name once")
        yield name, before.end(), member
        place = before.end() + len(member)


def _kind(header: Mapping[str, object]) -> str | None:
    named = header.get("type")
    return named if isinstance(named, str) and named in EVENT_LISTS else None


def _header(record: bytes) -> dict[str, Any]:
    decoded = read_exactly(record)
    if not isinstance(decoded, dict):
        raise EpcisUnreadable(seen=decoded, wanted="a JSON object")
    return decoded
