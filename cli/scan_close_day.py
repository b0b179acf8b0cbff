"""`suyuan scan close-day`: the operator says how many scans a day had, or checks what it said."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from cli import data_options
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.scans.close_day import ClosedDay, check_day, close_day, close_days


@click.command()
@click.argument("day", required=False, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--check", is_flag=True, help="Write nothing: compare the rows of a closed day with what the ledger says.")
@data_options.data
@data_options.unlock
@data_options.as_json
def command(*, day: datetime | None, check: bool, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Close days of scans that are over.

    Writes how many scans were counted on DAY (UTC), or on every day that is still open, signed by the operator's party, with
    a root over the rows, so that none is made up later. A server does the same by itself; this is for cron and for proof.

    \b
    Examples:
      suyuan scan close-day --data DIR
      suyuan scan close-day 2026-11-20 --check --data DIR
    """
    chosen = None if day is None else day.date()
    if check:
        if chosen is None:
            raise click.UsageError("--check needs a DAY")
        with data_options.opened(data, unlock) as ledger:
            found = [check_day(ledger, chosen)]
    else:
        found = _close(data, unlock, chosen)
    if as_json:
        click.echo(json.dumps([_json(one) for one in found]))
        return
    for one in found:
        click.echo(f"{one.body.day}  {one.body.scans} scans of {one.body.items} items  entry {one.entry}")
    if not found:
        click.echo("no day is open that is over", err=True)


def _close(data: Path, unlock: Path | None, day: date | None) -> list[ClosedDay]:
    with data_options.changed(data, unlock) as ledger:
        queue, desk = OwnTurn(ledger), OwnDesk(ledger)
        if day is None:
            return close_days(ledger, queue=queue, desk=desk)
        return [close_day(ledger, day, queue=queue, desk=desk)]


def _json(closed: ClosedDay) -> dict[str, object]:
    body = closed.body
    return {
        "day": str(body.day),
        "scans": body.scans,
        "items": body.items,
        "root": body.root.hex(),
        "entry": closed.entry,
        "repeated": closed.repeated,
    }
