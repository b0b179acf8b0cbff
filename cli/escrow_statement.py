"""`suyuan escrow statement`: the signed statement of account of an order line."""

from __future__ import annotations

from pathlib import Path

import click

from cli import data_options
from cli.money_ways import way


@click.command()
@click.argument("line")
@click.option("--out", type=data_options.NEW_FILE, help="Write it into this file instead of standard output.")
@data_options.url_of_server
@data_options.api_key_file
@data_options.data_if_local
@data_options.unlock
def command(
    *, line: str, out: Path | None, url: str | None, api_key_file: Path | None, data: Path | None, unlock: Path | None
) -> None:
    """Make the statement of account of LINE: every leg with its record, signed by the operator's party.

    Check it with `suyuan escrow check-statement`.

    \b
    Example:
      suyuan escrow statement ledger.example/party/tea/order-17/1 --data DIR --out statement
    """
    with way(url=url, api_key_file=api_key_file, data=data, unlock=unlock) as found:
        note = found.statement(line)
    if out is None:
        click.echo(note.decode(), nl=False)
    else:
        out.write_bytes(note)
        click.echo(f"statement: {out}")
