"""The known attacks that no audit has to find, because the guard of the ledger refuses to sign: old, doubled, unguarded copies.

Each function tries to go on with a copy; the refusal is the error that it ends with.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ledger.actions.log.guard import Guard
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import UNLOCK_FILE, Clock, Ledger, open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.storage.database import DATABASE_FILE
from ledger.storage.forging import NamedAttack, Scene
from ledger.storage.sqlite import copy_database

GUARD: Final = "guard"
"""The position of what a guard refuses."""


@dataclass(frozen=True, slots=True)
class Copies:
    """A guarded directory, and room for copies of it.

    Args:
        data: the ledger; `guard` is the folder of its guard.
        scratch: a folder that is there for one attack only.
    """

    data: Path
    guard: Path
    scene: Scene
    clock: Clock
    scratch: Path

    @contextmanager
    def copied(self, name: str, guard: Path, *, older: bool = False) -> Iterator[Ledger]:
        """A copy of the directory, opened under a guard that must stand already."""
        data = self.scratch / name
        data.mkdir(mode=0o700)
        copy_database(self.scene.older_copy if older else self.data / DATABASE_FILE, data / DATABASE_FILE)
        shutil.copy(self.data / UNLOCK_FILE, data / UNLOCK_FILE)
        with closing(open_ledger(data, unlock=data / UNLOCK_FILE, clock=self.clock, guard=[guard])) as ledger:
            state = ledger.state()
            # Whatever the environment says: nothing begins a guard here.
            yield replace(ledger, guard=Guard([guard], origin=state.origin, first_entry=state.first_entry, begins=False))

    def copied_guard(self) -> Path:
        return Path(shutil.copytree(self.guard, self.scratch / "guard"))


@dataclass(frozen=True, slots=True)
class GuardAttack(NamedAttack):
    """One attack that ends with a refusal; `kind` is its code."""

    strike: Callable[[Copies], str]


def go_on_with_an_older_copy(copies: Copies) -> str:
    """Bring back a copy of an earlier day, and write and sign on with it."""
    with copies.copied("older", copies.copied_guard(), older=True) as ledger:
        _write(ledger)
        publish_checkpoint(ledger)
    return GUARD


def sign_with_two_copies(copies: Copies) -> str:
    """Let two servers write to copies of one directory, and sign on with both."""
    guard = copies.copied_guard()
    with copies.copied("one", guard) as one, copies.copied("two", guard) as two:
        _write(one)
        _write(two)
        publish_checkpoint(one)
        publish_checkpoint(two)
    return GUARD


def go_on_without_a_guard(copies: Copies) -> str:
    """Carry the directory to another machine and sign on there, without its guard."""
    with copies.copied("carried", copies.scratch / "elsewhere") as ledger:
        _write(ledger)
        publish_checkpoint(ledger)
    return GUARD


def _write(ledger: Ledger) -> None:
    admit_party(ledger, Admission(f"rehearsal-{secrets.token_hex(4)}", ("merchant",), "CN"))


ON_THE_GUARD: Final = (
    GuardAttack("SignedLater", go_on_with_an_older_copy),
    GuardAttack("HistoryForked", sign_with_two_copies),
    GuardAttack("GuardAbsent", go_on_without_a_guard),
)
