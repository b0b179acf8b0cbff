"""`suyuan backup`: copy a ledger while it runs."""

from __future__ import annotations

from pathlib import Path

import click

from cli import data_options
from cli.exits import ExitCode
from cli.media_text import print_left_out
from cli.progress import progress
from ledger.actions.log.back_up import back_up, media_beside


@click.command()
@data_options.data
@click.option("--out", type=data_options.ANY_FILE, required=True, help="The file to write; nothing is overwritten.")
def command(*, data: Path, out: Path) -> None:
    """Copy a ledger while it runs.

    Into one file, as the ledger is at one moment; servers go on working. In it: the log, all bodies and salts, jobs, API
    keys as hashes, and the keys that the operator holds, sealed. Files kept beside the ledger go into a folder of the same
    name with .media at its end, each hashed on its way. Not in it: the unlock file, which opens those keys, and the policy
    file. Keep both apart from it. Only its owner can read it. Ends with code 1 if files were changed or gone; all else is
    in the backup then.

    \b
    Example:
      suyuan backup --data ledger-data --out ledger-2026-11-21.backup
    """
    with progress("pages", "files") as (told, copying):
        made = back_up(data, out, progress=told, copying=copying)
    click.echo(f"backup: {made.file}\norigin: {made.origin}\nentries: {made.entries}\nbytes: {made.bytes}")
    if made.media.files:
        click.echo(f"media: {media_beside(made.file)}\nfiles: {made.media.files}")
    click.echo("Not in it: the unlock file and the policy file. Keep them elsewhere.", err=True)
    if print_left_out(made.media):
        raise click.exceptions.Exit(ExitCode.INTEGRITY_FAILURE)
