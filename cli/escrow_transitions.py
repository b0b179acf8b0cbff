"""`suyuan escrow transitions`: the rules of the escrow as a table for people or machines."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import click

from cli import data_options
from ledger.trade.escrow.table.describe import BOOKS, alike, refusal_rows, state_rows, transition_rows
from ledger.trade.escrow.table.meanings import REGION_MEANINGS

_WIDTH: Final = 100
_INDENT: Final = 4
_TITLE_ROOM: Final = 11
_STATE_ROOM: Final = 16
_CODE_ROOM: Final = 24


@click.command()
@click.option("--states", is_flag=True, help="Show the states and their ways out instead.")
@click.option("--refusals", is_flag=True, help="Show what is refused in which state, by code, instead.")
@data_options.as_json
def command(*, states: bool, refusals: bool, as_json: bool) -> None:
    """Show the rules as one closed table: every transition of an order line.

    A line has a state of its own and ten regions beside it (payout, refund, surplus, guarantee, dispute, advance,
    chargeback, hold, recall, title) that move by themselves. A record is about one region; every pair of a state and a
    record is either a transition of this table or a refusal with a code. A refused record stands in the ledger and moves
    nothing. Signers: any one alternative, complete, and nobody else.

    With --json a row has the members from, to (`region:state`), "record type", signers (alternatives, each a list), guard (what
    must hold), timeout (it comes too early before that, or null), postings (codes, see docs/ESCROW.md), region, also
    (moves of other regions it may bring), while (states of the line in which it may happen), final.

    \b
    Examples:
      suyuan escrow transitions
      suyuan escrow transitions --states
      suyuan escrow transitions --json | jq '.[] | select(."record type" == "ReleaseInstructed")'
    """
    if states and refusals:
        raise click.UsageError("--states and --refusals exclude each other")
    rows = state_rows() if states else refusal_rows() if refusals else transition_rows()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    lines = _states(rows) if states else _refusals(rows) if refusals else _transitions(rows)
    click.echo("\n".join(lines).lstrip("\n"))


def _transitions(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for region in dict.fromkeys(row["region"] for row in rows):
        yield from _heading(region)
        for group in alike(row for row in rows if row["region"] == region):
            yield from _transition(group)
    yield f"\n{len(rows)} transitions"


def _transition(group: Sequence[dict[str, Any]]) -> Iterator[str]:
    row = group[0]
    before = ", ".join(_state(row["from"]) for row in group)
    after = f"{_state(row['to'])}{' (final)' if row['final'] else ''}"
    move = f"stays {before}" if row["from"] == row["to"] else f"{before} -> {after}"
    head = textwrap.wrap(f"{row['record type']}: {move}", _WIDTH - _INDENT)
    yield "\n  " + click.style(head[0], bold=True)
    yield from (f"{'':{_INDENT}}{line}" for line in head[1:])
    yield from _told("signed by", "; or ".join(" and ".join(seats) for seats in row["signers"]))
    yield from _told("if", "; ".join(row["guard"]))
    yield from _told("not before", row["timeout"])
    yield from _told("posts", " ".join(row["postings"]))
    yield from _told("may move", ", ".join(f"{was} -> {_state(becomes)}" for was, becomes in row["also"]))
    yield from _told("while", ", ".join(row["while"]))


def _states(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for region in dict.fromkeys(row["region"] for row in rows):
        yield from _heading(region)
        for row in (row for row in rows if row["region"] == region):
            mark = " (every line begins here)" if row["start"] else " (final)" if row["final"] else ""
            yield f"\n  {click.style(_state(row['state']), bold=True)}{mark}: {row['says']}"
            for after, ways in groupby(sorted(row["out"], key=lambda way: way[1]), key=lambda way: way[1]):
                yield from _told(f"-> {_state(after)}", ", ".join(record for record, _ in ways), room=_STATE_ROOM)


def _refusals(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for record in dict.fromkeys(row["record type"] for row in rows):
        yield f"\n{click.style(record, bold=True)}"
        codes: dict[str, list[str]] = {}
        for row in rows:
            if row["record type"] == record:
                codes.setdefault(row["refusal"], []).append(row["state"])
        for code, where in codes.items():
            yield from _told(code, ", ".join(where), room=_CODE_ROOM)


def _heading(region: str) -> Iterator[str]:
    said = "records of no line" if region == BOOKS else REGION_MEANINGS[region]
    yield "\n" + click.style(f"{region.upper()}: {said}", bold=True)


def _state(spelt: str) -> str:
    return spelt.partition(":")[2]


def _told(title: str, text: str | None, *, room: int = _TITLE_ROOM) -> Iterator[str]:
    """A title and its text, folded under itself; nothing where there is no text."""
    if text:
        head = f"{'':{_INDENT}}{title:{room}} "
        under = " " * (_INDENT + room + 1)
        yield from textwrap.wrap(text, _WIDTH, initial_indent=head, subsequent_indent=under, break_long_words=False)
