"""What the ledger alone says of the escrow: every line, every balance, every refusal, and whether the invariants hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import msgspec

from ledger.audit.escrow import EscrowReplay
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.trade.escrow.accounts import Box
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.regions import REGIONS

_SEGREGATION: Final = ("I4", "I5", "I6", "I17")
"""Client money apart by bank, a fund's apart from both, each line's boxes and waiting money apart from every other's."""
_APART: Final = frozenset(
    {"name", "seq", "head", "own", *(region for region in REGIONS if region != "line"), *(box.value for box in Box)}
)
"""Members of a line that stand elsewhere in its JSON."""


@dataclass(frozen=True, slots=True)
class EscrowReport:
    """One replay.

    Args:
        audit: what was found and what not checked of the log that the records were read from.
        origin: of the ledger, for the addresses of records.
        entries, records: of class escrow; `accepted` and the `refusals` by code are the records judged.
        until: the first entry from which on nothing could be judged, or None where all was.
        signatures: whether the signatures of the records' batches were checked.
    """

    audit: AuditReport
    origin: str
    entries: int
    records: int
    accepted: int
    refusals: Mapping[str, int]
    until: int | None
    books: MemoryBooks
    invariants: tuple[str, ...]
    signatures: bool

    @classmethod
    def of(cls, report: AuditReport, replay: EscrowReplay, *, origin: str, signatures: bool) -> EscrowReport:
        return cls(
            audit=report,
            origin=origin,
            entries=replay.entries,
            records=replay.records,
            accepted=replay.records - replay.refusals.total(),
            refusals=dict(sorted(replay.refusals.items())),
            until=replay.doubted_from,
            books=replay.notes.books,
            invariants=replay.broken,
            signatures=signatures,
        )

    @property
    def verdict(self) -> AuditVerdict:
        return AuditVerdict.BROKEN if self.invariants else self.audit.verdict

    @property
    def zero_sum(self) -> bool:
        """Whether all accounts sum to zero in every currency."""
        return not self._breaks(("I1", "I2"))

    @property
    def segregated(self) -> bool:
        """Whether no bank, fund or line holds another's money."""
        return not self._breaks(_SEGREGATION)

    def _breaks(self, names: tuple[str, ...]) -> bool:
        return any(breach.partition(":")[0] in names for breach in self.invariants)

    def to_json(self) -> dict[str, Any]:
        """Members as docs/FORMATS.md, "Replay of the escrow", has them."""
        audit = self.audit.to_json()
        return {
            "clean": self.verdict is AuditVerdict.CLEAN,
            "size": self.audit.size,
            "signatures": self.signatures,
            "entries": self.entries,
            "records": self.records,
            "accepted": self.accepted,
            "refused": self.records - self.accepted,
            "refusals": dict(self.refusals),
            "until": self.until,
            "lines": {name: line_members(line, self.origin) for name, line in sorted(self.books.lines.items())},
            "balances": {currency: dict(accounts) for currency, accounts in self.books.by_currency().items()},
            "zero_sum": self.zero_sum,
            "segregated": self.segregated,
            "invariants": list(self.invariants),
            "findings": audit["findings"],
            "not_checked": audit["not_checked"],
        }


def line_members(line: Line, origin: str) -> dict[str, Any]:
    """A line as JSON: the state of every region, what lies in every box, and whatever else its records noted."""
    noted = {name: _plain(getattr(line, name)) for name in line.__struct_fields__ if name not in _APART}
    return {
        "seq": line.seq,
        "prev": str(line.address(origin)),
        "states": {region: line.state(region).value for region in REGIONS},
        "boxes": {box.value: line.box(box) for box in Box},
        **noted,
    }


def _plain(value: object) -> object:
    """Digests in base64, enumerations by their value."""
    return value.value if isinstance(value, Enum) else msgspec.to_builtins(value)
