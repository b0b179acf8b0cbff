"""`suyuan media`: a list of commands, each in a file `cli/media_<command>.py`."""

from __future__ import annotations

from typing import Final

import click

from cli.main import LazyGroup

COMMANDS: Final = {
    "add": "Keep files, and say what they show.",
    "check": "Hash every kept file anew.",
    "forget": "Delete a file whose description was erased.",
}
"""Every subcommand with its line in the list; `add` stands in `cli/media_add.py`."""


@click.command(cls=LazyGroup, lines=COMMANDS, package="cli.media_")
def command() -> None:
    """Keep pictures, documents and 3D models.

    Files lie beside the ledger, under the SHA-256 of their bytes; a record `MediaDescribed` holds that hash, so that
    nobody can put another file in place of one. Pictures lose EXIF, XMP and comments first: where they were taken.
    Taken are JPEG, PNG, WebP, PDF and GLB, of at most 32 MiB.
    """
