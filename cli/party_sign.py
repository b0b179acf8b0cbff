"""`suyuan party sign`: put one's own signature under a governance record that several parties sign."""

from __future__ import annotations

from pathlib import Path

import click

from cli import data_options
from cli.own_keys import OwnKeys, own_keys
from ledger.actions.capture.author import read_seed
from ledger.actions.erasure.sign_elsewhere import add_line, read_note


@click.command("sign")
@click.argument("body", type=data_options.FILE)
@own_keys()
def command(*, body: Path, own: OwnKeys) -> None:
    """Sign a governance record that was drafted elsewhere, with one's own key.

    BODY is the record; BODY.note and BODY.seed lie beside it, as `suyuan erase --out` writes them. Before the key signs, it
    is seen that the note is over this very record: read the record first. The signature goes into BODY.note.

    \b
    Example:
      suyuan party sign erasure.json --key lab.key
    """
    note, seed = Path(f"{body}.note"), Path(f"{body}.seed")
    key = own.signer()
    if key is None:
        raise click.UsageError("give --key FILE, or --sign-with COMMAND with --vkey VKEY")
    made = add_line(read_note(body.read_bytes().strip(), note.read_bytes(), read_seed(seed.read_bytes())), key)
    note.write_bytes(made.to_note())
    click.echo(f"signed: {key.verifier.name}")
    click.echo(f"missing: {', '.join(made.missing) or 'nobody'}")
