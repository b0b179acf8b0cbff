"""Bring a backup back into an empty directory, audited before it takes its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.actions.log.back_up import make_durable, media_beside
from ledger.actions.log.open_source import open_source
from ledger.actions.media.copy_media import NO_MEDIA, CopiedMedia, copy_media
from ledger.actions.open_ledger import LedgerUnfounded
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.trace.check_proof import own_policy
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.errors import Conflict
from ledger.evidence.policy import Policy
from ledger.storage.database import DATABASE_FILE, open_engine, reading
from ledger.storage.governance import read_snapshot
from ledger.storage.media_files import MEDIA_FOLDER
from ledger.storage.sqlite import copy_database
from ledger.trade.parties.state import Governance

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
    """

    report: AuditReport
    in_place: bool
    media: CopiedMedia = NO_MEDIA


def restore(
    file: Path,
    data: Path,
    *,
    policy: Policy | None = None,
    kept: bytes | None = None,
    unlock: Path | None = None,
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

    Raises:
        DirectoryNotEmpty: `data` holds something; it is left as it is.
        DatabaseUnreadable, LedgerUnfounded: `file` is no backup.
    """
    refuse_unless_empty(data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    stage = data / _STAGE
    stage.mkdir(mode=0o700)
    try:
        (stage / DATABASE_FILE).touch(mode=0o600)
        copy_database(file, stage / DATABASE_FILE, progress=copying)
        trusted = policy or _policy_inside(stage)
        with open_source(str(stage), unlock=unlock) as source:
            report = audit(source, trusted, kept=kept, progress=auditing)
        in_place = report.verdict in _STANDS
        media = NO_MEDIA
        if in_place:
            media = copy_media(stage, media_beside(file), stage / MEDIA_FOLDER, progress=filing)
            _put_in_place(stage, data, trusted)
    finally:
        shutil.rmtree(stage)
    return Restored(report, in_place, media)


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
    engine = open_engine(stage, read_only=True)
    try:
        with reading(engine) as connection:
            snapshot = read_snapshot(connection)
    finally:
        engine.dispose()
    if snapshot is None:
        raise LedgerUnfounded(seen="a backup without governance")
    return own_policy(Governance.from_json(snapshot[1]))


def _put_in_place(stage: Path, data: Path, policy: Policy) -> None:
    (data / POLICY_FILE).write_text(policy.text, encoding="utf-8")
    if (stage / MEDIA_FOLDER).is_dir():
        (stage / MEDIA_FOLDER).rename(data / MEDIA_FOLDER)
    make_durable(stage / DATABASE_FILE)
    # Last: a directory with a database in it is a ledger, one without is not.
    (stage / DATABASE_FILE).rename(data / DATABASE_FILE)
    make_durable(data)
