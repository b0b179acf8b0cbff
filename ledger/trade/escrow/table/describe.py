"""The table in words, for people and machines: its transitions, its refusals and its states as plain rows.

Pure, and made from the table alone: what these rows say is what the kernel does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ledger.trade.escrow.conditions import CONDITIONS
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.kernel import GUARDS
from ledger.trade.escrow.refusals.precedence import RANK
from ledger.trade.escrow.regions import FINAL, REGIONS, Own, State, region_of, spelt
from ledger.trade.escrow.table.every import OFF_LINE, REGION_OF_RECORD, ROWS, STATES, refusal_for, rows_for
from ledger.trade.escrow.table.meanings import MEANINGS
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Signers

BOOKS: Final = "books"
"""The region of records of no line: the books of a bank or a fund, which are always open."""
OPEN: Final = f"{BOOKS}:open"


def transition_rows() -> list[dict[str, Any]]:
    """Every transition, in the order of the table, then the records of no line.

    Returns:
        Rows with the keys `from`, `to` (`region:state`), `record type`, `signers` (alternatives, each a list of seats),
        `guard` (what must hold, in words: the condition that chooses the row, then its guards in the order of their
        refusals), `timeout` (words or None), `postings` (codes); and `region`, `also` (moves of other regions that it may
        bring, as [from, to]), `while` (own states in which it may happen; empty where `from` says it), `final`
        (whether nothing leaves `to`).
    """
    return [*map(_transition, ROWS), *_of_no_line()]


def alike(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The transitions put together for readers: a group differs only in `from`, and either ends in one state or stays."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        where = "stays" if row["from"] == row["to"] else row["to"]
        rest = [value for key, value in row.items() if key not in ("from", "to", "final")]
        groups.setdefault(repr((where, rest)), []).append(row)
    return list(groups.values())


def _transition(row: Row) -> dict[str, Any]:
    return {
        "from": spelt(row.before),
        "to": spelt(row.after),
        "record type": row.record,
        "signers": _signers(row.signers),
        "guard": [*filter(None, (CONDITIONS[row.when].says,)), *(GUARDS[name].says for name in _in_order(row.guards))],
        "timeout": None if row.timeout is None else TIMEOUTS[row.timeout].says,
        "postings": list(row.postings),
        "region": region_of(row.before),
        "also": [[spelt(before), spelt(after)] for before, after in row.also],
        "while": [own.value for own in row.while_own],
        "final": row.after in FINAL,
    }


def _in_order(guards: tuple[str, ...]) -> list[str]:
    """Guards as the kernel asks them: by their refusals' precedence."""
    return sorted(guards, key=lambda name: min(RANK[refusal] for refusal in GUARDS[name].refusals))


def _of_no_line() -> Iterator[dict[str, Any]]:
    for record, (signers, postings) in OFF_LINE.items():
        yield {
            "from": OPEN,
            "to": OPEN,
            "record type": record,
            "signers": _signers(signers),
            "guard": list(_OFF_LINE_GUARDS[record]),
            "timeout": None,
            "postings": list(postings),
            "region": BOOKS,
            "also": [],
            "while": [],
            "final": False,
        }


def _signers(signers: Signers) -> list[list[str]]:
    return [[seat.value for seat in seats] for seats in signers]


_FRESH_AT_FUND: Final = "the fund bank's reference was not booked before"
_FRESH: Final = "the custodian's reference was not booked before"
_OFF_LINE_GUARDS: Final = {
    "FeePaid": ("the bank is a custodian of the alliance", _FRESH, "at most what is payable"),
    "StatementReported": ("the bank is a custodian of the alliance", _FRESH),
    "FundPaidIn": (
        "the fund is constituted",
        "a deposit names a merchant, a stake a guarantor, capital nobody",
        _FRESH_AT_FUND,
    ),
    "FundPaidOut": (
        "the fund is constituted",
        "a deposit names a merchant, a stake a guarantor, capital nobody",
        _FRESH_AT_FUND,
        "the fund stays above its floor",
        "what is left of a deposit or stake is what the alliance asks for",
    ),
}


def refusal_rows() -> list[dict[str, Any]]:
    """Every pair of state and record that is no transition, with the code of its refusal.

    Returns:
        Rows with the keys `state` (`region:state`), `record type`, `while` and `refusal`. A record about another region
        than the line's own is first judged by the line's own state: such rows have a state of the region `line`, and hold
        whatever the other regions say. Its other rows hold where the line's own state is one of `while`; elsewhere, `while`
        is empty.
    """
    return [row for record in REGION_OF_RECORD for row in _refusals_of(record)]


def _refusals_of(record: str) -> Iterator[dict[str, Any]]:
    region = REGION_OF_RECORD[record]
    homes = tuple(dict.fromkeys(own for row in ROWS if row.record == record for own in row.while_own))
    for own in Own:
        if own not in homes:
            state: State = own if region == "line" else _first(region)
            yield from _refusal(record, own, state, own, ())
    if region == "line":
        return
    for state in (state for state in STATES if region_of(state) == region):
        if not rows_for(record, state):
            yield from _refusal(record, state, state, homes[0], homes)


def _refusal(record: str, shown: State, state: State, own: Own, homes: tuple[Own, ...]) -> Iterator[dict[str, Any]]:
    refusal = refusal_for(record, state, own)
    if refusal is not None:
        while_own = [home.value for home in homes]
        yield {"state": spelt(shown), "record type": record, "while": while_own, "refusal": refusal.refusal}


def _first(region: str) -> State:
    first: State = next(iter(REGIONS[region]))  # type: ignore[assignment]
    return first


def state_rows() -> list[dict[str, Any]]:
    """Every state with its meaning and its ways out.

    Returns:
        Rows with the keys `state`, `region`, `says`, `start` (where every line begins), `final`, and `out`: lists of
        [record type, next state], moves that another region's record brings with it included.
    """
    ways: dict[State, dict[tuple[str, str], None]] = {state: {} for state in STATES}
    for row in ROWS:
        for before, after in ((row.before, row.after), *row.also):
            if before is not after:
                ways[before][row.record, spelt(after)] = None
    return [
        {
            "state": spelt(state),
            "region": region_of(state),
            "says": MEANINGS[state],
            "start": state is _first(region_of(state)),
            "final": state in FINAL,
            "out": [list(way) for way in ways[state]],
        }
        for state in STATES
    ]
