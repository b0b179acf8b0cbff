"""A slow reader of strict JSON written from the rules alone, the oracle for the quick one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

# A finite binary64 is below 2**1024 less half a unit in its last place: from there on it rounds to infinity.
_BINARY64_LIMIT = Fraction(2**1024 - 2**970)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Refused(Exception):
    """The text breaks a rule; which one is not this reader's business."""


def read(data: bytes) -> Any:
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as reason:
        raise Refused from reason
    reader = _Reader(text)
    value = reader.value(depth=0)
    reader.blank()
    _require(reader.at == len(text))
    return value


def _require(condition: bool) -> None:
    if not condition:
        raise Refused


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        _require(character != "")
        self.at += 1
        return character

    def blank(self) -> None:
        while self.peek() in (" ", "\t", "\n", "\r"):
            self.at += 1

    def value(self, *, depth: int) -> Any:
        self.blank()
        match self.peek():
            case "{":
                _require(depth < 64)
                return self.object(depth=depth + 1)
            case "[":
                _require(depth < 64)
                return list(self.items("]", depth=depth + 1))
            case '"':
                return self.string()
            case "t" | "f" | "n":
                return self.word()
        return self.number()

    def word(self) -> bool | None:
        meaning = {"t": True, "f": False, "n": None}[self.peek()]
        for letter in json.dumps(meaning):
            _require(self.take() == letter)
        return meaning

    def object(self, *, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for name, inner in self.items("}", depth=depth):
            _require(name not in members)
            members[name] = inner
        return members

    def items(self, closing: str, *, depth: int) -> Iterator[Any]:
        self.take()
        self.blank()
        if self.peek() == closing:
            self.take()
            return
        while True:
            yield self.member(depth) if closing == "}" else self.value(depth=depth)
            self.blank()
            if self.peek() == closing:
                self.take()
                return
            _require(self.take() == ",")

    def member(self, depth: int) -> tuple[str, Any]:
        self.blank()
        name = self.string()
        self.blank()
        _require(self.take() == ":")
        return name, self.value(depth=depth)

    def string(self) -> str:
        _require(self.take() == '"')
        units: list[int] = []  # UTF-16 code units of escapes, so that pairs meet; whole code points otherwise
        while (character := self.take()) != '"':
            _require(character >= " ")
            if character != "\\":
                units.append(ord(character))
            elif (letter := self.take()) == "u":
                units.append(self.four_hex_digits())
            else:
                _require(letter in _ESCAPES)
                units.append(ord(_ESCAPES[letter]))
        return _joined(units)

    def four_hex_digits(self) -> int:
        digits = [self.take() for _ in range(4)]
        _require(all(digit in "0123456789abcdefABCDEF" for digit in digits))
        return int("".join(digits), 16)

    def number(self) -> int | Decimal:
        start = self.at
        if self.peek() == "-":
            self.take()
        if self.peek() == "0":
            self.take()
        else:
            self.digits()
        whole = self.at
        if self.peek() == ".":
            self.take()
            self.digits()
        exponent = 0
        if self.peek() in ("e", "E"):
            exponent = self.exponent()
        literal = self.text[start : self.at]
        _require(len([c for c in literal if c in "0123456789"]) <= 38)
        _require(-400 <= exponent <= 400)
        _require(abs(Fraction(literal)) < _BINARY64_LIMIT)
        return int(literal) if self.at == whole else Decimal(literal)

    def exponent(self) -> int:
        self.take()
        sign = -1 if self.peek() == "-" else 1
        if self.peek() in ("+", "-"):
            self.take()
        start = self.at
        self.digits()
        _require(self.at - start <= 38)
        return sign * int(self.text[start : self.at])

    def digits(self) -> None:
        start = self.at
        while self.peek() != "" and self.peek() in "0123456789":
            self.at += 1
        _require(self.at > start)


def _joined(units: list[int]) -> str:
    characters: list[str] = []
    pending = 0
    for unit in units:
        if pending:
            _require(0xDC00 <= unit < 0xE000)
            characters.append(chr(0x10000 + ((pending - 0xD800) << 10) + (unit - 0xDC00)))
            pending = 0
        elif 0xD800 <= unit < 0xDC00:
            pending = unit
        else:
            _require(not 0xDC00 <= unit < 0xE000)
            characters.append(chr(unit))
    _require(not pending)
    return "".join(characters)
