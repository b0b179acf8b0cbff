"""`suyuan media forget`: delete a file whose description was erased."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from cli import data_options
from ledger.actions.media.forget_media import forget_media
from ledger.errors import Misused

_DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.ASCII)


class MediaDigestMalformed(Misused):
    title = "this is no SHA-256 of a file"


@click.command()
@click.argument("digest", metavar="SHA256")
@data_options.data
@data_options.unlock
def command(*, digest: str, data: Path, unlock: Path | None) -> None:
    """Delete a file whose description was erased.

    With its thumbnail and all that was noted of it, for good. Refused while any record names it: erase that first. Older
    backups hold the file still.

    \b
    Example:
      suyuan media forget 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --data DIR
    """
    found = _DIGEST.fullmatch(digest)
    if found is None:
        raise MediaDigestMalformed(seen=digest, wanted="64 digits 0 to 9 and a to f")
    with data_options.opened(data, unlock) as ledger:
        forgotten = forget_media(ledger, bytes.fromhex(found[1]))
    click.echo(f"forgotten: sha256:{found[1]} ({forgotten.media_type}, {forgotten.size} bytes)")
