"""Bring a backup back into an empty directory, audited before it takes its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from ledger.actions.erasure.erase_again import erase_again
from ledger.actions.erasure.erasure_list import read_lists
from ledger.actions.log.back_up import make_durable, media_beside
from ledger.actions.log.begin_guard import newest_signed, root_at
from ledger.actions.log.guard import Guard, guard_folders, refuse_guard_inside
from ledger.actions.log.later_states import Contradiction, KnownStates, ask_everybody, contradictions
from ledger.actions.log.open_source import open_source
from ledger.actions.media.copy_media import NO_MEDIA, CopiedMedia, copy_media
from ledger.actions.open_ledger import LedgerUnfounded
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.trace.check_proof import own_policy
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.errors import Conflict
from ledger.evidence.policy import Policy
from ledger.storage.database import DATABASE_FILE, make_data_directory, open_engine, reading
from ledger.storage.governance import read_snapshot
from ledger.storage.head import read_head
from ledger.storage.media_files import MEDIA_FOLDER
from ledger.storage.sqlite import copy_database
from ledger.trade.parties.state import Governance
from ledger.trade.parties.witnessing import policy_of

_STAGE: Final = "restoring"
_STANDS: Final = frozenset({AuditVerdict.CLEAN, AuditVerdict.INCOMPLETE})

Progress = Callable[[int, int], None]


class DirectoryNotEmpty(Conflict):
    title = "this directory is not empty"
    default_hint = "nothing was changed; choose an empty one"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. `in_place` is false where the audit found the copy broken: then nothing of it is left.

    media: what came of the files beside the ledger; those that were changed in the backup, or are not in it, are left out.
    later: who saw a later or another state of the ledger: this copy may be read, and must not go on.
    unasked: witnesses that could not be asked, with the reason.
    erased: records and disclosures that were erased after the backup was made, and so were erased in the copy too.
    """

    report: AuditReport
    in_place: bool
    media: CopiedMedia = NO_MEDIA
    later: tuple[Contradiction, ...] = ()
    unasked: tuple[str, ...] = ()
    erased: int = 0


def restore(
    file: Path,
    data: Path,
    *,
    policy: Policy | None = None,
    kept: bytes | None = None,
    unlock: Path | None = None,
    verify: bool = False,
    receipts: Sequence[tuple[str, bytes]] = (),
    copying: Progress | None = None,
    auditing: Progress | None = None,
    filing: Progress | None = None,
) -> Restored:
    """Copy the backup `file` into the empty directory `data`, audit it there, and let it take its place if it holds.

    The files beside the ledger come from the folder beside the backup.

    Args:
        policy: whom whoever restores trusts. Without one the copy is only checked against itself.
        kept: a checkpoint of this ledger seen earlier: an older copy than that is found out.
        unlock: the unlock file, to check what is indexed under its secret; it is not copied.
        verify: ask the ledger's witnesses too, and leave nothing behind where anybody saw a later state.
        receipts: (name, bytes) of receipts given out; what they prove must be in the copy.

    Raises:
        DirectoryNotEmpty: `data` holds something; it is left as it is. DataUnwritable: it cannot be made, or written.
        GuardInsideData: a guard would lie in `data`; nothing is changed.
        DatabaseUnreadable, LedgerUnfounded: `file` is no backup.
        ErasureListMalformed, ErasureListUnusable: nobody knows what must not come back.
    """
    refuse_unless_empty(data)
    refuse_guard_inside(data, guard_folders())
    made = not data.exists()
    make_data_directory(data)
    stage = data / _STAGE
    stage.mkdir(mode=0o700)
    try:
        (stage / DATABASE_FILE).touch(mode=0o600)
        copy_database(file, stage / DATABASE_FILE, progress=copying)
        trusted = policy or _policy_inside(stage)
        with open_source(str(stage), unlock=unlock) as source:
            report = audit(source, trusted, kept=kept, progress=auditing)
        known, later = KnownStates((), ()), list[Contradiction]()
        if report.verdict in _STANDS:
            known, later = _others_saw(stage, trusted, receipts, ask_witnesses=verify)
        in_place = report.verdict in _STANDS and not (verify and later)
        media, erased = NO_MEDIA, 0
        if in_place:
            _begin_guard(stage)
            erased = _erase_again(stage)
            media = copy_media(stage, media_beside(file), stage / MEDIA_FOLDER, progress=filing)
            _put_in_place(stage, data, policy or _recommended(stage))
    finally:
        shutil.rmtree(stage)
        if made and not any(data.iterdir()):
            data.rmdir()
    return Restored(report, in_place, media, tuple(later), known.silent, erased)


def refuse_unless_empty(data: Path) -> None:
    """Return if `data` is not there or empty.

    Raises:
        DirectoryNotEmpty.
    """
    found = next(data.iterdir(), None) if data.exists() else None
    if found is not None:
        raise DirectoryNotEmpty(seen=str(found), wanted=f"nothing in {data}")


def _policy_inside(stage: Path) -> Policy:
    """What the copy says of itself."""
    with _reading(stage) as connection:
        return own_policy(_governance(connection))


def _recommended(stage: Path) -> Policy:
    """What the copy's governance recommends now: keys in use, witnesses and their quorum."""
    with _reading(stage) as connection:
        return policy_of(_governance(connection))


def _others_saw(
    stage: Path, policy: Policy, receipts: Sequence[tuple[str, bytes]], *, ask_witnesses: bool
) -> tuple[KnownStates, list[Contradiction]]:
    with _reading(stage) as connection:
        state, head = _governance(connection), read_head(connection)
        if head is None:
            raise LedgerUnfounded(seen="a backup without a head")
        # Those of the copy itself are asked too: whoever shows more can only make this stricter.
        named = {line.key: line for line in (*policy_of(state).witnesses, *policy.witnesses)}
        guard = Guard(guard_folders(), origin=state.origin, first_entry=state.first_entry)
        witnesses = tuple(named.values()) if ask_witnesses else ()
        known = ask_everybody(policy, guard, witnesses=witnesses, receipts=receipts)
        return known, contradictions(connection, head.size, known.states)


def _begin_guard(stage: Path) -> None:
    """Whoever restores says so that no later state is known: from here on the copy is guarded."""
    with _reading(stage) as connection:
        state = _governance(connection)
        guard = Guard(guard_folders(), origin=state.origin, first_entry=state.first_entry)
        if guard.newest() is None:
            guard.begin(newest_signed(connection), root_at(connection))


def _erase_again(stage: Path) -> int:
    """What the list beside the guard holds does not come back to life."""
    with _reading(stage) as connection:
        state = _governance(connection)
    return erase_again(stage, read_lists(Guard(guard_folders(), origin=state.origin, first_entry=state.first_entry)))


@contextmanager
def _reading(stage: Path) -> Iterator[Connection]:
    engine = open_engine(stage, read_only=True)
    try:
        with reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _governance(connection: Connection) -> Governance:
    snapshot = read_snapshot(connection)
    if snapshot is None:
        raise LedgerUnfounded(seen="a backup without governance")
    return Governance.from_json(snapshot[1])


def _put_in_place(stage: Path, data: Path, policy: Policy) -> None:
    (data / POLICY_FILE).write_text(policy.text, encoding="utf-8")
    if (stage / MEDIA_FOLDER).is_dir():
        (stage / MEDIA_FOLDER).rename(data / MEDIA_FOLDER)
    make_durable(stage / DATABASE_FILE)
    # Last: a directory with a database in it is a ledger, one without is not.
    (stage / DATABASE_FILE).rename(data / DATABASE_FILE)
    make_durable(data)
