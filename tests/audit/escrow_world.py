"""A small ledger with an honest escrow in a data directory, and ways to bend what lies there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.open_source import open_source
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.actions.rehearsal_escrow import play_escrow
from ledger.audit.escrow_report import EscrowReport
from ledger.audit.replay import audit, replay_escrow
from ledger.audit.report import AuditReport
from ledger.audit.source import BatchRecords, KeptRows, LogSource
from ledger.evidence.authority import ReadRule
from ledger.evidence.policy import Policy
from ledger.evidence.tile import TileAddress
from ledger.storage.forging import EscrowScene
from tests.documents import document, event

DOCUMENT = 3
"""The entry of a document of another class."""
RECORDS = 9
REFUSED = 1


def build(data: Path) -> EscrowScene:
    """Two orders in Singapore dollars, one of them paid and accepted; one record is refused, the bank's statement differs."""
    ledger = found_ledger(data, Founding("ledger.example/main"))
    with closing(ledger):
        tea = admit_party(ledger, Admission("tea", ["merchant"], "CN")).party
        bank = admit_party(ledger, Admission("bank", ["bank"], "SG")).party
        submit_document(ledger, Submission(document(event()), HeldAuthor(tea, ReadRule.CODE)), OwnTurn(ledger))
        scene = play_escrow(ledger, merchant=tea, custodian=bank)
        publish_checkpoint(ledger)
    return scene


def policy_of(data: Path) -> Policy:
    return Policy.parse((data / POLICY_FILE).read_text())


def audited(data: Path) -> AuditReport:
    with open_source(str(data)) as source:
        return audit(source, policy_of(data))


def replayed(data: Path, *, signatures: bool = True) -> EscrowReport:
    with open_source(str(data)) as source:
        return replay_escrow(source, policy_of(data), signatures=signatures)


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


def bend(data: Path, *statements: str) -> None:
    """Run statements as somebody does who writes the file directly: no trigger and no constraint holds him."""
    with closing(sqlite3.connect(data / "ledger.sqlite")) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            connection.execute(statement)


@dataclass
class Veiled:
    """A source that withholds the bodies of some entries from its reader, as a server does."""

    source: LogSource
    hidden: frozenset[int]
    kept: KeptRows | None = None
    description = "veiled"

    def newest(self) -> bytes:
        return self.source.newest()

    def published(self) -> Iterator[tuple[int, bytes]]:
        return self.source.published()

    def size(self) -> int:
        return self.source.size()

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        return self.source.entries(start, stop)

    def tile(self, address: TileAddress) -> bytes | None:
        return self.source.tile(address)

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        for index, records in zip(range(start, stop), self.source.records(start, stop), strict=True):
            yield self._veil(records) if index in self.hidden else records

    def _veil(self, records: BatchRecords) -> BatchRecords:
        nothing = [None] * len(records.places)
        return records._replace(salts=nothing, bodies=nothing, withheld=frozenset(records.places))
