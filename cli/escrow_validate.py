"""`suyuan escrow validate`: the verdicts that records would get now; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from cli import money_options
from cli.money_answer import verdict_lines
from cli.money_ways import way


@click.command()
@money_options.RECORDS
@click.option("--party", "parties", multiple=True, help="Who would sign; may be repeated. With --url: besides the caller.")
@money_options.ledger
def command(
    *,
    file: IO[bytes],
    parties: tuple[str, ...],
    url: str | None,
    api_key_file: Path | None,
    data: Path | None,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Show the verdicts that records would get now, each after those before it; nothing is written.

    Ends with the exit code of the first refusal.

    \b
    Example:
      suyuan escrow validate received.json --party bank --data DIR
    """
    if url is None and not parties:
        raise click.UsageError("with --data give --party NAME")
    with way(url=url, api_key_file=api_key_file, data=data, unlock=unlock) as found:
        answer = found.validate(file.read(), parties)
    answer.show(verdict_lines(answer.said), as_json=as_json)
