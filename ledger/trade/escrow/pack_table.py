"""Strict reading of a TOML table: every key is taken once with its type and bounds, and what is left over is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from datetime import date
from typing import Final

from ledger.errors import Malformed

PACK_BYTES_MAX: Final = 65_536
DAYS_MAX: Final = 3_660

_ITEMS_MAX: Final = 1_000
_SENTENCE: Final = r"(?!\s)[^\x00-\x1f\x7f]{1,1000}(?<!\s)"


class PackMalformed(Malformed):
    title = "a rule pack or a list of steps is not in its one accepted form"


class Table:
    """The keys of one TOML table that nobody has taken yet; `pointer` is its place in the file."""

    def __init__(self, value: object, pointer: str) -> None:
        if not isinstance(value, dict):
            raise PackMalformed(seen=value, wanted="a table", pointer=pointer)
        self.pointer = pointer
        self._left: dict[str, object] = dict(value)

    def text(self, name: str, *, shape: str = _SENTENCE) -> str:
        """A string that `shape`, by default one line of 1 to 1000 characters, matches whole."""
        value = self._take(name)
        if not isinstance(value, str) or not re.fullmatch(shape, value):
            raise PackMalformed(seen=value, wanted=f"a string like {shape}", pointer=self._at(name))
        return value

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        value = self._take(name)
        if not isinstance(value, str) or value not in allowed:
            raise PackMalformed(seen=value, wanted="one of " + ", ".join(allowed), pointer=self._at(name))
        return value

    def number(self, name: str, *, at_least: int = 0, at_most: int = DAYS_MAX) -> int:
        value = self._take(name)
        # In Python a bool is an int; in TOML it is not a number.
        if type(value) is not int or not at_least <= value <= at_most:
            raise PackMalformed(seen=value, wanted=f"a whole number, {at_least} to {at_most}", pointer=self._at(name))
        return value

    def codes(self, name: str, allowed: Collection[str]) -> frozenset[str]:
        """An array of strings of `allowed`, each once."""
        items = self._take_list(name)
        found = frozenset(item for item in items if isinstance(item, str) and item in allowed)
        if len(found) != len(items):
            raise PackMalformed(seen=items, wanted="each once, of " + ", ".join(sorted(allowed)), pointer=self._at(name))
        return found

    def codes_if_there(self, name: str, allowed: Collection[str]) -> frozenset[str]:
        """The same; none where there is no such key, so that an empty array is no way to say it."""
        found = self.codes(name, allowed) if name in self._left else None
        if found is not None and not found:
            raise PackMalformed(seen=[], wanted="one or more, or no such key", pointer=self._at(name))
        return found or frozenset()

    def dates(self, name: str) -> frozenset[date]:
        """An array of TOML dates without a time, each once."""
        items = self._take_list(name)
        # A datetime is a date too, for isinstance.
        found = frozenset(item for item in items if type(item) is date)
        if len(found) != len(items):
            raise PackMalformed(seen=items, wanted="dates, each once", pointer=self._at(name))
        return found

    def table(self, name: str) -> Table:
        return Table(self._take(name), self._at(name))

    def table_if_there(self, name: str) -> Table | None:
        return self.table(name) if name in self._left else None

    def tables(self, name: str) -> tuple[Table, ...]:
        """The tables `[[name]]`, none where there are none."""
        if name not in self._left:
            return ()
        return tuple(Table(item, f"{self._at(name)}/{place}") for place, item in enumerate(self._take_list(name)))

    def end(self) -> None:
        """Refuse the keys that nobody took."""
        for name in self._left:
            raise PackMalformed(seen=name, wanted="no such key here", pointer=self._at(name))

    def _take(self, name: str) -> object:
        if name not in self._left:
            raise PackMalformed(wanted=f"the key {name}", pointer=self._at(name))
        return self._left.pop(name)

    def _take_list(self, name: str) -> list[object]:
        value = self._take(name)
        if not isinstance(value, list) or len(value) > _ITEMS_MAX:
            raise PackMalformed(seen=value, wanted=f"an array of at most {_ITEMS_MAX}", pointer=self._at(name))
        return value

    def _at(self, name: str) -> str:
        return f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def read_toml(data: bytes) -> Table:
    """Return the root table of a TOML file of at most 64 KiB in UTF-8 without a byte order mark.

    Raises:
        PackMalformed: too long, not UTF-8 or not TOML.
    """
    if len(data) > PACK_BYTES_MAX:
        raise PackMalformed(seen=f"{len(data)} bytes", wanted=f"at most {PACK_BYTES_MAX}")
    try:
        values = tomllib.loads(data.decode("utf-8"))
    # RecursionError: arrays within arrays within arrays. ValueError: no UTF-8, no TOML, a number of thousands of digits.
    except (ValueError, RecursionError) as reason:
        raise PackMalformed(seen=str(reason), wanted="TOML in UTF-8") from reason
    return Table(values, "")
