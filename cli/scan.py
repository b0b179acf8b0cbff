"""`suyuan scan`: a list of commands, each in a file `cli/scan_<command>.py`."""

from __future__ import annotations

from typing import Final

import click

from cli.main import LazyGroup

COMMANDS: Final = {
    "standing": "Show where the code of an item stands.",
    "close-day": "Say in the ledger how many scans a day had.",
}
"""Every subcommand with its line in the list; `close-day` stands in `cli/scan_close_day.py`."""


@click.command(cls=LazyGroup, lines=COMMANDS, package="cli.scan_")
def command() -> None:
    """What the scans of codes say, and the days they were counted on.

    A server counts who opens the page of a code: area, day, and a pseudonym of that day; no address and no hour are kept.
    """
