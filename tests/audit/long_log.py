"""A data directory with more entries than a bundle: parties, an escrow, an erasure, documents small and large."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.evidence.authority import ReadRule
from ledger.evidence.policy import Policy
from tests.audit import escrow_world
from tests.documents import document, event

EARLY = 60
"""The size of a checkpoint published on the way, after the escrow."""
SIZE = 300
LARGE = 290
"""An entry of 301 records."""


def build(data: Path) -> None:
    """About 300 entries; a checkpoint at the size of the escrow, one at `EARLY`, and one at the end."""
    escrow_world.build(data)
    grow(data, EARLY)
    grow(data, SIZE)


def grow(data: Path, size: int, unlock: Path | None = None) -> None:
    """Add documents until the log has `size` entries, and publish."""
    with closing(open_ledger(data, unlock=unlock)) as ledger:
        turn, author = OwnTurn(ledger), HeldAuthor("ledger.example/party/tea", ReadRule.CODE)
        for index in range(ledger.head().size, size):
            submit_document(ledger, Submission(document(*_events(index)), author), turn)
        publish_checkpoint(ledger)


def say_again(data: Path, index: int) -> int:
    """Write the first event of entry `index` once more, as a server without its index would; return the new entry."""
    with closing(sqlite3.connect(data / "ledger.sqlite")) as connection, connection:
        kept = connection.execute("SELECT key, position FROM event_keys WHERE position = ?", ((index << 14) + 1,)).fetchall()
        connection.execute("DELETE FROM event_keys WHERE position = ?", ((index << 14) + 1,))
    with closing(open_ledger(data)) as ledger:
        again = ledger.head().size
        author = HeldAuthor("ledger.example/party/tea", ReadRule.CODE)
        submit_document(
            ledger, Submission(document(next(_events(index)), creationDate="2026-11-20T07:31:00.000Z"), author), OwnTurn(ledger)
        )
        publish_checkpoint(ledger)
    with closing(sqlite3.connect(data / "ledger.sqlite")) as connection, connection:
        connection.executemany("INSERT INTO event_keys VALUES (?, ?)", kept)
    return again


def policy_of(data: Path) -> Policy:
    return escrow_world.policy_of(data)


def checkpoint_of(data: Path, size: int) -> bytes:
    """The published checkpoint of this size."""
    with closing(sqlite3.connect(data / "ledger.sqlite")) as connection:
        (note,) = connection.execute("SELECT note FROM checkpoints WHERE size = ?", (size,)).fetchone()
    return bytes(note)


def _events(index: int) -> Iterator[dict[str, Any]]:
    number = 1_000 * index
    if index == LARGE:
        yield from (event(number + more) for more in range(300))
        return
    yield event(number, epcList=[f"urn:epc:id:sgtin:9506000.013435.{number}", "urn:example:crate"])
    yield event(number + 1, type="ObjectEvent", eventID=None, bizStep=f"urn:example:step:{number}")
