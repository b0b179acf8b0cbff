"""`suyuan escrow lines`: list order lines."""

from __future__ import annotations

from pathlib import Path

import click

from cli import money_options
from cli.money_answer import Answer
from cli.money_ways import way


@click.command()
@click.option("--after", default="", help="The last line of the list before.")
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
    """List order lines: with --data all of them, with --url those that the caller has a part in.

    \b
    Example:
      suyuan escrow lines --data DIR
    """
    with way(url=url, api_key_file=api_key_file, data=data, unlock=unlock) as found:
        said = found.lines(after, limit)
    text = [
        f"{line['line']}  {line['states']['line']}  {line['currency']} "
        + " ".join(f"{box} {minor}" for box, minor in line["boxes"].items() if minor != "0")
        for line in said["lines"]
    ]
    Answer(said).show([one.rstrip() for one in text] or ["no lines"], as_json=as_json)
