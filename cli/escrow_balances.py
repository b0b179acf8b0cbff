"""`suyuan escrow balances`: the balance of every account."""

from __future__ import annotations

from pathlib import Path

import click

from cli import money_options
from cli.money_answer import Answer
from cli.money_ways import way


@click.command()
@click.option("--after", default="", help="The `next` of the list before: a currency, a space, and an account.")
@money_options.limit
@money_options.ledger
def command(
    *,
    after: str,
    limit: int,
    url: str | None,
    api_key_file: Path | None,
    data: Path | None,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Show balances by currency and account, in minor units, debit positive.

    A server shows them to the operator, authorities and arbiters, and to a bank those of its own accounts.

    \b
    Example:
      suyuan escrow balances --data DIR
    """
    with way(url=url, api_key_file=api_key_file, data=data, unlock=unlock) as found:
        said = found.balances(after, limit)
    text = [f"{one['currency']}  {one['account']}  {one['minor']}" for one in said["balances"]]
    Answer(said).show(text or ["no balances"], as_json=as_json)
