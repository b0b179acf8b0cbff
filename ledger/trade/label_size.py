"""How large the QR code of an address is in millimetres, and what to change where it would be too small to scan.

Lengths are whole micrometres. GS1 asks for modules (the X-dimension) of 0.396 to 0.990 mm and a quiet zone of 4 modules.

Source: GS1 General Specifications, symbol specification table for GS1 Digital Link; ISO/IEC 18004, tables 1 and 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from ledger.errors import Unprocessable

MODULE_UM_MIN: Final = 396
MODULE_UM_MAX: Final = 990
QUIET_MODULES: Final = 4
_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_LOWER_IN_PATH: Final = re.compile(r"[^0-9A-Z $%*+\-./:]")
_MODES: Final = ("numeric", "alphanumeric", "bytes")
_SIZE_CLASSES: Final = ((1, 9), (10, 26), (27, 40))
# How many bits say the length of a segment, by mode and class of versions.
_COUNT_BITS: Final = {"numeric": (10, 12, 14), "alphanumeric": (9, 11, 13), "bytes": (8, 16, 16)}
_MODE_BITS: Final = 4
# Bits in sixths, so that a digit (10 bits for three) and a letter (11 for two) are whole numbers.
_SIXTHS: Final = {"numeric": 20, "alphanumeric": 33, "bytes": 48}


class Correction(StrEnum):
    """How much of a symbol may be damaged: about 15 % at M, 25 % at Q."""

    M = "M"
    Q = "Q"


# Data codewords of versions 1 to 40.
_CODEWORDS: Final = {
    Correction.M: (
        16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627, 669,
        714, 782, 860, 914, 1000, 1062, 1128, 1193, 1267, 1373, 1455, 1541, 1631, 1725, 1812, 1914, 1992, 2102, 2216, 2334,
    ),
    Correction.Q: (
        13, 22, 34, 48, 62, 76, 88, 110, 132, 154, 180, 206, 244, 261, 295, 325, 367, 397, 445, 485,
        512, 568, 614, 664, 718, 754, 808, 871, 911, 985, 1033, 1115, 1171, 1231, 1286, 1354, 1426, 1502, 1582, 1666,
    ),
}  # fmt: skip


class ModuleTooSmall(Unprocessable):
    title = "the squares of the code would be smaller than scanners are made for"


class ModuleTooLarge(Unprocessable):
    title = "the squares of the code would be larger than GS1 allows"
    default_hint = "choose smaller modules; a larger code is no easier to scan at a till"


class CodeTooLarge(Unprocessable):
    title = "the code does not fit on the label"
    default_hint = "take a larger label, smaller modules, or a shorter host"


class AddressTooLong(Unprocessable):
    title = "the address does not fit into any QR code"


class UpperCaseHarmful(Unprocessable):
    title = "this address would lead elsewhere in upper case"
    default_hint = "upper case is only for a server without a stem in its address, and lots and serials without small letters"


@dataclass(frozen=True, slots=True)
class SymbolSize:
    """A symbol as it is to be printed: `modules` a side without, `side_um` with the quiet zone."""

    version: int
    modules: int
    module_um: int

    @property
    def side_um(self) -> int:
        return (self.modules + 2 * QUIET_MODULES) * self.module_um


def symbol_size(address: str, *, module_um: int = MODULE_UM_MIN, correction: Correction = Correction.M) -> SymbolSize:
    """The symbol of `address` with modules of this size.

    Raises:
        ModuleTooSmall, ModuleTooLarge: outside what GS1 allows.
        AddressTooLong.
    """
    version = version_of(address, correction)
    return SymbolSize(version, modules_of(version), refuse_module(module_um))


def refuse_module(module_um: int) -> int:
    """Return the size of a module if GS1 allows it.

    Raises:
        ModuleTooSmall, ModuleTooLarge.
    """
    if module_um < MODULE_UM_MIN:
        raise ModuleTooSmall(seen=f"{mm(module_um)} mm", wanted=f"at least {mm(MODULE_UM_MIN)} mm")
    if module_um > MODULE_UM_MAX:
        raise ModuleTooLarge(seen=f"{mm(module_um)} mm", wanted=f"at most {mm(MODULE_UM_MAX)} mm")
    return module_um


def largest_symbol(address: str, *, room_um: int, correction: Correction = Correction.M) -> SymbolSize:
    """The symbol of `address` with the largest modules that fit, quiet zone included, into a square of `room_um`.

    Raises:
        ModuleTooSmall: the room is too small; the hint says what would fit.
        AddressTooLong.
    """
    version = version_of(address, correction)
    fits = room_um // (modules_of(version) + 2 * QUIET_MODULES)
    if fits < MODULE_UM_MIN:
        needed = symbol_size(address, correction=correction)
        raise ModuleTooSmall(
            seen=f"{mm(fits)} mm in a room of {mm(room_um)} mm",
            wanted=f"at least {mm(MODULE_UM_MIN)} mm, a code of {mm(needed.side_um)} mm",
            hint="; or ".join(_advice(address, room_um, correction, needed)),
        )
    return SymbolSize(version, modules_of(version), min(fits, MODULE_UM_MAX))


def version_of(address: str, correction: Correction) -> int:
    """The smallest version, 1 to 40, that holds `address`, its parts each in the mode that costs least.

    Raises:
        AddressTooLong.
    """
    sizes = _CODEWORDS[correction]
    for size, (first, last) in enumerate(_SIZE_CLASSES):
        bits = _bits(address, size)
        for version in range(first, last + 1):
            if bits <= 8 * sizes[version - 1]:
                return version
    raise AddressTooLong(seen=f"{len(address)} characters", wanted=f"what version {_SIZE_CLASSES[-1][1]} holds")


def uncut_version_of(address: str, correction: Correction) -> int:
    """The version that holds `address` in one piece, as a printer that draws the code itself may encode it.

    Raises:
        AddressTooLong.
    """
    mode = next(mode for mode in _MODES if all(_holds(character, mode) for character in address))
    bits = -(-sum(_cost(character, mode) for character in address) // 6)
    for size, (first, last) in enumerate(_SIZE_CLASSES):
        for version in range(first, last + 1):
            if _MODE_BITS + _COUNT_BITS[mode][size] + bits <= 8 * _CODEWORDS[correction][version - 1]:
                return version
    raise AddressTooLong(seen=f"{len(address)} characters", wanted=f"what version {_SIZE_CLASSES[-1][1]} holds")


def modules_of(version: int) -> int:
    return 17 + 4 * version


def upper_case(address: str) -> str:
    """`HTTPS://HOST/01/…`: the same address in the characters that a QR code packs most densely.

    Scheme and host mean the same in either case (RFC 3986 section 6.2.2.1); nothing else does.

    Raises:
        UpperCaseHarmful: something after the host is not in upper case, or no such character.
    """
    parts = urlsplit(address)
    rest = address.partition("://")[2][len(parts.netloc) :]
    whole = f"{parts.scheme.upper()}://{parts.netloc.upper()}{rest}"
    if wrong := _LOWER_IN_PATH.search(whole):
        raise UpperCaseHarmful(seen=f"{wrong[0]} as character {wrong.start() + 1}", wanted="digits, A to Z and - . / : % + * $")
    return whole


def mm(length_um: int) -> str:
    """Millimetres in print: 14652 is `14.652`, 25400 is `25.4`."""
    whole, rest = divmod(length_um, 1_000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _advice(address: str, room_um: int, correction: Correction, needed: SymbolSize) -> list[str]:
    """What would fit: another label, another host, or upper case."""
    advice = [f"take a label with room for {mm(needed.side_um)} mm"]
    largest = room_um // MODULE_UM_MIN - 2 * QUIET_MODULES
    advice += _shorter_host(address, largest, correction)
    try:
        dense = upper_case(address)
    except UpperCaseHarmful:
        return advice
    if dense == address:
        return advice
    if modules_of(version_of(dense, correction)) <= largest:
        return [*advice, "print the address in upper case (--upper), which fits"]
    return [*advice, *(f"{host}, with the address in upper case" for host in _shorter_host(dense, largest, correction))]


def _shorter_host(address: str, modules_max: int, correction: Correction) -> list[str]:
    """How long a host may be for a symbol of at most `modules_max` modules a side; empty where none is short enough."""
    parts = urlsplit(address)
    host, rest = parts.netloc, address.partition("://")[2][len(parts.netloc) :]
    for length in range(len(host) - 1, 3, -1):
        shorter = f"{address.partition('://')[0]}://{host[-length:].replace('.', 'x')}{rest}"
        if modules_of(version_of(shorter, correction)) <= modules_max:
            return [f"serve from a host of at most {length} characters instead of {len(host)}"]
    return []


def _bits(address: str, size: int) -> int:
    """The bits of the cheapest cut of `address` into segments: for each mode, the cheapest way to end in it so far."""
    opening = {mode: 6 * (_MODE_BITS + _COUNT_BITS[mode][size]) for mode in _MODES}
    best = dict.fromkeys(_MODES, 0)
    first = True
    for character in address:
        # A segment begins on a whole bit, so what was used before is rounded up.
        done = 0 if first else min(-(-used // 6) * 6 for used in best.values())
        best = {
            mode: (cost if first else min(best[mode], done + cost)) + _cost(character, mode)
            if _holds(character, mode)
            else _IMPOSSIBLE
            for mode, cost in opening.items()
        }
        first = False
    return -(-min(best.values()) // 6)


_IMPOSSIBLE: Final = 1 << 40


def _holds(character: str, mode: str) -> bool:
    if mode == "numeric":
        return character.isascii() and character.isdigit()
    return mode == "bytes" or character in _ALPHANUMERIC


def _cost(character: str, mode: str) -> int:
    return _SIXTHS[mode] * (len(character.encode()) if mode == "bytes" else 1)
