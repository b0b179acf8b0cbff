"""Sequencing: the only writer of entries. A group of waiting batches is chained and committed in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.actions.log.aside import Aside
from ledger.actions.log.staging import Outcome, StagedBatch
from ledger.actions.log.turn import Turn
from ledger.actions.open_ledger import Ledger
from ledger.storage.database import writing
from ledger.storage.jobs import Job
from ledger.storage.kept_connection import KeptConnection


def sequence_group(
    ledger: Ledger,
    group: Sequence[StagedBatch],
    jobs: Sequence[Job] = (),
    asides: Sequence[Aside[Any]] = (),
    *,
    kept: KeptConnection | None = None,
) -> list[Outcome]:
    """Give each waiting batch its turn, in order; commit what was accepted together.

    One outcome a batch: `Sequenced`, `KeysTaken`, or the error that refused it. A refused batch leaves
    nothing behind. `jobs` are kept in the same transaction, beside those of accepted batches; `asides` are done in it first.
    `kept` is the connection of whoever does this all day.

    Raises:
        LedgerBusy: the database could not be written; nothing was.
    """
    with writing(ledger.engine) if kept is None else kept.writing() as connection:
        for aside in asides:
            aside.run(connection)
        if not group and not jobs:
            return []
        turn = Turn(ledger, connection, group)
        outcomes = [turn.take(batch) for batch in group]
        turn.write(jobs)
    turn.remember()
    return outcomes
