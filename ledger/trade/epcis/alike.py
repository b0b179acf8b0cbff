"""Events that are spelt alike, recognised by the shape of one that was read: no value is made of each.

A shape is a whole event in which strings and numbers may be any others, and lists longer or shorter; all else stays byte for
byte. So whatever has the shape is JSON, nested as deep, and has each name once, because the one that was read does. The rest
of the strict rules (`ledger.evidence.record`) is told of many texts at once: UTF-8, no control character, no escape, the length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from ledger.evidence.record import RECORD_BYTES_MAX
from ledger.trade.epcis.spelt import IDENTIFIER_MEMBERS

SHAPES_MAX: Final = 16
_LEARNED_BYTES_MAX: Final = 1 << 13
_UNKNOWN_BEFORE_LEARNING: Final = 64
"""To learn a shape takes as long as to read so many events."""

_HINDERING_TO_ZERO: Final = bytes.maketrans(bytes(range(0x20)) + b"\\", bytes(0x21))
_TOKEN: Final = re.compile(rb'( *)("[^"]*"|[][{},:]|[^][{},:" ]+)')
_NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,18}+)?+")
_STRING: Final = rb'"[^"]*+"'
_GROUP: Final = rb'"([^"]*+)"'
_WORDS: Final = frozenset({b"true", b"false", b"null"})
_SEAMS: Final = frozenset({b",", b", ", b" ,", b" , "})
_SPACES_OF_ANY_LENGTH: Final = 2

_ValueOf: TypeAlias = Callable[[str, bytes], bytes]
"""(name of a member, first token of its value) to the value's pattern."""


class _Column(NamedTuple):
    """A group that holds one identifier, or those of a list with `between` from one to the next."""

    group: int
    between: bytes | None


class _Shape(NamedTuple):
    pattern: re.Pattern[bytes]
    kind: str
    declares: bool
    event_id: int
    columns: Sequence[_Column]


class Alike:
    """Events of one shape, as they stand in their batch. Their strings hold no escapes: what stands there is what is meant."""

    def __init__(self, shape: _Shape, places: Sequence[int], found: Sequence[re.Match[bytes]]) -> None:
        self._shape, self.places, self._found = shape, places, found

    @property
    def kind(self) -> str:
        return self._shape.kind

    @property
    def declares(self) -> bool:
        """Whether they declare an error in an earlier event."""
        return self._shape.declares

    def texts(self) -> list[bytes]:
        return [found.string for found in self._found]

    def event_ids(self) -> list[bytes] | None:
        """Their eventIDs; None where they have none that is a string."""
        group = self._shape.event_id
        return [found[group] for found in self._found] if group else None

    def identifiers(self) -> tuple[list[bytes], list[int]]:
        """What `spelt_in` finds in them, in another order; and beside each the place of its event."""
        names: list[bytes] = []
        places: list[int] = []
        for group, between in self._shape.columns:
            held = [found[group] for found in self._found]
            if between is None:
                names += held
                places += self.places
            else:
                # Looked for from within the first string on: a quote is the end of one, so nothing else looks like the seam
                # of two. From its opening quote on, a string that is a comma would.
                seam = b'"%b"' % between
                names += between.join(held)[1:-1].split(seam)
                places += [place for place, text in zip(self.places, held, strict=True) for _ in range(text.count(seam, 1) + 1)]
        return names, places


class EventShapes:
    """The shapes met so far, as many as are worth trying; what was met last is tried first."""

    def __init__(self) -> None:
        self._shapes: list[_Shape] = []
        self._unknown = 0

    def recognise(self, shown: Sequence[tuple[int, bytes]]) -> tuple[list[Alike], Sequence[tuple[int, bytes]]]:
        """Part (place, text) pairs into events of known shapes, which obey the strict rules, and those to be read."""
        texts = [text for _, text in shown]
        if not self._shapes or not texts or _hinders(texts):
            return [], shown
        alike: list[Alike] = []
        left: Sequence[int] = range(len(texts))
        for shape in tuple(self._shapes):
            found = list(map(shape.pattern.fullmatch, [texts[at] for at in left] if alike else texts))
            having = [match for match in found if match is not None]
            if having:
                alike.append(Alike(shape, [shown[at][0] for at, match in zip(left, found, strict=True) if match], having))
                left = [at for at, match in zip(left, found, strict=True) if match is None]
                self._shapes.remove(shape)
                self._shapes.insert(0, shape)
            if not left:
                break
        return alike, [shown[at] for at in left]

    def learn(self, text: bytes, record: Mapping[str, Any]) -> None:
        """Take note of an event that had to be read, and learn its shape if there were many such."""
        self._unknown += 1
        if self._unknown >= _UNKNOWN_BEFORE_LEARNING:
            self._unknown = 0
            shape = _shape_of(text, record)
            if shape is not None:
                self._shapes = [shape, *self._shapes[: SHAPES_MAX - 1]]


def _hinders(texts: Sequence[bytes]) -> str | None:
    """What keeps the shapes from telling these texts; None for nothing."""
    joined = b",".join(texts)
    if max(map(len, texts)) > RECORD_BYTES_MAX:
        return "a long one"
    if b"\0" in joined.translate(_HINDERING_TO_ZERO):
        return "an escape or a control character"
    try:
        joined.decode()  # what is UTF-8 with commas between is so without them: no character begins or goes on with one
    except UnicodeDecodeError:
        return "no UTF-8"
    return None


# --- learning ------------------------------------------------------------------------------------------------------------


class _Unlearnable(Exception):
    """There is something in the text that a pattern would not tell apart quickly."""


def _shape_of(text: bytes, record: Mapping[str, Any]) -> _Shape | None:
    """The shape of `text`, an event whose value `record` the strict pass has read."""
    if len(text) > _LEARNED_BYTES_MAX or _hinders([text]):
        return None
    try:
        learner = _Learner(text, record)
        pattern = re.compile(learner.event())
    except _Unlearnable:
        return None
    shape = _Shape(pattern, record["type"], "errorDeclaration" in record, learner.event_id, learner.columns)
    return shape if pattern.fullmatch(text) else None


class _Learner:
    """Writes the pattern of one event, value by value. What it cannot write raises `_Unlearnable`."""

    def __init__(self, text: bytes, record: Mapping[str, Any]) -> None:
        self._tokens = _TOKEN.finditer(text)
        self._usual = b", " if b'", "' in text else b","
        self._named = IDENTIFIER_MEMBERS[record["type"]]
        self._groups = 0
        self.event_id = 0
        self.columns: list[_Column] = []

    def event(self) -> bytes:
        self._next()
        return self._object(self._of_event)

    def _object(self, value_of: _ValueOf) -> bytes:
        """An object, of which the opening brace is read."""
        written = b"\\{"
        while True:
            space, token = self._next()
            written += space
            if token == b"}":
                return written + b"\\}"
            if token == b",":
                written += b","
                continue
            before, _ = self._next()
            after, first = self._next()
            written += re.escape(token) + before + b":" + after + value_of(token[1:-1].decode(), first)

    def _of_event(self, name: str, token: bytes) -> bytes:
        if name == "type":
            return re.escape(token)
        if name == "eventID" and token.startswith(b'"'):
            self._groups += 1
            self.event_id = self._groups
            return _GROUP
        return self._identifiers(token) if name in self._named else self._of_any(name, token)

    def _of_class(self, name: str, token: bytes) -> bytes:
        return self._identifier(token) if name == "epcClass" else self._of_any(name, token)

    def _of_any(self, _name: str, token: bytes) -> bytes:
        if token == b"{":
            return self._object(self._of_any)
        if token == b"[":
            items, between = self._items(lambda first: self._of_any("", first))
            return b"\\[" + (_many(items[0], between) if len(set(items)) == 1 else between.join(items)) + b"\\]"
        if token.startswith(b'"'):
            return _STRING
        if token in _WORDS:
            return token
        if _NUMBER.fullmatch(token) is None:
            raise _Unlearnable
        return _NUMBER.pattern

    def _identifiers(self, token: bytes) -> bytes:
        """A string, a list of strings, or a list of classes, whose identifier is their `epcClass`."""
        if token != b"[":
            return self._identifier(token)
        items, between = self._items(self._identifier_in_list)
        if set(items) == {_STRING}:
            self._groups += 1
            self.columns.append(_Column(self._groups, between))
            return b"\\[(" + _many(_STRING, between) + b")\\]"
        if _STRING in items:
            raise _Unlearnable
        return b"\\[" + between.join(items) + b"\\]"

    def _identifier_in_list(self, token: bytes) -> bytes:
        if token.startswith(b'"'):
            return _STRING
        groups = self._groups
        item = self._object(self._of_class) if token == b"{" else b""
        if self._groups == groups:
            raise _Unlearnable
        return item

    def _identifier(self, token: bytes) -> bytes:
        if not token.startswith(b'"'):
            raise _Unlearnable
        self._groups += 1
        self.columns.append(_Column(self._groups, None))
        return _GROUP

    def _items(self, item_of: Callable[[bytes], bytes]) -> tuple[list[bytes], bytes]:
        """The items of a list, of which the opening bracket is read, and what stands between one and the next."""
        items: list[bytes] = []
        between = None
        space, token = self._next()
        while token != b"]":
            if token == b",":
                after, token = self._next()
                found, space = space + b"," + after, b""
                if between not in (None, found) or found not in _SEAMS:
                    raise _Unlearnable
                between = found
            if space:
                raise _Unlearnable
            items.append(item_of(token))
            space, token = self._next()
        if space:
            raise _Unlearnable
        return items, between or self._usual

    def _next(self) -> tuple[bytes, bytes]:
        """What matches the space before the next token, and the token."""
        found = next(self._tokens)
        return (found[1] if len(found[1]) < _SPACES_OF_ANY_LENGTH else b" *+"), found[2]


def _many(item: bytes, between: bytes) -> bytes:
    """One item or more. Nothing is ever given back, so a text is looked at once whatever it holds."""
    return item + b"(?:" + between + item + b")*+"
