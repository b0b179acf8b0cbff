"""Rehearse the known attacks: do each to a copy of a data directory, and let the audit say if it finds it.

The copy first gets an honest act of its own (parties, documents, an erasure, a key taken back), so that every attack
has something to strike at; the directory itself is only read. Of a closed ledger, which takes nothing more, the copy is
as it was before its closing entry.
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
from ledger.actions.open_ledger import UNLOCK_FILE, Clock, Ledger, open_ledger, system_clock, unlock_path
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.rehearsal_bundle import ON_BUNDLES, BundleAttack, BundleForgery, bundles_of, open_struck
from ledger.actions.rehearsal_guard import GUARD, ON_THE_GUARD, Copies, GuardAttack
from ledger.actions.rehearsal_reopen import reopen
from ledger.actions.rehearsal_scene import SteppedClock, play_scene
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.errors import SuyuanError, Untrusted
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.evidence.policy import FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.storage.database import DATABASE_FILE, reading
from ledger.storage.forging import Attack, NamedAttack, Scene, forging
from ledger.storage.held_keys import held_vkeys, open_key
from ledger.storage.sqlite import copy_database
from ledger.storage.tampered_heads import ON_THE_HEADS
from ledger.storage.tampered_records import ON_THE_RECORDS
from ledger.storage.tampered_tables import ATTACKS as ON_ENTRIES_AND_TABLES
from ledger.trade.parties.witnessing import policy_of

ATTACKS: Final[tuple[NamedAttack, ...]] = (
    *ON_ENTRIES_AND_TABLES,
    *ON_THE_HEADS,
    *ON_THE_RECORDS,
    *ON_BUNDLES,
    *ON_THE_GUARD,
)
"""All known attacks, in the order in which they are rehearsed."""

_ORIGIN: Final = "rehearsal.example/main"


class RehearsalNotClean(Untrusted):
    title = "the copy is not clean before the first attack, so nothing found after it would say anything"
    default_hint = "run `suyuan audit` on the directory first"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the audit said of one attack: `kind` and `position` of the finding that names it, empty where none does."""

    attack: NamedAttack
    found: bool
    kind: str
    position: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """The copy that all attacks start from, and what an auditor of it trusts and kept.

    `policy` asks for no witness, `witnessed` for the quorum that the scene adopted; `bundles` are that of now and an older one.
    """

    data: Path
    guard: Path
    scene: Scene
    keys: dict[str, SigningKey]
    policy: Policy
    witnessed: Policy
    kept: bytes
    bundles: tuple[bytes, bytes]
    clock: Clock


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


def _rehearse(attack: NamedAttack, stage: _Stage, scratch: Path) -> Rehearsed:
    scratch.mkdir()
    try:
        match attack:
            case Attack():
                position, report = _strike_directory(attack, stage, scratch / "copy")
            case BundleAttack():
                position, report = _strike_bundle(attack, stage)
            case GuardAttack():
                return _strike_guard(attack, stage, scratch)
            case _:
                raise AssertionError(f"nobody rehearses {type(attack).__name__}")
    finally:
        shutil.rmtree(scratch)
    found = any((finding.kind.value, finding.position) == (attack.kind, position) for finding in report.findings)
    return Rehearsed(attack, found, attack.kind if found else "", position if found else "")


def _strike_directory(attack: Attack, stage: _Stage, copy: Path) -> tuple[str, AuditReport]:
    _copy(stage.data, copy, stage.data / UNLOCK_FILE)
    with forging(copy / DATABASE_FILE, stage.keys, stage.scene, stage.kept) as forgery:
        position = attack.strike(forgery)
    policy = stage.witnessed if attack.witnessed else stage.policy
    return position, _audit(copy, policy, forgery.kept if attack.against_kept else None)


def _strike_bundle(attack: BundleAttack, stage: _Stage) -> tuple[str, AuditReport]:
    forgery = BundleForgery(*stage.bundles, stage.scene)
    position = attack.strike(forgery)
    return position, audit(open_struck(forgery.data), stage.policy, kept=stage.kept if attack.against_kept else None)


def _strike_guard(attack: GuardAttack, stage: _Stage, scratch: Path) -> Rehearsed:
    try:
        attack.strike(Copies(stage.data, stage.guard, stage.scene, stage.clock, scratch))
    except SuyuanError as refusal:
        found = refusal.code == attack.kind
        return Rehearsed(attack, found, attack.kind if found else "", GUARD if found else "")
    return Rehearsed(attack, found=False, kind="", position="")


def _set_up(directory: Path | None, data: Path, unlock: Path | None) -> _Stage:
    clock = SteppedClock(system_clock())
    # Its own: what is signed in a rehearsal must not count against the real ledger.
    guard = [data.with_name("guard")]
    if directory is None:
        ledger = found_ledger(data, Founding(_ORIGIN), unlock=data / UNLOCK_FILE, clock=clock, guard=guard)
    else:
        _copy(directory, data, unlock_path(directory, unlock, {}))
        _reopen_if_closed(data, guard)
        ledger = open_ledger(data, unlock=data / UNLOCK_FILE, clock=clock, guard=guard)
    with closing(ledger):
        begin_guard(ledger)
        clock.now = Instant(max(clock.now, ledger.head().time))
        scene, kept = play_scene(ledger, clock, data.with_name("older"))
        keys, trusted, witnessed = _held_keys(ledger), _policy(ledger), policy_of(ledger.state())
    _refuse_unclean(_audit(data, trusted, kept))
    _refuse_unclean(_audit(data, witnessed, kept))
    bundles = bundles_of(data, scene, data.parent)
    _refuse_unclean(audit(open_struck(bundles[0]), witnessed, kept=kept))
    return _Stage(data, guard[0], scene, keys, trusted, witnessed, kept, bundles, clock)


def _reopen_if_closed(data: Path, guard: list[Path]) -> None:
    with closing(open_ledger(data, unlock=data / UNLOCK_FILE, guard=guard)) as ledger:
        policy = _policy(ledger) if ledger.state().closed is not None else None
    if policy is not None:
        _refuse_unclean(reopen(data, policy))


def _refuse_unclean(report: AuditReport) -> None:
    if not report.clean:
        first = next(iter(report.findings), None)
        seen = f"{first.kind} at {first.position}" if first is not None else ", ".join(report.not_checked)
        raise RehearsalNotClean(seen=seen)


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
