"""What a ledger acknowledged, kept by whoever sent it; and the look whether all of it is still there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.actions.log.open_source import open_source
from ledger.actions.open_ledger import UNLOCK_FILE, open_ledger
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.audit.replay import audit
from ledger.audit.report import AuditVerdict
from ledger.evidence.policy import Policy
from ledger.storage.database import reading
from ledger.storage.entries import read_records
from ledger.storage.position import first_of


class Acknowledgement(NamedTuple):
    """The answer to one event: the bytes that were sent, and the position that they are said to have."""

    body: bytes
    entry: int
    place: int


@dataclass
class Acknowledged:
    """Everything that was acknowledged so far; threads add to it."""

    events: list[Acknowledgement] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    """When each of `events` was known to be acknowledged, in seconds since the epoch."""
    attempts: int = 0
    refused: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, events: Iterable[Acknowledgement]) -> None:
        with self._lock:
            before = len(self.events)
            self.events += events
            self.moments += [time.time()] * (len(self.events) - before)

    def tried(self) -> None:
        with self._lock:
            self.attempts += 1

    def turned_away(self) -> None:
        with self._lock:
            self.refused += 1


class Loss(AssertionError):
    """An acknowledged event is not there, or not as it was sent; or the audit is not clean."""


def confirm(data: Path, acknowledged: Acknowledged) -> int:
    """Return how many acknowledged events were found, byte for byte, at their positions; all of them, or it is a loss."""
    found = 0
    with closing(open_ledger(data)) as ledger, reading(ledger.engine) as connection:
        for start in range(0, len(acknowledged.events), 500):
            part = {first_of(one.entry) + one.place: one.body for one in acknowledged.events[start : start + 500]}
            held = {first_of(r.position.entry) + r.position.place: r.body for r in read_records(connection, sorted(part))}
            for packed, body in part.items():
                if held.get(packed) != body:
                    raise Loss(f"position {packed} holds {held.get(packed)!r}, acknowledged was {body!r}")
                found += 1
    return found


def audit_clean(data: Path) -> int:
    """Audit the directory as its operator would; return the number of entries.

    Raises:
        Loss: there is a finding, or something could not be checked.
    """
    policy = Policy.parse((data / POLICY_FILE).read_text("utf-8"))
    with open_source(str(data), unlock=data / UNLOCK_FILE) as source:
        report = audit(source, policy)
    if report.verdict is not AuditVerdict.CLEAN:
        raise Loss(
            f"audit {report.verdict}: {[f'{f.kind} {f.position} {f.message}' for f in report.findings[:5]]} {report.not_checked}"
        )
    return report.checked.entries
