"""`suyuan export`: write all that a log shows into one file, to be audited without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.progress import progress
from cli.remote import read_api_key
from ledger.actions.log.export import export_log
from ledger.actions.log.open_source import SourceAbsent, open_source

_POLICY_FILE: Final = "policy"


@click.command()
@data_options.data_if_local
@data_options.url_of_server
@data_options.api_key_file
@click.option("--out", type=data_options.NEW_FILE, required=True, help="The file to write; nothing is overwritten.")
def command(*, data: Path | None, url: str | None, api_key_file: Path | None, out: Path) -> None:
    """Write a log into one file, to be audited offline.

    In it: entries, tiles, every checkpoint with its cosignatures, commitments, governance, contexts, and all bodies with their
    salts that are not erased; from a server, those that the holder of the API key may read. Not in it: the operator's own
    tables, keys and API keys, and disclosures of withheld fields, which their readers are given one by one. It is a ZIP
    file that standard tools unpack. The policy file of the directory is put into it too, but an audit never trusts it:
    bring your own. Only its owner can read the file, for it holds the bodies.

    \b
    Example:
      suyuan export --data ledger-data --out ledger.bundle
      suyuan audit ledger.bundle --policy policy
    """
    if (data is None) == (url is None):
        raise click.UsageError("one of --data DIR and --url URL is needed")
    key = read_api_key(api_key_file) if api_key_file is not None else None
    policy = data / _POLICY_FILE if data is not None else None
    try:
        with open_source(str(data or url), api_key=key) as source, progress("entries") as (told,):
            carried = policy.read_bytes() if policy is not None and policy.is_file() else None
            made = export_log(source, out, policy=carried, progress=told)
    except SourceAbsent as reason:
        raise click.BadParameter(str(reason), param_hint="--data") from reason
    said = (f"entries: {made.entries}", f"checkpoints: {made.checkpoints}", f"bytes: {made.bytes}")
    click.echo("\n".join((f"bundle: {made.file}", f"origin: {made.origin}", *said)))
    click.echo("The policy file in it is not trusted by an audit: give auditors yours by another way.", err=True)
