"""`suyuan escrow events`: what happened to order lines, in log order."""

from __future__ import annotations

from pathlib import Path

import click

from cli import money_options
from cli.money_answer import Answer
from cli.money_ways import way


@click.command()
@click.option("--after", default="", help="The `next` of the list before: <entry>/<place>.")
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
    """Show every record about order lines in log order, refused ones too; ask on from the `next` it ends with.

    With --data it is about all lines, with --url about those that the caller has a part in.

    \b
    Example:
      suyuan escrow events --after 120/0 --data DIR
    """
    with way(url=url, api_key_file=api_key_file, data=data, unlock=unlock) as found:
        said = found.events(after, limit)
    text = [
        f"{one['position'][0]}/{one['position'][1]}  {one['time']}  {one['type']}  {one['line'] or '-'}  "
        + (f"refused {one['refusal']}" if one["refusal"] else " ".join(one["postings"]) or "accepted")
        for one in said["events"]
    ]
    Answer(said).show([*text, f"next: {said['next']}"], as_json=as_json)
