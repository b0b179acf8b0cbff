"""From what a person types or pastes, to the address of the item on this server; or to what is probably wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.pages.near_codes import NearCode, near_numbers
from ledger.errors import Malformed, SuyuanError
from ledger.trade.digital_link import CheckDigitWrong, DigitalLink, parse_digital_link, read_value
from ledger.trade.element_string import parse_element_string
from ledger.trade.serials import ShortCodeMalformed, ShortCodeMistyped

_GTIN_LENGTHS: Final = (8, 12, 13, 14)
_SEPARATORS: Final = re.compile(r"[\s\-]+")
# Roughly what a short code is, so that who left out or doubled a character is told so.
_SHORT_CHARACTERS: Final = range(11, 18)
_NOT_SHORT: Final = frozenset("/:<>()[]")

FindShort = Callable[[str], DigitalLink]
"""From a short code to its item: `find_short_code` on a ledger."""


class CodeUnreadable(Malformed):
    title = "this is not a code that stands on a package"
    default_hint = (
        "type the short code beside the square code, the number under the bar code, "
        "the text in brackets such as (01)…(21)…, or paste the address"
    )


class NumberLengthWrong(Malformed):
    title = "the number under a bar code has 8, 12, 13 or 14 digits"
    default_hint = "a digit is missing or doubled; compare the number with the package"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed, and why it led nowhere.

    pieces: the code in runs of characters, each with whether one of them is probably wrong. near: what may have been meant.
    """

    typed: str
    error: SuyuanError
    pieces: tuple[tuple[str, bool], ...] = ()
    near: tuple[NearCode, ...] = ()

    @property
    def doubtful(self) -> int:
        """How many characters are probably wrong."""
        return sum(len(characters) for characters, doubtful in self.pieces if doubtful)


def read_code(code: str, find_short: FindShort) -> str:
    """The path of the item that `code` names: a Digital Link, an element string, a bare GTIN or a short code.

    Raises:
        CodeUnreadable, NumberLengthWrong, and the refusals of those who read Digital Links, element strings and short codes.
    """
    return _link(code.strip(), find_short).uri(root="")


def entry_of(typed: str, error: SuyuanError) -> Entry:
    """The code that `error` refused, with the characters that are probably wrong."""
    if isinstance(error, ShortCodeMistyped) and error.doubtful:
        # Shown as it is printed, so that it can be laid beside the label.
        return Entry(typed, error, _marked(_grouped(str(error.seen)), set(error.doubtful)))
    if isinstance(error, ShortCodeMalformed) and error.pointer is not None:
        text = unicodedata.normalize("NFKC", typed)
        before, stranger, after = text.partition(str(error.seen))
        return Entry(typed, error, ((before, False), (stranger, True), (after, False)))
    digits = _plain(typed)
    if isinstance(error, CheckDigitWrong) and _is_number(digits):
        return Entry(typed, error, near=near_numbers(digits))
    return Entry(typed, error)


def _link(code: str, find_short: FindShort) -> DigitalLink:
    if code.lower().startswith(("http://", "https://")):
        return parse_digital_link(code)
    # Keyboards for Chinese write brackets and digits in their wide forms.
    code = unicodedata.normalize("NFKC", code)
    if "/01/" in code:
        return parse_digital_link("https://" + ("-" + code if code.startswith("/01/") else code.lstrip("/")))
    if code.startswith(("(", "]")) or "\x1d" in code:
        return parse_element_string(code)
    plain = _plain(code)
    if _is_number(plain):
        if len(plain) not in _GTIN_LENGTHS:
            raise NumberLengthWrong(seen=f"{len(plain)} digits", wanted="8, 12, 13 or 14 digits")
        return DigitalLink((("01", read_value("01", plain.zfill(14))),))
    if len(plain) in _SHORT_CHARACTERS and not _NOT_SHORT & set(plain):
        return find_short(code)
    raise CodeUnreadable(seen=code, wanted="a short code, a GTIN, an element string or a web address")


def _plain(code: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", code))


def _is_number(plain: str) -> bool:
    return plain.isascii() and plain.isdigit()


def _grouped(code: str) -> str:
    return "-".join((code[:5], code[5:10], code[10:]))


def _marked(code: str, places: set[int]) -> tuple[tuple[str, bool], ...]:
    """The characters one by one; hyphens between groups have no place."""
    marked, place = [], 0
    for character in code:
        place += character != "-"
        marked.append((character, character != "-" and place in places))
    return tuple(marked)
