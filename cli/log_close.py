"""`suyuan log close`: end a ledger for good."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import data_options
from ledger.actions.parties.close_ledger import close_ledger
from ledger.trade.parties.body_parts import CLOSING_REASONS


@click.command()
@click.option("--successor", metavar="ORIGIN", help="The ledger that goes on from here.")
@click.option("--no-successor", is_flag=True, help="No ledger does.")
@click.option("--reason", type=click.Choice(CLOSING_REASONS), required=True, help="Why.")
@data_options.data
@data_options.unlock
@data_options.as_json
def command(*, successor: str | None, no_successor: bool, reason: str, data: Path, unlock: Path | None, as_json: bool) -> None:
    """End this ledger for good.

    The last entry names the ledger that goes on, and the last checkpoint covers it; everything after that is refused. There
    is no way back. Erase first what must be erased and settle the lines of the escrow: here nothing can be said any more.
    Everything in it stays provable, and `suyuan init --continues` founds the next ledger.

    \b
    Example:
      suyuan log close --successor ledger.example/second --reason moved --data DIR
    """
    if (successor is None) is not no_successor:
        raise click.UsageError("give either --successor ORIGIN or --no-successor")
    with data_options.changed(data, unlock) as ledger:
        written = close_ledger(ledger, successor=successor, reason=reason)
    size = written.entry + 1
    if as_json:
        click.echo(json.dumps({"entry": written.entry, "size": size, "successor": successor}))
        return
    click.echo(f"closed: entry {written.entry}\nlast checkpoint: size {size}")
