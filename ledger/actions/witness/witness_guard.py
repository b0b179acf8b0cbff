"""The guard of a witness: outside its directory, the highest checkpoint it cosigned of each log, which an older copy meets.

It is written after the database and before the cosignature is given away, so it is never ahead of a database that is whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from ledger.errors import Unavailable
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.storage.guard_file import GuardMark, GuardUnusable, locked, make_folder, read_mark, write_mark
from ledger.storage.witness.logs import Cosigned, origin_hash


class WitnessRolledBack(Unavailable):
    title = "this witness has cosigned more of the log than its database knows, or other entries, so it cosigns no more of it"
    default_hint = "an older copy of its directory was brought back, or a second one serves: docs/OPERATIONS.md, “Run a witness”"


class WitnessGuard:
    """One file for each log, in a folder of this witness's below each of `folders`. Threads and processes may share them.

    Raises:
        GuardUnusable: nothing can be written there.
    """

    def __init__(self, folders: Sequence[Path], key: VerifierKey) -> None:
        self._owner = sha256(str(key).encode()).digest()
        # Locks are taken in one order, and a folder with two names only once.
        own = {folder.resolve() / f"witness-{self._owner.hex()[:16]}" for folder in folders}
        self._folders = tuple(sorted(own))
        for folder in self._folders:
            make_folder(folder)

    def highest(self, origin: str) -> Checkpoint | None:
        """What was cosigned last of a log, as far as any copy knows; None where there is none.

        Raises:
            GuardMalformed, GuardUnusable.
        """
        return max(self._marks(origin), key=lambda checkpoint: checkpoint.size, default=None)

    def advance(self, cosigned: Checkpoint, *, before: int) -> Checkpoint:
        """Have every copy hold `cosigned`, or what is higher already; return the highest. Only then may it be given away.

        Args:
            before: the size that the database held before it moved to `cosigned`.

        Raises:
            WitnessRolledBack: somebody else moved in between, from another database than this one.
            GuardMalformed, GuardUnusable.
        """
        name = _name(cosigned.origin)
        with contextlib.ExitStack() as stack:
            for folder in self._folders:
                stack.enter_context(locked(folder, name))
            marks = self._marks(cosigned.origin)
            for mark in marks:
                if before < mark.size < cosigned.size or (mark.size == cosigned.size and mark.root != cosigned.root):
                    raise _rolled_back(mark, before)
            highest = max([cosigned, *marks], key=lambda checkpoint: checkpoint.size)
            if len(marks) < len(self._folders) or any(mark != highest for mark in marks):
                for folder in self._folders:
                    write_mark(folder / name, GuardMark(self._owner, highest))
        return highest

    def _marks(self, origin: str) -> list[Checkpoint]:
        marks = []
        for folder in self._folders:
            file = folder / _name(origin)
            mark = read_mark(file)
            if mark is None:
                continue
            if (mark.first_entry, mark.checkpoint.origin) != (self._owner, origin):
                raise GuardUnusable(seen=f"{file} is of {mark.checkpoint.origin}", wanted=f"this witness's of {origin}")
            marks.append(mark.checkpoint)
        return marks


def refuse_rolled_back(highest: Checkpoint | None, known: Cosigned | None) -> None:
    """Return if a database that is read after the guard holds at least what the guard does.

    Raises:
        WitnessRolledBack.
    """
    size, root = (known.size, known.root) if known else (0, EMPTY_ROOT)
    if highest is not None and (highest.size > size or (highest.size == size and highest.root != root)):
        raise _rolled_back(highest, size)


def _rolled_back(highest: Checkpoint, size: int) -> WitnessRolledBack:
    return WitnessRolledBack(
        seen=f"size {size} here", wanted=f"size {highest.size}, root {highest.root.hex()}, as cosigned before"
    )


def _name(origin: str) -> str:
    return f"{origin_hash(origin).hex()}.guard"
