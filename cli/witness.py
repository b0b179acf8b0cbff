"""`suyuan witness`: a list of commands, each in a file `cli/witness_<command>.py`."""

from __future__ import annotations

from typing import Final

import click

from cli.main import LazyGroup

COMMANDS: Final = {
    "serve": "Serve a witness over HTTP.",
    "log": "Add, list, show and remove the logs that a witness knows.",
}
"""Every subcommand with its line in the list; `serve` stands in `cli/witness_serve.py`."""


@click.command(cls=LazyGroup, lines=COMMANDS, package="cli.witness_")
def command() -> None:
    """Cosign the checkpoints of logs.

    A witness remembers the last checkpoint of each log it knows, and cosigns a later one only if it goes on from there.
    Whoever asks for its cosignature cannot be shown a history of their own. It needs no ledger, and speaks C2SP tlog-witness
    to any log.
    """
