"""Verdicts: what is to be said of a document as a whole, and of each of its events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from ledger.trade.epcis import syntax
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.exact import read_exactly
from ledger.trade.epcis.finding import Finding, find, refuses
from ledger.trade.epcis.meaning import RULES, look_at_clock
from ledger.trade.epcis.ordinary import read_ordinary
from ledger.trade.epcis.prefixes import NO_PREFIXES, UNKNOWN_PREFIXES, Prefixes, context_urls
from ledger.trade.epcis.schema import DOCUMENTS, EVENTS, STRANGE_EVENT
from ledger.trade.epcis.shape import Context, Notes

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from ledger.evidence.instant import Instant
    from ledger.trade.epcis.document import Document
    from ledger.trade.epcis.event import AnyEvent


_CONTEXT_REMEMBERED_BYTES_MAX: Final = 1_024


class EventVerdict(msgspec.Struct, frozen=True, gc=False):
    """What is said of one event.

    Args:
        index: place in the event list, from 0.
        findings: all of them, in no order of weight.
        event: its typed form; None if it is refused.
        event_time: None where it could not be read.
        event_id, type: as given, also of refused events where they are strings; else None.
    """

    index: int
    type: str | None
    event_id: str | None
    event_time: Instant | None
    has_error_declaration: bool
    findings: tuple[Finding, ...]
    event: AnyEvent | None

    @property
    def refused(self) -> bool:
        return self.event is None


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """What is said of a document: findings about it as a whole in `errors`, and a verdict for each event."""

    errors: tuple[Finding, ...]
    events: tuple[EventVerdict, ...]

    @property
    def refused(self) -> bool:
        """Whether the document cannot be taken at all, whatever its events are worth."""
        return refuses(self.errors)


def validate_document(document: Document, *, now: Instant, pinned: Container[str]) -> DocumentVerdict:
    """Look at a whole document.

    Args:
        document: from `split_document`.
        now: the ledger's clock; event times may be five minutes ahead of it.
        pinned: the context URLs whose bytes governance has pinned.
    """
    header = document.header
    prefixes = NO_PREFIXES.within(header["@context"]) if "@context" in header else UNKNOWN_PREFIXES
    notes = Notes(prefixes)
    _look_at_header(document, notes)
    _look_at_contexts(header.get("@context"), "/@context", notes, pinned)
    verdicts = [
        _judge(body, index=index, at=f"{document.events_at}/{index}", now=now, pinned=pinned, prefixes=prefixes)
        for index, body in enumerate(document.events)
    ]
    return DocumentVerdict(tuple(notes.findings), tuple(_refuse_repeated_ids(verdicts, document.events_at)))


def validate_event(body: bytes, *, now: Instant, pinned: Container[str], context: bytes | None = None) -> EventVerdict:
    """Look at a single event, which brings its own `@context`; arguments as in `validate_document`.

    Args:
        context: the bytes of that `@context`, where they are known: most events can then be judged quickly.

    Raises:
        EpcisUnreadable: not JSON.
    """
    known = None if context is None or len(context) > _CONTEXT_REMEMBERED_BYTES_MAX else _plain_context(context)
    if known is not None and all(url in pinned for url in known.urls):
        ordinary = read_ordinary(body, now=now, prefixes=known.prefixes, explained=True)
        if ordinary is not None:
            event = ordinary.event
            return EventVerdict(0, event.type, event.event_id or None, ordinary.time, False, (), event)
    return look_thoroughly(body, index=0, at="", now=now, pinned=pinned, prefixes=None)


class _PlainContext(NamedTuple):
    """What a context declares of whose shape there is nothing to say, and the URLs it names."""

    prefixes: Prefixes
    urls: tuple[str, ...]


# One server hears the same few contexts all day.
@lru_cache(maxsize=512)
def _plain_context(context: bytes) -> _PlainContext | None:
    value = read_exactly(context)
    notes = Notes(NO_PREFIXES.within(value))
    Context().look(value, "", notes)
    return None if notes.findings else _PlainContext(notes.prefixes, tuple(url for _, url in context_urls(value)))


def _judge(body: bytes, *, index: int, at: str, now: Instant, pinned: Container[str], prefixes: Prefixes) -> EventVerdict:
    ordinary = read_ordinary(body, now=now, prefixes=prefixes)
    if ordinary is None:
        return look_thoroughly(body, index=index, at=at, now=now, pinned=pinned, prefixes=prefixes)
    event = ordinary.event
    return EventVerdict(index, event.type, event.event_id or None, ordinary.time, False, (), event)


def look_thoroughly(
    body: bytes, *, index: int, at: str, now: Instant, pinned: Container[str], prefixes: Prefixes | None
) -> EventVerdict:
    """Every shape and every rule; `prefixes` are the document's, None where there is no document."""
    event = read_exactly(body)
    if not isinstance(event, dict):
        kind = find("FieldKind", at, seen=event, wanted="an object")
        return EventVerdict(index, None, None, None, False, (kind,), None)
    notes = Notes(_prefixes_of(event, prefixes))
    _look_at_event(event, at, notes, now)
    if "@context" in event:
        _look_at_contexts(event["@context"], f"{at}/@context", notes, pinned)
    elif prefixes is None:
        notes.add("ContextMissing", f"{at}/@context", wanted="the member @context")
    findings = tuple(notes.findings)
    time = event.get("eventTime")
    moment = syntax.read_moment(time) if isinstance(time, str) and syntax.MOMENT.search(time) else None
    return EventVerdict(
        index,
        _text(event.get("type")),
        _text(event.get("eventID")),
        None if moment is None else syntax.instant_of(moment),
        "errorDeclaration" in event,
        findings,
        None if refuses(findings) else read_event(body),
    )


def _look_at_event(event: dict[str, Any], at: str, notes: Notes, now: Instant) -> None:
    kind = event.get("type")
    shape = EVENTS.get(kind) if isinstance(kind, str) else None
    if shape is None and isinstance(kind, str):
        notes.add("EventTypeUnknown", f"{at}/type", seen=kind, wanted=" or ".join(EVENTS))
    (shape or STRANGE_EVENT).look(event, at, notes)
    for rule in RULES.get(kind, ()) if isinstance(kind, str) else ():
        rule(event, at, notes)
    look_at_clock(event, at, notes, now)


def _look_at_header(document: Document, notes: Notes) -> None:
    header = document.header
    if document.kind is not None:
        DOCUMENTS[document.kind].look(header, "", notes)
    elif "type" not in header:
        notes.add("FieldMissing", "/type", wanted=" or ".join(DOCUMENTS))
    else:
        notes.add("DocumentTypeUnknown", "/type", seen=header["type"], wanted=" or ".join(DOCUMENTS))


def _look_at_contexts(context: object, at: str, notes: Notes, pinned: Container[str]) -> None:
    for pointer, url in context_urls(context):
        if url not in pinned:
            notes.add("ContextNotPinned", at + pointer, seen=url, wanted="a context this ledger has pinned")


def _prefixes_of(event: dict[str, Any], outside: Prefixes | None) -> Prefixes:
    if "@context" in event:
        return (outside or NO_PREFIXES).within(event["@context"])
    return outside or UNKNOWN_PREFIXES


def _refuse_repeated_ids(verdicts: Iterable[EventVerdict], at: str) -> Iterable[EventVerdict]:
    """Refuse each event whose ID an earlier one of the document had; error declarations repeat it by design."""
    seen: set[str] = set()
    for verdict in verdicts:
        if verdict.event_id is None or verdict.has_error_declaration:
            yield verdict
        elif verdict.event_id in seen:
            pointer = f"{at}/{verdict.index}/eventID"
            repeated = find("EventIdRepeated", pointer, seen=verdict.event_id, wanted="an eventID of its own")
            yield EventVerdict(
                verdict.index, verdict.type, verdict.event_id, verdict.event_time, False, (*verdict.findings, repeated), None
            )
        else:
            seen.add(verdict.event_id)
            yield verdict


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
