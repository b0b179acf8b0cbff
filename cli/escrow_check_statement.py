"""`suyuan escrow check-statement`: check a statement of account offline."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import data_options
from cli.boundary import one_line
from ledger.actions.escrow.statement import check_statement
from ledger.evidence.instant import format_instant
from ledger.evidence.key import VerifierKey


@click.command()
@click.argument("file", type=data_options.FILE)
@click.option("--key", required=True, help="The public key of the operator's party, as `suyuan party show` prints it.")
@data_options.as_json
def command(*, file: Path, key: str, as_json: bool) -> None:
    """Check the statement of account in FILE: its form, its signature by KEY, and every sum in it.

    Whether the ledger says the same, `suyuan audit` and `suyuan escrow replay` show.

    \b
    Example:
      suyuan escrow check-statement statement --key "$(cat clock.vkey)"
    """
    statement = check_statement(file.read_bytes(), VerifierKey.parse(key.strip()))
    if as_json:
        closings = [{"account": one.account, "currency": one.currency, "minor": str(one.closing)} for one in statement.accounts]
        said = {"line": statement.line, "size": statement.size, "time": format_instant(statement.time), "closings": closings}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(f"holds: {one_line(statement.line)}, after {statement.size} entries, {format_instant(statement.time)}")
    for one in statement.accounts:
        click.echo(
            f"  {one_line(one.account)}  {one.closing} {one_line(one.currency)}, {len(one.legs)} leg{'s'[: len(one.legs) != 1]}"
        )
