"""Serial numbers that nobody can guess, and their short code: the same with one check character, for people who type.

A serial number is 13 characters of Crockford's base32, upper case: 65 random bits in digits and letters that stand in every
QR code's alphanumeric set, and without I, L, O and U, which are misread. Its short code adds Crockford's check symbol, the
number modulo 37. Five of the 37 symbols (* ~ $ = U) cannot be typed everywhere or are misread, so a number whose symbol
would be one of them is never drawn: 64.8 bits remain. As 37 is a prime above 32, every single wrong character and every
swap of neighbours is noticed.

Source: docs/FORMATS.md, "Serial numbers and short codes"; Douglas Crockford, Base 32 Encoding.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from typing import Final

from ledger.errors import Malformed, Unprocessable

SERIAL_CHARACTERS: Final = 13
CODE_CHARACTERS: Final = SERIAL_CHARACTERS + 1
SERIAL_BITS: Final = 65
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MODULUS: Final = 37
_GROUPS: Final = (5, 10)
_FROM_BASE32: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_SERIAL: Final = re.compile(f"[{ALPHABET}]{{{SERIAL_CHARACTERS}}}", re.ASCII)
# Only ASCII has its case folded: upper() would make two letters of one elsewhere.
_SEEN_AS: Final = {ord(c): c.upper() for c in "abcdefghjkmnpqrstuvwxyz"} | str.maketrans("OILoil", "011011")
_SPACES_AND_DASHES: Final = re.compile(r"[\s\-_.\u00ad\u2010-\u2015\u2212\u30fc\ufe58\ufe63]+")
_TYPED_MAX: Final = 64
# Characters that people and bad prints confuse; what folding joins already (O and 0, I, L and 1) is left out.
_ALIKE: Final = ("8BS369", "5S6", "2Z7", "6GC", "CGQE", "0DQ", "VWY", "MNH", "KX", "EF3", "PRB9", "17T", "4A", "9G")


class SerialForeign(Unprocessable):
    title = "this serial number was not drawn here, so it has no short code"
    default_hint = "scan its code, or type the whole text in brackets such as (01)…(21)…"


class ShortCodeMalformed(Malformed):
    title = "a short code has 14 digits and letters"
    default_hint = "it stands beside the square code in groups, such as 7ZK3M-9QH2T-4VXD"


class ShortCodeMistyped(Unprocessable):
    """`doubtful`: places, counted from 1, of the characters that are likely wrong; empty where nothing points at any."""

    title = "the short code's last character does not fit the others"
    default_hint = "compare it with the label, one group after the other"

    def __init__(self, *, seen: str, wanted: str, doubtful: tuple[int, ...]) -> None:
        self.doubtful = doubtful
        pointer = f"character {doubtful[0]}" if len(doubtful) == 1 else None
        super().__init__(seen=seen, wanted=wanted, pointer=pointer)


def random_bytes_for(count: int) -> int:
    """How many random bytes hold `count` serial numbers before those without a typeable check symbol are left out."""
    return -(-count * SERIAL_BITS // 8)


def draw_serials(random: bytes) -> list[str]:
    """The serial numbers in `random`, bytes that nobody can foresee; about 32 of 37 have a typeable check symbol and stand."""
    whole = len(random) * 8 // SERIAL_BITS * SERIAL_CHARACTERS
    characters = base64.b32encode(random).translate(_FROM_BASE32).decode("ascii")
    drawn = [characters[at : at + SERIAL_CHARACTERS] for at in range(0, whole, SERIAL_CHARACTERS)]
    return [serial for serial in drawn if _remainder(serial) < len(ALPHABET)]


def check_character(serial: str) -> str:
    """Crockford's check symbol of a serial number.

    Raises:
        SerialForeign: it is no 13 characters of the alphabet, or its symbol cannot be typed.
    """
    if not _SERIAL.fullmatch(serial) or (value := _remainder(serial)) >= len(ALPHABET):
        raise SerialForeign(seen=serial, wanted=f"{SERIAL_CHARACTERS} characters of {ALPHABET}")
    return ALPHABET[value]


def short_code(serial: str) -> str:
    """The serial number with its check character, in groups as it is printed.

    Raises:
        SerialForeign: as `check_character`.
    """
    code = serial + check_character(serial)
    return "-".join(code[start:end] for start, end in zip((0, *_GROUPS), (*_GROUPS, None), strict=True))


def read_short_code(text: str) -> str:
    """The serial number that somebody typed as a short code.

    Case, spaces, hyphens, O for 0, I and L for 1, and the wide letters of East Asian keyboards do not matter.

    Raises:
        ShortCodeMalformed: too long, too short, or a character that no short code has.
        ShortCodeMistyped: a character is wrong; the likely ones are named.
    """
    if len(text) > _TYPED_MAX:
        raise ShortCodeMalformed(seen=text, wanted=f"{CODE_CHARACTERS} characters")
    typed = _SPACES_AND_DASHES.sub("", unicodedata.normalize("NFKC", text))
    code = typed.translate(_SEEN_AS)
    for place, character in enumerate(code, start=1):
        if character not in _VALUES:
            wanted = "V" if character == "U" else "digits and letters but U"
            raise ShortCodeMalformed(seen=typed[place - 1], wanted=wanted, pointer=f"character {place}")
    if len(code) != CODE_CHARACTERS:
        raise ShortCodeMalformed(seen=f"{len(code)} characters", wanted=f"{CODE_CHARACTERS} characters")
    if _remainder(code[:-1]) != _VALUES[code[-1]]:
        raise _mistyped(code)
    return code[:-1]


def _remainder(serial: str) -> int:
    return int(serial.translate(_TO_DIGITS), 32) % _MODULUS


# Python's own digits of base 32 run from 0 to 9 and from A to V.
_TO_DIGITS: Final = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")


def _mistyped(code: str) -> ShortCodeMistyped:
    """Which one change of a confusable character, or one swap of neighbours, would make it right."""
    likely: dict[int, str] = {}
    for place, character in enumerate(code):
        for other in sorted({alike for group in _ALIKE if character in group for alike in group} - {character}):
            if _holds(code[:place] + other + code[place + 1 :]):
                likely.setdefault(place + 1, other)
    swapped = [
        place + 1
        for place in range(len(code) - 1)
        if code[place] != code[place + 1] and _holds(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    ]
    asked = [f"{other} for {code[place - 1]} as character {place}" for place, other in likely.items()]
    asked += [f"characters {place} and {place + 1} the other way round" for place in swapped]
    doubtful = tuple(sorted({*likely, *swapped, *(place + 1 for place in swapped)}))
    wanted = "perhaps " + ", or ".join(asked) if asked else "the code as printed"
    return ShortCodeMistyped(seen=code, wanted=wanted, doubtful=doubtful)


def _holds(code: str) -> bool:
    return _remainder(code[:-1]) == _VALUES[code[-1]]
