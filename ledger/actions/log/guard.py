"""The guard against a second history: nothing is signed that the highest checkpoint ever signed contradicts.

It lies outside the data directory, so that a restored or doubled directory meets what was signed after it was copied.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from ledger.errors import Misused, Unavailable
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import Digest
from ledger.storage.guard_file import GuardMark, GuardUnusable, guard_name, locked, read_mark, write_mark

GUARD_VARIABLE: Final = "SUYUAN_GUARD"
ABSENT_VARIABLE: Final = "SUYUAN_GUARD_ABSENT"
_STATE_VARIABLE: Final = "XDG_STATE_HOME"

RootAt: TypeAlias = Callable[[int], Digest]
"""The root of this store's own tree at a size that it has reached."""

_Seen: TypeAlias = tuple[tuple[int, int, int] | None, ...]


class GuardSettingWrong(Misused):
    title = "SUYUAN_GUARD_ABSENT says what becomes of a ledger without a guard: refuse or begin"


class GuardInsideData(Misused):
    title = "the guard lies in the data directory, so an older copy of that brings an older guard along"
    default_hint = "have SUYUAN_GUARD name a folder elsewhere, best on another disk, and move the guard there"


class GuardAbsent(Unavailable):
    title = "no guard stands for this ledger here, so this copy may not sign"
    default_hint = "if no later state of the ledger exists anywhere: suyuan log guard begin --data DIR"


class SignedLater(Unavailable):
    title = "a later checkpoint of this ledger was signed than this copy has entries, so it may not go on"
    default_hint = "this is an older copy: find the newest one; docs/OPERATIONS.md, “The guard”"


class HistoryForked(Unavailable):
    title = "a checkpoint was signed for other entries than this copy holds, so it may not go on"
    default_hint = "two copies of the ledger were written to: stop both; docs/OPERATIONS.md, “The guard”"


class Guard:
    """The copies of one ledger's guard file, one in each folder. Threads and processes may share them.

    Every copy is written before anything is signed; a missing copy is made anew from the others.

    Args:
        folders: where its copies lie, or are to lie.
        begins: whether a ledger without a guard gets one by itself, instead of being refused.
    """

    def __init__(self, folders: Sequence[Path], *, origin: str, first_entry: Digest, begins: bool = False) -> None:
        # Locks are taken in one order, whoever lists the folders in which; a folder with two names would wait for itself.
        self.folders = tuple(sorted({folder.resolve() for folder in folders}))
        self.name = guard_name(origin, first_entry)
        self._origin, self._first_entry, self._begins = origin, first_entry, begins
        self._approved: tuple[_Seen, int] | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(folder / self.name for folder in self.folders)

    def newest(self) -> Checkpoint | None:
        """The highest checkpoint that any copy holds; None where there is none.

        Raises:
            GuardMalformed, GuardUnusable.
        """
        marks = [mark.checkpoint for mark in self._marks() if mark is not None]
        return max(marks, key=lambda checkpoint: checkpoint.size, default=None)

    def begin(self, checkpoint: Checkpoint, root_at: RootAt) -> None:
        """Begin to guard with `checkpoint`; where a guard stands already this is `advance`."""
        with self._locked():
            if any(mark is not None for mark in self._marks()):
                self._refuse(checkpoint.size, checkpoint, root_at)
            self._write(checkpoint)

    def advance(self, checkpoint: Checkpoint, root_at: RootAt) -> None:
        """Make `checkpoint` the highest one, durably; only then may it be signed.

        Args:
            checkpoint: what is about to be signed.
            root_at: asked for the root at the size of the highest one so far.

        Raises:
            GuardAbsent, SignedLater, HistoryForked: it may not be signed. GuardMalformed, GuardUnusable.
        """
        with self._locked():
            marks = self._marks()
            if all(mark is not None and mark.checkpoint == checkpoint for mark in marks):
                return
            self._refuse(checkpoint.size, checkpoint, root_at)
            self._write(checkpoint)

    def refuse_older(self, size: int, root_at: RootAt) -> None:
        """Return if a store of `size` entries may go on. Costs one look at each file while nothing has changed.

        Raises:
            GuardAbsent, SignedLater, HistoryForked, GuardMalformed, GuardUnusable.
        """
        seen = self._look()
        if self._approved is not None and self._approved[0] == seen and self._approved[1] <= size:
            return
        self._refuse(size, None, root_at)
        self._approved = (seen, size)

    def _refuse(self, size: int, checkpoint: Checkpoint | None, root_at: RootAt) -> None:
        marks = [mark.checkpoint for mark in self._marks() if mark is not None]
        if not marks and not self._begins:
            raise GuardAbsent(seen=self._origin, wanted=", ".join(map(str, self.files)))
        for mark in marks:
            if mark.size > size:
                raise SignedLater(seen=f"{size} entries here", wanted=f"at least {mark.size}, as signed before")
            root = checkpoint.root if checkpoint is not None and checkpoint.size == mark.size else root_at(mark.size)
            if root != mark.root:
                raise HistoryForked(
                    seen=f"size {mark.size}, root {root.hex()}", wanted=f"root {mark.root.hex()}, as signed before"
                )

    def _write(self, checkpoint: Checkpoint) -> None:
        for file in self.files:
            write_mark(file, GuardMark(self._first_entry, checkpoint))

    def _marks(self) -> list[GuardMark | None]:
        marks = [read_mark(file) for file in self.files]
        for file, mark in zip(self.files, marks, strict=True):
            if mark is not None and (mark.first_entry, mark.checkpoint.origin) != (self._first_entry, self._origin):
                raise GuardUnusable(seen=f"{file} is of {mark.checkpoint.origin}", wanted=f"the guard of {self._origin}")
        return marks

    def _look(self) -> _Seen:
        return tuple(_stamp(file) for file in self.files)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for folder in self.folders:
                stack.enter_context(locked(folder, self.name))
            yield


def guard_folders(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Where guards lie: the folders of `SUYUAN_GUARD`, else one in the user's own state."""
    named = [Path(part) for part in environment.get(GUARD_VARIABLE, "").split(os.pathsep) if part]
    if named:
        return named
    state = environment.get(_STATE_VARIABLE, "")
    return [(Path(state) if state else Path.home() / ".local" / "state") / "suyuan" / "guard"]


def refuse_guard_inside(data: Path, folders: Sequence[Path]) -> None:
    """Return if no folder of the guard lies in the data directory, or is it, by whatever name.

    Raises:
        GuardInsideData.
    """
    home = data.resolve()
    for folder in folders:
        if folder.resolve().is_relative_to(home):
            raise GuardInsideData(seen=str(folder), wanted=f"a folder outside {data}", pointer=GUARD_VARIABLE)


def guard_begins(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `SUYUAN_GUARD_ABSENT` lets a ledger without a guard begin one.

    Raises:
        GuardSettingWrong: it is neither refuse, the default, nor begin.
    """
    said = environment.get(ABSENT_VARIABLE, "") or "refuse"
    if said not in ("refuse", "begin"):
        raise GuardSettingWrong(seen=said, wanted="refuse or begin")
    return said == "begin"


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    except OSError as reason:
        raise GuardUnusable(seen=f"{file}: {reason.strerror}") from reason
    return found.st_mtime_ns, found.st_size, found.st_ino
