"""Take the closing entry off a copy of a closed ledger, so that the copy is as the ledger was before it ended.

Nothing in the product calls this but the rehearsal of attacks, on a copy.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.storage.bare_log import BareLog
from ledger.storage.position import pack


def take_last_entry_off(database: Path) -> None:
    """Remove the last entry, its one governance record and the checkpoints over it; the guards stand again in the end."""
    with closing(sqlite3.connect(database)) as connection, connection:
        log = BareLog(connection)
        guards = log.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in guards:
            log.run(f'DROP TRIGGER "{name}"')
        last = log.size - 1
        log.run('DELETE FROM entries WHERE "index" = ?', last)
        log.run("DELETE FROM batches WHERE entry = ?", last)
        log.run("DELETE FROM note_keys WHERE entry = ?", last)
        log.run("DELETE FROM records WHERE position BETWEEN ? AND ?", pack(last, 0), pack(last + 1, 0) - 1)
        log.run("DELETE FROM checkpoints WHERE size > ?", last)
        log.rebuild_tree()
        for _, guard in guards:
            log.run(guard)


def put_governance(database: Path, snapshot: bytes) -> None:
    """Let this be the state that governance folded to."""
    with closing(sqlite3.connect(database)) as connection, connection:
        log = BareLog(connection)
        log.run("UPDATE governance SET upto = ?, version = version + 1, snapshot = ?", log.size, snapshot)
