"""What commands say of files beside the ledger that are not what was kept."""

from __future__ import annotations

import click

from ledger.actions.media.copy_media import CopiedMedia


def print_left_out(media: CopiedMedia) -> int:
    """Name each file that was not copied, on standard error; how many there are."""
    for digest in media.changed:
        click.echo(f"changed, not copied: sha256:{digest.hex()}", err=True)
    for digest in media.gone:
        click.echo(f"missing, not copied: sha256:{digest.hex()}", err=True)
    return len(media.changed) + len(media.gone)
