"""A mapping whose versions share structure, so that a fold over many admissions stays linear and old states stay valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Generic, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

_FAN_OUT: Final = 64


class PersistentMap(Mapping[K, V], Generic[K, V]):
    """An immutable mapping; `with_item` and `without_item` give the next version and leave this one as it was.

    Two levels of 64 share all but one path: a new version copies two tuples of 64 references and one bucket of
    size / 4,096 items, which is a few microseconds up to a million keys. The alternatives were a dict copied per
    change (quadratic over 10,000 admissions) and one dict changed in place (a sequencer that loses the race for the
    head could not go back to the state it started from).

    The order of iteration is arbitrary and differs between processes: sort before anything is hashed or stored.
    """

    __slots__ = ("_rows", "_size")

    def __init__(self, items: Iterable[tuple[K, V]] = ()) -> None:
        filled: dict[tuple[int, int], dict[K, V]] = {}
        for key, value in items:
            filled.setdefault(_place(key), {})[key] = value
        # Buckets are never changed once a map holds them, so all the empty ones can be one.
        empty: dict[K, V] = {}
        fan = range(_FAN_OUT)
        self._rows: tuple[tuple[dict[K, V], ...], ...] = tuple(
            tuple(filled.get((row, column), empty) for column in fan) for row in fan
        )
        self._size = sum(map(len, filled.values()))

    def with_item(self, key: K, value: V) -> PersistentMap[K, V]:
        """Return the version in which `key` means `value`."""
        row, column = _place(key)
        old_row = self._rows[row]
        bucket = {**old_row[column], key: value}
        new_row = (*old_row[:column], bucket, *old_row[column + 1 :])
        following: PersistentMap[K, V] = PersistentMap.__new__(PersistentMap)
        following._rows = (*self._rows[:row], new_row, *self._rows[row + 1 :])
        following._size = self._size + len(bucket) - len(old_row[column])
        return following

    def without_item(self, key: K) -> PersistentMap[K, V]:
        """Return the version that does not have `key`.

        Raises:
            KeyError: this version does not have it either.
        """
        row, column = _place(key)
        old_row = self._rows[row]
        bucket = dict(old_row[column])
        del bucket[key]
        new_row = (*old_row[:column], bucket, *old_row[column + 1 :])
        following: PersistentMap[K, V] = PersistentMap.__new__(PersistentMap)
        following._rows = (*self._rows[:row], new_row, *self._rows[row + 1 :])
        following._size = self._size - 1
        return following

    def __getitem__(self, key: K) -> V:
        row, column = _place(key)
        return self._rows[row][column][key]

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | T) -> V | T: ...
    def get(self, key: K, /, default: V | T | None = None) -> V | T | None:
        # The mixin's own asks by way of an exception, and the rules of the escrow ask several times for each record.
        row, column = _place(key)
        return self._rows[row][column].get(key, default)

    def __iter__(self) -> Iterator[K]:
        return (key for row in self._rows for bucket in row for key in bucket)

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"PersistentMap({dict(self)!r})"


def _place(key: object) -> tuple[int, int]:
    spread = hash(key)
    return spread % _FAN_OUT, spread // _FAN_OUT % _FAN_OUT
