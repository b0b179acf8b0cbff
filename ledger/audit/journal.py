"""Where the checks write what they find: each thing once, nothing that merely follows from another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.audit.finding import Finding, FindingKind, at_entry, at_place
from ledger.audit.source import SourceUnreadable

if TYPE_CHECKING:
    from ledger.audit.kept_state import KeptJournal

SHOWN_PER_KIND_MAX: Final = 200


@dataclass
class Checked:
    """How much was looked at. `erased` are records without a body whose commitment is intact."""

    entries: int = 0
    records: int = 0
    bodies: int = 0
    erased: int = 0
    signatures: int = 0
    checkpoints: int = 0
    tiles: int = 0
    projection_rows: int = 0
    escrow_records: int = 0


class _Mark(NamedTuple):
    findings: int
    counts: Counter[FindingKind]
    not_checked: int


@dataclass
class Journal:
    """Findings, counters, and what could not be checked.

    `spoilt` are entries whose bytes are known to be wrong: whatever else is wrong with them follows from that.
    `unread` are positions that the source could not read: that nothing is known of them follows from that.
    `key_changes` say where in the log governance changed the log's own keys.
    """

    checked: Checked = field(default_factory=Checked)
    spoilt: set[int] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    key_changes: list[str] = field(default_factory=list)
    _findings: list[Finding] = field(default_factory=list)
    _counts: Counter[FindingKind] = field(default_factory=Counter)
    _not_checked: dict[str, None] = field(default_factory=dict)
    _places: set[tuple[int, int]] = field(default_factory=set)
    _touched: set[int] = field(default_factory=set)
    _before: _Mark = field(default_factory=lambda: _Mark(0, Counter(), 0))

    def add(self, kind: FindingKind, position: str, message: str) -> None:
        """Write down a finding that is about no single entry."""
        self._counts[kind] += 1
        if self._counts[kind] <= SHOWN_PER_KIND_MAX:
            self._findings.append(Finding(kind, position, message))

    def spoil(self, kind: FindingKind, index: int, message: str) -> None:
        """An entry's own bytes are wrong; later findings about it are left out."""
        self.add(kind, at_entry(index), message)
        self.spoilt.add(index)

    def entry(self, kind: FindingKind, index: int, message: str) -> None:
        if index not in self.spoilt:
            self.add(kind, at_entry(index), message)

    def record(self, kind: FindingKind, index: int, place: int, message: str) -> None:
        """One finding a record: the first one names the cause."""
        if index not in self.spoilt and (index, place) not in self._places:
            self.mark(index, place)
            self.add(kind, at_place(index, place), message)

    def mark(self, index: int, place: int) -> None:
        """This record's fault was told with that of another."""
        self._places.add((index, place))
        self._touched.add(index)

    def is_spoilt(self, index: int, place: int) -> bool:
        """Whether something is wrong with this record or its entry already."""
        return index in self.spoilt or (index, place) in self._places

    def unreadable(self, reason: SourceUnreadable) -> None:
        """Write down, once, what the source could not read."""
        if reason.part not in self.unread:
            self.unread.add(reason.part)
            self.add(FindingKind.SOURCE_UNREADABLE, reason.part, f"{reason.seen}")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let one stage end where the source cannot be read, and the audit go on after it."""
        try:
            yield
        except SourceUnreadable as reason:
            self.unreadable(reason)

    def leave(self, what: str) -> None:
        """Say once that `what` was not checked."""
        self._not_checked[what] = None

    def begin(self) -> None:
        """From here on entries are folded: what was said before is said again by whoever goes on with a kept state."""
        self._before = _Mark(len(self._findings), Counter(self._counts), len(self._not_checked))

    def keep(self) -> dict[str, Any]:
        """What was written down since the fold began, as the members of `KeptJournal`."""
        before = self._before
        return {
            "checked": self.checked,
            "spoilt": sorted(self.spoilt),
            "unread": sorted(self.unread),
            "key_changes": list(self.key_changes),
            "findings": [(one.kind.value, one.position, one.message) for one in self._findings[before.findings :]],
            "counts": {kind.value: count for kind, count in (self._counts - before.counts).items()},
            "not_checked": list(self._not_checked)[before.not_checked :],
            "places": sorted(self._places),
        }

    def resume(self, kept: KeptJournal) -> None:
        """Go on from what was written down before, after what this audit said so far."""
        self.checked = kept.checked
        self.spoilt.update(kept.spoilt)
        self.unread.update(kept.unread)
        self.key_changes += kept.key_changes
        self._findings += [Finding(FindingKind(kind), position, message) for kind, position, message in kept.findings]
        self._counts.update({FindingKind(kind): count for kind, count in kept.counts.items()})
        self._not_checked.update(dict.fromkeys(kept.not_checked))
        for index, place in kept.places:
            self.mark(index, place)

    def has(self, kind: FindingKind, position: str) -> bool:
        return any((finding.kind, finding.position) == (kind, position) for finding in self._findings)

    def explain(self, kind: FindingKind, position: str, more: str) -> None:
        """Add to the message of a finding what was learned later."""
        self._findings = [
            replace(found, message=f"{found.message}; {more}") if (found.kind, found.position) == (kind, position) else found
            for found in self._findings
        ]

    def touches(self, index: int) -> bool:
        """Whether anything is wrong with this entry or a record of it already."""
        return index in self.spoilt or index in self._touched

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them in the order found; of a kind found very often, the first ones and a line with the number."""
        more = [
            Finding(kind, "further on", f"{count - SHOWN_PER_KIND_MAX} more of this kind are not listed")
            for kind, count in self._counts.items()
            if count > SHOWN_PER_KIND_MAX
        ]
        return (*self._findings, *more)

    @property
    def not_checked(self) -> tuple[str, ...]:
        return tuple(self._not_checked)
