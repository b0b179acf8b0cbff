"""Shapes of JSON values as data: what kind, which members, which words; each looks at a value and notes what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from math import isinf
from typing import TYPE_CHECKING, Final, Protocol

from ledger.trade.epcis import syntax
from ledger.trade.epcis.exact import has_repeats
from ledger.trade.epcis.finding import Finding, find, step
from ledger.trade.epcis.prefixes import Prefixes, Standing
from ledger.trade.identifiers import check_digit_holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.trade.epcis.vocabulary import Vocabulary


@dataclass(slots=True)
class Notes:
    """What was found so far, and the prefixes that hold where we are looking."""

    prefixes: Prefixes
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, pointer: str, *, seen: object = None, wanted: str = "", hint: str = "") -> None:
        self.findings.append(find(code, pointer, seen=seen, wanted=wanted, hint=hint))


class Shape(Protocol):
    def look(self, value: object, at: str, notes: Notes) -> None:
        """Note everything wrong with `value`, which stands at pointer `at`."""


class Others(Enum):
    """Members a shape does not name."""

    REFUSED = "refused"
    EXTENSIONS = "only under a URI or prefixed name"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Kind:
    """A value of one JSON kind, whatever it says."""

    kind: type | tuple[type, ...]
    wanted: str

    def look(self, value: object, at: str, notes: Notes) -> None:
        # bool is an int to Python, not to JSON.
        if not isinstance(value, self.kind) or (isinstance(value, bool) and self.kind is not bool):
            notes.add("FieldKind", at, seen=value, wanted=self.wanted)
        elif isinstance(value, (int, Decimal)) and _overflows(value):
            notes.add("NumberOutOfRange", at, seen=value, wanted="a finite binary64 number")


@dataclass(frozen=True, slots=True)
class Text:
    """A string of one pattern."""

    pattern: str
    code: str
    wanted: str

    def look(self, value: object, at: str, notes: Notes) -> None:
        if not isinstance(value, str):
            notes.add("FieldKind", at, seen=value, wanted="a string")
        elif re.search(self.pattern, value) is None:
            notes.add(self.code, at, seen=value, wanted=self.wanted)


@dataclass(frozen=True, slots=True)
class Uri:
    """An absolute URI. A wrong check digit of a GS1 key is marked, but in the names of events, which are no keys."""

    may_be_key: bool = True

    def look(self, value: object, at: str, notes: Notes) -> None:
        if not isinstance(value, str):
            notes.add("FieldKind", at, seen=value, wanted="a URI in a string")
        elif syntax.URI.search(value) is None:
            notes.add("UriMalformed", at, seen=value, wanted="an absolute URI (RFC 3986)")
        elif self.may_be_key and not value.startswith("urn:") and check_digit_holds(value) is False:
            notes.add("CheckDigitWrong", at, seen=value, wanted="a key whose last digit is its check digit")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date and time with its offset."""

    code: str = "TimeMalformed"

    def look(self, value: object, at: str, notes: Notes) -> None:
        if not isinstance(value, str):
            notes.add("FieldKind", at, seen=value, wanted="a time in a string")
        elif syntax.MOMENT.search(value) is None or syntax.read_moment(value) is None:
            notes.add(self.code, at, seen=value, wanted="YYYY-MM-DDThh:mm:ss, then Z or ±hh:mm (RFC 3339)")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few fixed words."""

    words: tuple[str, ...]
    code: str

    def look(self, value: object, at: str, notes: Notes) -> None:
        if not isinstance(value, str):
            notes.add("FieldKind", at, seen=value, wanted="a string")
        elif value not in self.words:
            notes.add(self.code, at, seen=value, wanted=" or ".join(self.words))


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word of a vocabulary, or a URI or prefixed name from elsewhere."""

    vocabulary: Vocabulary

    def look(self, value: object, at: str, notes: Notes) -> None:
        own = self.vocabulary
        if not isinstance(value, str):
            notes.add("FieldKind", at, seen=value, wanted="a string")
        elif value in own.words:
            return
        elif value.startswith(own.refused) or syntax.URI.search(value) is None:
            stranger = own.stranger and re.search(syntax.WORD_PATTERN, value)
            word = own.word_for(value)
            notes.add(
                own.stranger if stranger else own.unknown,
                at,
                seen=value,
                wanted="a word of the Core Business Vocabulary, or a URI from elsewhere",
                hint=f"write the bare word {word}" if word else "",
            )
        else:
            standing = notes.prefixes.of_term(value)
            _judge(standing, value, at, notes)
            if standing is not Standing.UNDECLARED and not own.knows(value):
                notes.add("VocabularyNotCbv", at, seen=value, wanted="a word of the Core Business Vocabulary")


@dataclass(frozen=True, slots=True)
class Items:
    """A list of one shape."""

    item: Shape
    least: int = 0
    unique: bool = False

    def look(self, value: object, at: str, notes: Notes) -> None:
        if not isinstance(value, list):
            notes.add("FieldKind", at, seen=value, wanted="a list")
            return
        if len(value) < self.least:
            notes.add("ListEmpty", at, seen=value, wanted=f"at least {self.least}")
        if self.unique and has_repeats(value):
            notes.add("ListRepeats", at, seen=value, wanted="each value once")
        for place, item in enumerate(value):
            self.item.look(item, f"{at}/{place}", notes)


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A value of one shape, or a list of such values."""

    item: Shape

    def look(self, value: object, at: str, notes: Notes) -> None:
        (Items(self.item) if isinstance(value, list) else self.item).look(value, at, notes)


@dataclass(frozen=True, slots=True)
class Context:
    """An `@context` value: a URL, an object, or a list of them without repetition."""

    def look(self, value: object, at: str, notes: Notes) -> None:
        if isinstance(value, list):
            if has_repeats(value):
                notes.add("ListRepeats", at, seen=value, wanted="each context once")
            for place, part in enumerate(value):
                self._look_at_part(part, f"{at}/{place}", notes)
        else:
            self._look_at_part(value, at, notes)

    def _look_at_part(self, part: object, at: str, notes: Notes) -> None:
        if isinstance(part, str):
            if syntax.URI.search(part) is None:
                notes.add("UriMalformed", at, seen=part, wanted="the absolute URL of a context")
        elif not isinstance(part, dict):
            notes.add("FieldKind", at, seen=part, wanted="a URL or an object")


@dataclass(frozen=True, slots=True)
class Members:
    """An object: the members it may have, those it must have, and what else may stand in it."""

    members: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    others: Others = Others.ANY

    def look(self, value: object, at: str, notes: Notes) -> None:
        if not isinstance(value, dict):
            notes.add("FieldKind", at, seen=value, wanted="an object")
            return
        for name in self.required:
            if name not in value:
                notes.add(_MISSING.get(name, "FieldMissing"), step(at, name), wanted=f"the member {name}")
        for name, member in value.items():
            shape = self.members.get(name)
            if shape is not None:
                shape.look(member, step(at, name), notes)
            else:
                self._look_at_other(name, member, step(at, name), notes)

    def _look_at_other(self, name: str, member: object, at: str, notes: Notes) -> None:
        if self.others is Others.REFUSED:
            notes.add("FieldUnknown", at, seen=name, wanted=" or ".join(self.members), hint="nothing else may stand here")
        elif self.others is Others.EXTENSIONS and syntax.URI.search(name) is None:
            notes.add("FieldUnknown", at, seen=name, wanted="a member of the standard, or prefix:name")
        else:
            look_at_extension(name, member, at, notes)


@dataclass(frozen=True, slots=True)
class Marked:
    """A member that may stand there, but is remarked upon with `code`, besides being looked at."""

    shape: Shape
    code: str

    def look(self, value: object, at: str, notes: Notes) -> None:
        notes.add(self.code, at, seen=value)
        self.shape.look(value, at, notes)


def look_at_extension(name: str, member: object, at: str, notes: Notes) -> None:
    """Judge the name of a member outside the standard, and all names inside it."""
    _judge(notes.prefixes.of_name(name), name, at, notes)
    _look_into(member, at, notes)


def _look_into(value: object, at: str, notes: Notes) -> None:
    # An `@context` counts inside the object that holds it.
    if isinstance(value, list):
        for place, item in enumerate(value):
            _look_into(item, f"{at}/{place}", notes)
    elif isinstance(value, dict):
        outside = notes.prefixes
        if "@context" in value:
            notes.prefixes = outside.within(value["@context"])
        for name, member in value.items():
            if name != "@context":
                look_at_extension(name, member, step(at, name), notes)
        notes.prefixes = outside


_MISSING: Final = {"@context": "ContextMissing"}
_PREFIX_CODES: Final = {Standing.UNDECLARED: "PrefixUndeclared", Standing.UNEXPLAINED: "PrefixUnexplained"}


def _judge(standing: Standing, name: str, at: str, notes: Notes) -> None:
    code = _PREFIX_CODES.get(standing)
    if code is not None:
        prefix = name.partition(":")[0]
        notes.add(code, at, seen=name, wanted=f"a declaration of {prefix}: in @context")


def _overflows(value: int | Decimal) -> bool:
    try:
        return isinf(float(value))
    except OverflowError:
        return True
