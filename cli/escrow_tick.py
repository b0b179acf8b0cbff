"""`suyuan escrow tick`: the operator's clock says once what is due."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import data_options
from ledger.actions.escrow.as_json import verdict_json
from ledger.actions.escrow.keep_deadlines import BEGINNING, Tick, keep_deadlines
from ledger.actions.log.own_turn import OwnTurn


@click.command()
@data_options.data
@data_options.unlock
@data_options.as_json
def command(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Keep the deadlines that have passed.

    Looks at every order line that is due and says, signed by the operator's party with its held key, what the rules let
    the clock say now: acceptance after silence, release, refund, closing. What the rules would refuse is not said. A
    server does the same every SUYUAN_ESCROW_TICK_S seconds; this is for those that serve with it off, and for cron.

    \b
    Example:
      suyuan escrow tick --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        tick = keep_deadlines(ledger, OwnTurn(ledger))
        origin = ledger.origin
    if as_json:
        said = {
            "due": tick.due,
            "complete": tick.resume == BEGINNING,
            "written": [verdict_json(verdict, origin) for verdict in tick.written],
        }
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    _show(tick)


def _show(tick: Tick) -> None:
    for verdict in tick.written:
        what = f"{verdict.position.entry}/{verdict.position.place}  {verdict.type}  {verdict.line}"
        click.echo(what if verdict.refusal is None else f"{what}  refused: {verdict.refusal}")
    click.echo(f"lines due: {tick.due}, records written: {len(tick.written)}", err=True)
    if tick.resume != BEGINNING:
        click.echo("More lines are due than one tick looks at: run it again.", err=True)
