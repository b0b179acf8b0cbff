"""The closed tables of the escrow, as they stand in docs/ESCROW.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.problems import status_of
from ledger.trade.escrow import accounts
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.invariants import INVARIANTS
from ledger.trade.escrow.postings import POSTINGS
from ledger.trade.escrow.refusals.precedence import REFUSALS
from ledger.trade.escrow.regions import Own
from ledger.trade.escrow.table.describe import BOOKS, alike, refusal_rows, state_rows, transition_rows
from ledger.trade.escrow.table.every import ROWS
from ledger.trade.escrow.table.goods import FROM_AGREED, UNDECIDED
from ledger.trade.escrow.table.meanings import REGION_MEANINGS
from tests.house.markdown import names, table

ANY: Final = "any, from agreed on"
PAID: Final = "any, from funded on"
HOLDING: Final = "money held, nothing decided"
_SETS: Final = {
    frozenset(own.value for own in FROM_AGREED): ANY,
    frozenset(own.value for own in FROM_AGREED if own is not Own.AGREED): PAID,
    frozenset(own.value for own in UNDECIDED): HOLDING,
}

ELSEWHERE: Final[Mapping[str, tuple[str, str]]] = {
    "I1": ("the legs of one record sum to zero per currency", "at each posting: anything else is refused as `unbalanced`"),
    "I8": (
        "one record is at most one posting, in the order of positions; the same ledger gives the same balances",
        "by the journal's unique positions, and by the audit, which replays the ledger",
    ),
    "I9": (
        "the books' custody is the bank's own statement",
        "at each `StatementReported`: a difference is kept, and releases of that bank and currency wait (`statement_break`)",
    ),
    "I13": ("a serial has one owner", "at each `TitleTransferred`: the seller is the owner that the books know (`not_owner`)"),
    "I14": (
        "every decision of the clock cites a checkpoint of the log",
        "at each record of the operator: `clock_not_witnessed`, `window_open`",
    ),
    "I16": (
        "a ruling is made under the rule pack that the order pinned",
        "at each ruling: `rule_pack_unknown` where it names another",
    ),
}
"""Invariants of a step or of the whole ledger: what holds, and where it is checked."""

_BANK, _FUND, _PARTY, _LINE = "<bank>", "<fund>", "<party>", "<line>"
ACCOUNTS: Final = (
    (accounts.custody(_BANK), "client money that the custodian holds"),
    (accounts.unalloc(_BANK), "client money that waits without a purpose"),
    (accounts.payable("<fee>", _BANK), "fees put aside by releases: platform, inspection, tax, spread"),
    (accounts.box(_LINE, accounts.Box.HELD), "the buyer's money, nothing decided"),
    (accounts.box(_LINE, accounts.Box.DISPUTED), "frozen by a dispute"),
    (accounts.box(_LINE, accounts.Box.REL), "on its way to the merchant"),
    (accounts.box(_LINE, accounts.Box.REF), "on its way to the buyer"),
    (accounts.box(_LINE, accounts.Box.REC), "frozen for the fund, which has paid the buyer first"),
    (accounts.fund_cash(_FUND), "cash of the fund at its own bank"),
    (accounts.recourse(_FUND, _PARTY), "what the fund may recover from a merchant or buyer"),
    (accounts.fund_equity(_FUND, "capital"), "capital paid in"),
    (accounts.fund_equity(_FUND, "loss"), "what the fund has borne"),
    (accounts.claims(_FUND), "promised to buyers and not paid yet"),
    (accounts.deposit(_FUND, "<merchant>"), "a merchant's deposit"),
    (accounts.stake(_FUND, "<guarantor>", "free"), "a guarantor's stake, not bound"),
    (accounts.stake(_FUND, "<guarantor>", "locked"), "a guarantor's stake, bound to lines"),
    (accounts.card_payable(_FUND, "<psp>"), "owed to a payment service for chargebacks"),
    (accounts.points("<guarantor>"), "points of a guarantor, in millionths"),
    (accounts.points("issued"), "the other side of all points"),
)
"""Every account of the chart with its meaning."""


def transition_tables() -> str:
    """A heading and a table per region."""
    rows = transition_rows()
    return "\n\n".join(
        f"### {_title(region)}\n\n" + _transitions([row for row in rows if row["region"] == region])
        for region in dict.fromkeys(row["region"] for row in rows)
    )


def _title(region: str) -> str:
    return "Records of no line" if region == BOOKS else f"{region.capitalize()}: {REGION_MEANINGS[region]}"


def _transitions(rows: Sequence[dict[str, Any]]) -> str:
    beside = any(row["while"] for row in rows)
    head = ("Record", "From", "To", "Signed by", "What must hold", "Not before", "Postings", "May also move")
    lines = [_transition(group, beside=beside) for group in alike(rows)]
    return table((*head, "Line in") if beside else head, lines)


def _transition(group: Sequence[dict[str, Any]], *, beside: bool) -> tuple[str, ...]:
    row = group[0]
    stays = row["from"] == row["to"]
    line = (
        f"`{row['record type']}`",
        _states([row["from"] for row in group]),
        "stays" if stays else f"`{_short(row['to'])}`" + (", final" if row["final"] else ""),
        "; or ".join(" and ".join(seats) for seats in row["signers"]),
        "; ".join(row["guard"]),
        row["timeout"] or "",
        " ".join(row["postings"]),
        ", ".join(f"{before} → {_short(after)}" for before, after in row["also"]),
    )
    return (*line, _homes(row["while"])) if beside else line


def _states(spelt: Sequence[str]) -> str:
    short = [_short(state) for state in spelt]
    return _SETS.get(frozenset(short), names(short)) if spelt[0].startswith("line:") else names(short)


def _homes(while_own: Sequence[str]) -> str:
    return _SETS.get(frozenset(while_own), names(while_own))


def _short(spelt: str) -> str:
    return spelt.partition(":")[2]


def state_tables() -> str:
    """Every state with its ways out, a table per region."""
    rows = state_rows()
    return "\n\n".join(
        f"### States of {region}\n\n"
        + table(("State", "Meaning", "Ways out"), [_state(row) for row in rows if row["region"] == region])
        for region in dict.fromkeys(row["region"] for row in rows)
    )


def _state(row: dict[str, Any]) -> tuple[str, ...]:
    ways: dict[str, list[str]] = {}
    for record, after in row["out"]:
        ways.setdefault(_short(after), []).append(record)
    out = "; ".join(f"**{after}** by {names(records)}" for after, records in ways.items())
    mark = ", the start" if row["start"] else ""
    return (f"`{_short(row['state'])}`{mark}", row["says"], "none: final" if row["final"] else out)


def refusal_table() -> str:
    """Every refusal, first things first."""
    rows = [
        (str(rank), f"`{code}`", refusal.title, f"`{refusal.__name__}`", str(status_of(refusal)))
        for rank, (code, refusal) in enumerate(REFUSALS.items(), start=1)
    ]
    return table(("", "Code", "What happened", "Error", "HTTP"), rows)


def refused_pairs_table() -> str:
    """Record to what refuses it in which states."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in refusal_rows():
        found.setdefault(row["record type"], {}).setdefault(row["refusal"], []).append(row["state"])
    rows = [
        (f"`{record}`", "; ".join(f"`{code}` in {_listed(states)}" for code, states in codes.items()))
        for record, codes in found.items()
    ]
    return table(("Record", "Refused as"), rows)


def _listed(states: Sequence[str]) -> str:
    together = _SETS.get(frozenset(map(_short, states))) if states[0].startswith("line:") else None
    return together or ", ".join(_short(state) if state.startswith("line:") else state for state in states)


def account_table() -> str:
    """The chart of accounts."""
    rows = [(f"`{name}`", says, accounts.kind_of(name).value, f"`{accounts.group_of(name, _BANK)}`") for name, says in ACCOUNTS]
    return table(("Account", "What stands there", "Kind", "Group"), rows)


def posting_table() -> str:
    """Every code of a posting."""
    return table(("Code", "When", "Debit", "Credit", "Amount"), [(code, *posting) for code, posting in POSTINGS.items()])


def timeout_table() -> str:
    """Every deadline and what waits for it."""
    rows = []
    for name, timeout in TIMEOUTS.items():
        waiting = dict.fromkeys(row.record for row in ROWS if row.timeout == name)
        signers = dict.fromkeys(seat.value for row in ROWS if row.timeout == name for seats in row.signers for seat in seats)
        rows.append((timeout.says, names(waiting), ", ".join(signers)))
    return table(("Not before", "Record", "Said by"), rows)


def invariant_table() -> str:
    """I1 to I18, and where each is checked."""
    found = {
        **ELSEWHERE,
        **{name: (invariant.says, "over the whole books, after replay") for name, invariant in INVARIANTS.items()},
    }
    rows = [(name, *found[name]) for name in sorted(found, key=lambda name: int(name[1:]))]
    return table(("", "What holds", "Where it is checked"), rows)
