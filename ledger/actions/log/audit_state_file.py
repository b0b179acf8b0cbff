"""The state file of an audit on disk: replaced whole, readable by its owner alone, and not written all the time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

_EVERY_S: Final = 5.0
_SHARE: Final = 20
"""Writing takes at most this part of the time: a state grows with the log."""


class StateFile:
    """Keeps a state at `path`; `every_s` seconds pass at least between two writings on the way."""

    def __init__(self, path: Path, *, every_s: float = _EVERY_S) -> None:
        self._path, self._every_s = path, every_s
        self._next = path.with_name(f"{path.name}.next")
        self._stack = ExitStack()
        self._due = time.monotonic() + every_s

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def open(self) -> BinaryIO | None:
        return self._stack.enter_context(self._path.open("rb")) if self._path.exists() else None

    def is_due(self) -> bool:
        return time.monotonic() >= self._due

    def save(self, write: Callable[[BinaryIO], None]) -> None:
        begun = time.monotonic()
        self._write(write)
        self._put_in_place()
        ended = time.monotonic()
        self._due = ended + max(self._every_s, _SHARE * (ended - begun))

    def prepare(self, write: Callable[[BinaryIO], None]) -> None:
        self._write(write)

    def settle(self, *, good: bool) -> None:
        if good and self._next.exists():
            self._put_in_place()
            return
        self._next.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def _write(self, write: Callable[[BinaryIO], None]) -> None:
        descriptor = os.open(self._next, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())

    def _put_in_place(self) -> None:
        # Whoever loses power between these two has the old state or the new one, and either is true.
        self._next.replace(self._path)
