"""`suyuan log guard`: what was signed last, and the first guard of a ledger."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import data_options
from ledger.actions.log.begin_guard import begin_guard, guarded_store
from ledger.evidence.spelling import format_base64


@click.group()
def command() -> None:
    """Show or begin the guard against a second history.

    The guard is a small file outside the data directory that holds the highest checkpoint ever signed for the ledger. A
    copy of the ledger that is older, or holds other entries, signs nothing and takes nothing. SUYUAN_GUARD names one or
    more folders for it, separated by colons; several copies on several disks are better than one.
    """


@command.command()
@data_options.data
@data_options.unlock
@data_options.as_json
def show(*, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Show the guard's files and the checkpoint they hold, and whether this copy may go on.

    \b
    Exit codes: 0 it may go on, 11 it may not: there is no guard, or a later or another history was signed.
    """
    with data_options.opened(data, unlock) as ledger:
        newest = ledger.guard.newest()
        if as_json:
            held = None if newest is None else {"size": newest.size, "root": format_base64(newest.root)}
            click.echo(json.dumps({"files": [str(file) for file in ledger.guard.files], "highest": held}))
        else:
            for file in ledger.guard.files:
                click.echo(f"file: {file}")
            if newest is not None:
                click.echo(f"highest: {newest.size} entries, root {format_base64(newest.root)}")
        guarded_store(ledger)
    if not as_json:
        click.echo("this copy may go on")


@command.command()
@data_options.data
@data_options.unlock
def begin(*, data: Path, unlock: Path | None) -> None:
    """Begin to guard with the newest checkpoint of this copy, where no guard stands.

    For a ledger that came here from another machine. Only do it if no later state of the ledger exists anywhere: what was
    signed since would be contradicted. A guard that stands already is never set back.

    \b
    Example:
      suyuan log guard begin --data ledger-data
    """
    with data_options.opened(data, unlock) as ledger:
        checkpoint = begin_guard(ledger)
        for file in ledger.guard.files:
            click.echo(f"file: {file}")
    click.echo(f"highest: {checkpoint.size} entries, root {format_base64(checkpoint.root)}")
