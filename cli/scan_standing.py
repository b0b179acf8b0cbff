"""`suyuan scan standing`: where the code of one item stands, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.boundary import one_line
from cli.identifiers import read_item
from ledger.actions.scans.read_standing import ItemStanding, read_standing


@click.command()
@click.argument("identifier")
@data_options.data
@data_options.unlock
@data_options.as_json
def command(*, identifier: str, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Show where the code of an item stands.

    Issued, activated, sold, claimed, passed on or ended, by records; who holds it; and what its scans say, each reason with
    its decibans. A score begins at -20: from 0 on have a look, from 10 on the code is likely copied, from 20 on freeze it.
    Scans of strangers alone never get beyond 10.

    \b
    Example:
      suyuan scan standing 01/09506000200033/21/A1 --data DIR
    """
    with data_options.opened(data, unlock) as ledger:
        found = read_standing(ledger, read_item(identifier))
    if as_json:
        click.echo(json.dumps(_json(found), ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)


def _json(found: ItemStanding) -> dict[str, Any]:
    code = found.code
    return {
        "item": found.item,
        "state": code.state.value,
        "firstScan": None if code.first_scan is None else str(code.first_scan),
        "scans": code.scans,
        "areas": code.areas,
        "score": code.score,
        "suspicion": code.suspicion.value,
        "reasons": [
            {"code": reason.code, "decibans": reason.decibans, "signed": reason.signed, "values": dict(reason.values)}
            for reason in code.reasons
        ],
        "owners": [str(link.at) for link in found.ownership.links],
        "broken": [{"record": str(broken.at), "why": broken.why.value} for broken in found.ownership.breaks],
    }


def _lines(found: ItemStanding) -> Iterator[str]:
    code = found.code
    yield f"item       {one_line(found.item)}"
    yield f"state      {code.state}"
    scanned = "never" if code.first_scan is None else f"{code.scans} in {code.areas} areas, first on {code.first_scan}"
    yield f"scans      {scanned}"
    yield f"score      {code.score} dB: {code.suspicion}"
    for reason in code.reasons:
        values = ", ".join(f"{name} {one_line(value)}" for name, value in reason.values.items())
        yield f"  {reason.decibans:+3}  {reason.code}{' (signed)' if reason.signed else ''}{': ' if values else ''}{values}"
    for link in found.ownership.links:
        yield f"owner by   {link.at}"
    for broken in found.ownership.breaks:
        yield f"not by     {broken.at}: {broken.why}"
