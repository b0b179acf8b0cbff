"""`suyuan media check`: hash every kept file anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.exits import ExitCode
from cli.progress import progress
from ledger.actions.media.check_media import MediaCheck, SpoiltMedia, check_media


@click.command()
@data_options.data
@data_options.as_json
def command(*, data: Path, as_json: bool) -> None:
    """Hash every kept file anew.

    Names the files that were changed, which no page shows any more, and those that are gone, with the records that name
    them: put the originals back from a backup. Needs no unlock file; a server may go on working. Run it nightly, beside
    `suyuan audit`, which looks at the ledger and not at the files beside it.

    \b
    Example:
      suyuan media check --data DIR
    \b
    Exit codes: 0 every file is what was kept, 1 files were changed or are gone.
    """
    with progress("bytes") as (tell,):
        found = check_media(data, progress=tell)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2))
    else:
        _print(found)
    if found.spoilt:
        raise click.exceptions.Exit(ExitCode.INTEGRITY_FAILURE)


def _print(found: MediaCheck) -> None:
    for spoilt in found.spoilt:
        named = ", ".join(_named(spoilt)) or "no record"
        click.echo(f"{_state(spoilt)}: sha256:{spoilt.note.digest.hex()} ({spoilt.note.media_type}), named by {named}")
    for digest in found.stray:
        click.echo(f"stray: sha256:{digest.hex()}, which nothing is noted of")
    intact = found.files - len(found.spoilt)
    click.echo(f"{intact} of {found.files} files, {found.size} bytes in all, are what was kept.")


def _as_json(found: MediaCheck) -> dict[str, Any]:
    return {
        "files": found.files,
        "bytes": found.size,
        "spoilt": [
            {
                "digest": spoilt.note.digest.hex(),
                "state": _state(spoilt),
                "mediaType": spoilt.note.media_type,
                "namedBy": [list(position) for position in spoilt.naming],
            }
            for spoilt in found.spoilt
        ],
        "stray": [digest.hex() for digest in found.stray],
    }


def _state(spoilt: SpoiltMedia) -> str:
    return "missing" if spoilt.gone else "changed"


def _named(spoilt: SpoiltMedia) -> list[str]:
    return [f"record {position.entry}/{position.place}" for position in spoilt.naming]
