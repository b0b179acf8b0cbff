"""Rehearse the known attacks: do each to a copy of a data directory, and let the audit say if it finds it.

The copy first gets an honest act of its own (parties, documents, an erasure, a key taken back), so that every attack
has something to strike at; the directory itself is only read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.actions.log.begin_guard import begin_guard
from ledger.actions.log.open_source import open_source
from ledger.actions.open_ledger import UNLOCK_FILE, Ledger, open_ledger, system_clock, unlock_path
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.rehearsal_scene import SteppedClock, play_scene
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.errors import Untrusted
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.evidence.policy import FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.storage.database import DATABASE_FILE, reading
from ledger.storage.forging import Attack, Scene, forging
from ledger.storage.held_keys import held_vkeys, open_key
from ledger.storage.sqlite import copy_database
from ledger.storage.tampered_tables import ATTACKS

_ORIGIN: Final = "rehearsal.example/main"


class RehearsalNotClean(Untrusted):
    title = "the copy is not clean before the first attack, so nothing found after it would say anything"
    default_hint = "run `suyuan audit` on the directory first"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the audit said of one attack: `kind` and `position` of the finding that names it, empty where none does."""

    attack: Attack
    found: bool
    kind: str
    position: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """The copy that all attacks start from, and what an auditor of it trusts and kept."""

    data: Path
    scene: Scene
    keys: dict[str, SigningKey]
    policy: Policy
    kept: bytes


def rehearse_attacks(
    directory: Path | None, *, unlock: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> list[Rehearsed]:
    """Do every known attack, each to its own copy.

    Args:
        directory: a data directory whose governance keys the operator holds; None founds a small honest world.
        unlock: its unlock file, where it does not lie in the directory.
        progress: told (attacks done, attacks in all).

    Raises:
        LedgerAbsent, UnlockFileUnusable, NoHeldKey: the directory cannot be worked on.
        RehearsalNotClean: it is not clean to begin with.
    """
    with tempfile.TemporaryDirectory(prefix="suyuan-rehearsal-") as scratch:
        stage = _set_up(directory, Path(scratch) / "stage", unlock)
        results = []
        for number, attack in enumerate(ATTACKS, 1):
            results.append(_rehearse(attack, stage, Path(scratch) / "struck"))
            if progress is not None:
                progress(number, len(ATTACKS))
        return results


def _rehearse(attack: Attack, stage: _Stage, copy: Path) -> Rehearsed:
    _copy(stage.data, copy, stage.data / UNLOCK_FILE)
    with forging(copy / DATABASE_FILE, stage.keys, stage.scene) as forgery:
        position = attack.strike(forgery)
    report = _audit(copy, stage.policy, stage.kept if attack.against_kept else None)
    shutil.rmtree(copy)
    found = any((finding.kind.value, finding.position) == (attack.kind, position) for finding in report.findings)
    return Rehearsed(attack, found, attack.kind if found else "", position if found else "")


def _set_up(directory: Path | None, data: Path, unlock: Path | None) -> _Stage:
    clock = SteppedClock(system_clock())
    # Its own: what is signed in a rehearsal must not count against the real ledger.
    guard = [data.with_name("guard")]
    if directory is None:
        ledger = found_ledger(data, Founding(_ORIGIN), unlock=data / UNLOCK_FILE, clock=clock, guard=guard)
    else:
        _copy(directory, data, unlock_path(directory, unlock, {}))
        ledger = open_ledger(data, unlock=data / UNLOCK_FILE, clock=clock, guard=guard)
    with closing(ledger):
        begin_guard(ledger)
        clock.now = Instant(max(clock.now, ledger.head().time))
        scene, kept = play_scene(ledger, clock, data.with_name("older"))
        stage = _Stage(data, scene, _held_keys(ledger), _policy(ledger), kept)
    report = _audit(data, stage.policy, kept)
    if not report.clean:
        first = next(iter(report.findings), None)
        seen = f"{first.kind} at {first.position}" if first is not None else ", ".join(report.not_checked)
        raise RehearsalNotClean(seen=seen)
    return stage


def _held_keys(ledger: Ledger) -> dict[str, SigningKey]:
    """Every key that the operator holds, by its vkey."""
    parties = (ledger.origin, *ledger.state().parties)
    with reading(ledger.engine) as connection:
        vkeys = [vkey for party in parties for vkey in held_vkeys(connection, party)]
        return {vkey: open_key(connection, ledger.seal, VerifierKey.parse(vkey)) for vkey in vkeys}


def _policy(ledger: Ledger) -> Policy:
    state = ledger.state()
    keys = tuple(LogLine(key) for key in state.log_keys_at(ledger.head().size))
    return Policy((*keys, FirstEntryLine(state.origin, state.first_entry), QuorumLine("none")))


def _audit(data: Path, policy: Policy, kept: bytes | None) -> AuditReport:
    with open_source(str(data), unlock=data / UNLOCK_FILE) as source:
        return audit(source, policy, kept=kept)


def _copy(source: Path, target: Path, unlock: Path) -> None:
    target.mkdir(mode=0o700)
    copy_database(source / DATABASE_FILE, target / DATABASE_FILE)
    shutil.copy(unlock, target / UNLOCK_FILE)
