"""The journal's tables held against the fold of the escrow's records, row by row: what differs, what lacks, what is extra."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from ledger.audit.escrow_notes import EscrowNotes, Judged
from ledger.audit.escrow_rows import EscrowRows, LegColumns, LineColumns, VerdictColumns
from ledger.audit.finding import FindingKind, Place, at_place
from ledger.audit.journal import Journal
from ledger.trade.escrow.accounts import kind_of
from ledger.trade.escrow.clock import due_at
from ledger.trade.escrow.line import Line, Terms, line_from_json, line_to_json
from ledger.trade.escrow.regions import Guarantee

_SHOWN_MAX: Final = 80
_STRAY: Final = {
    "escrow_verdicts": FindingKind.ESCROW_VERDICT_DIFFERS,
    "escrow_legs": FindingKind.ESCROW_LEGS_DIFFER,
    "escrow_leg_sums": FindingKind.ESCROW_LEGS_DIFFER,
}

Key = TypeVar("Key")
Row = TypeVar("Row")
ByEntry = dict[int, dict[Place, list[Row]]]


class EscrowCheck:
    """Holds the rows of one bundle at a time; `finish` compares what only the end of the log can tell."""

    def __init__(self, rows: EscrowRows, journal: Journal) -> None:
        self._rows, self._journal = rows, journal
        self._verdicts: ByEntry[VerdictColumns] | None = None
        self._legs: ByEntry[LegColumns] | None = None
        self._sums: ByEntry[tuple[str, int]] | None = None

    def load(self, start: int, stop: int) -> None:
        """Read the rows of the next bundle; of a table that cannot be read, None."""
        self._verdicts = self._legs = self._sums = None
        with self._journal.reading():
            self._verdicts = self._grouped("escrow_verdicts", self._rows.verdicts(start, stop), start, stop)
        with self._journal.reading():
            self._legs = self._grouped("escrow_legs", self._rows.legs(start, stop), start, stop)
        with self._journal.reading():
            self._sums = self._grouped("escrow_leg_sums", self._rows.leg_sums(start, stop), start, stop)

    def entry(self, index: int, judged: Mapping[Place, Judged] | None) -> None:
        """Compare the rows of one entry; None where its verdicts are not known."""
        if judged is None:
            return
        verdicts = {place: [_verdict_of(one)] for place, one in judged.items()}
        self._compare_places(FindingKind.ESCROW_VERDICT_DIFFERS, "escrow_verdicts", verdicts, self._verdicts, index)
        legs = {place: [LegColumns(at, *leg) for at, leg in enumerate(one.legs)] for place, one in judged.items() if one.legs}
        self._compare_places(FindingKind.ESCROW_LEGS_DIFFER, "escrow_legs", legs, self._legs, index)
        sums = {place: sorted({(leg.currency, 0) for leg in one.legs}) for place, one in judged.items() if one.legs}
        self._compare_places(FindingKind.ESCROW_LEGS_DIFFER, "escrow_leg_sums", sums, self._sums, index)

    def finish(self, notes: EscrowNotes, size: int) -> None:
        """Compare the caches with the end of the log."""
        reading, rows, books = self._journal.reading, self._rows, notes.books
        with reading():
            self._strays(size)
        with reading():
            self._sums_allowed()
        balances = {key: (kind_of(key[0]).value, balance) for key, balance in books.balances.items()}
        self._compare(FindingKind.ESCROW_BALANCE_DIFFERS, "escrow_accounts", balances, rows.accounts)
        lines = {name: _columns_of(line, books.terms(name), notes.terms[name]) for name, line in books.lines.items()}
        self._compare(FindingKind.ESCROW_LINE_DIFFERS, "escrow_lines", lines, rows.lines, told=_line_differs)
        self._compare(FindingKind.ESCROW_READER_DIFFERS, "escrow_line_parties", notes.readers, rows.readers)
        self._compare(FindingKind.ESCROW_SETTLEMENT_DIFFERS, "escrow_settlements", notes.settlements, rows.settlements)
        self._compare(FindingKind.ESCROW_CLOSING_DIFFERS, "escrow_closings", notes.closings, rows.closings)
        self._compare(FindingKind.ESCROW_OWNER_DIFFERS, "escrow_owners", notes.owners, rows.owners)
        self._compare(FindingKind.ESCROW_STATEMENT_DIFFERS, "escrow_statements", notes.statements, rows.statements)

    def _grouped(self, table: str, rows: Iterator[tuple[Place, Row]], start: int, stop: int) -> ByEntry[Row]:
        grouped: ByEntry[Row] = defaultdict(lambda: defaultdict(list))
        for place, row in rows:
            self._journal.checked.projection_rows += 1
            if start <= place[0] < stop:
                grouped[place[0]][place].append(row)
            else:  # a position that is no number sorts anywhere
                self._journal.add(_STRAY[table], f"{table} {at_place(*place)}", "a row, but no record can stand there")
        return grouped

    def _compare_places(
        self, kind: FindingKind, table: str, wanted: Mapping[Place, Sequence[Row]], kept: ByEntry[Row] | None, index: int
    ) -> None:
        if kept is None:
            return
        found: Mapping[Place, Sequence[Row]] = kept.get(index, {})
        if found == wanted:
            return
        for place in sorted(wanted.keys() | found.keys()):
            message = _rows_differ(wanted.get(place, ()), found.get(place, ()))
            if message and not self._journal.is_spoilt(*place):
                self._journal.add(kind, f"{table} {at_place(*place)}", message)

    def _compare(
        self,
        kind: FindingKind,
        table: str,
        wanted: Mapping[Key, Row],
        read: Callable[[], Iterable[tuple[Key, Row]]],
        *,
        told: Callable[[Row, Row], str] | None = None,
    ) -> None:
        """Compare a cache row by row; a row that cannot be read ends it, so that none is called missing."""
        journal, left = self._journal, set(wanted)
        with journal.reading():
            for key, row in read():
                journal.checked.projection_rows += 1
                message = "a row that the log does not give"
                if key in wanted:
                    message = (told or _differs)(row, wanted[key]) if key in left else "a second row of this key"
                    left.discard(key)
                if message:
                    journal.add(kind, f"{table} {_named(key)}", message)
            for key in sorted(left):  # type: ignore[type-var]
                journal.add(kind, f"{table} {_named(key)}", "the row is missing")

    def _strays(self, size: int) -> None:
        for table, place in self._rows.strays(size):
            self._journal.add(_STRAY[table], f"{table} {at_place(*place)}", "a row, but the log has no such entry")

    def _sums_allowed(self) -> None:
        allowed = self._rows.sums_allowed()
        if list(allowed) != [0]:
            seen = ", ".join(_shown(one) for one in allowed) or "none"
            self._journal.add(FindingKind.ESCROW_LEGS_DIFFER, "escrow_zero", f"sums of legs that are allowed: {seen}; only 0 is")


def _verdict_of(judged: Judged) -> VerdictColumns:
    return VerdictColumns(judged.type, judged.subject, judged.line, judged.seq, judged.refusal, " ".join(judged.postings))


def _columns_of(line: Line, terms: Terms, agreed_at: Place) -> LineColumns:
    locked = line.guarantee is Guarantee.LOCKED
    return LineColumns(
        terms=agreed_at,
        serial=terms.agreed.serial,
        state=line_to_json(line),
        seq=line.seq,
        merchant=terms.merchant,
        buyer=terms.agreed.buyer,
        custodian=terms.agreed.custodian,
        currency=line.currency,
        own=line.own.value,
        guarantor=line.guarantor if locked else None,
        cover=line.cover if locked else 0,
        due=due_at(line, terms),
    )


def _line_differs(row: LineColumns, true: LineColumns) -> str:
    """The columns that differ; in the state, the members. A state that is written otherwise but reads the same is right."""
    wrong = [
        f"{name} is {_shown(seen)}, the log gives {_shown(wanted)}"
        for name, seen, wanted in zip(row._fields, row, true, strict=True)
        if seen != wanted and name != "state"
    ]
    return "; ".join([*wrong, *_states_differ(row.state, true.state)])


def _states_differ(seen: bytes, true: bytes) -> Iterator[str]:
    if seen == true:
        return
    try:
        line = line_from_json(seen)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as reason:
        yield f"its state cannot be read: {reason}"
        return
    right = line_from_json(true)
    for name in line.__struct_fields__:
        one, other = getattr(line, name), getattr(right, name)
        if one != other:
            yield f"its state has {name} {_shown(one)}, the log gives {_shown(other)}"


def _rows_differ(wanted: Sequence[Row], found: Sequence[Row]) -> str:
    if list(wanted) == list(found):
        return ""
    if not found:
        return "the row is missing" if len(wanted) == 1 else "the rows are missing"
    if not wanted:
        return "a row that the log does not give"
    pairs = zip(found, wanted, strict=False)
    return next((_differs(one, other) for one, other in pairs if one != other), f"{len(found)} rows, the log gives {len(wanted)}")


def _differs(row: object, true: object) -> str:
    if row == true:
        return ""
    names = getattr(row, "_fields", None)
    if names is None:
        return f"it says {_shown(row)}, the log gives {_shown(true)}"
    pairs: Iterable[tuple[str, Any, Any]] = zip(names, row, true, strict=True)  # type: ignore[call-overload]
    return "; ".join(f"{name} is {_shown(one)}, the log gives {_shown(other)}" for name, one, other in pairs if one != other)


def _named(key: object) -> str:
    """A key as the position of a finding: its parts, places as the report names them, bytes in hexadecimal."""
    if isinstance(key, bytes):
        return key.hex()
    if not isinstance(key, tuple):
        return str(key)
    if len(key) == 2 and all(isinstance(part, int) for part in key):
        return at_place(*key)
    return " ".join(_named(part) for part in key)


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        value = value.hex()
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value):
        return at_place(*value)
    if isinstance(value, tuple):
        return "(" + ", ".join(_shown(part) for part in value) + ")"
    text = "nothing" if value is None else str(getattr(value, "value", value))
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
