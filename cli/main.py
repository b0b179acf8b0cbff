"""The command `suyuan`: a list of commands, each loaded only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import click

from cli.boundary import BoundedGroup, end_on_fault

COMMANDS: Final = {
    "init": "Found a ledger in a new data directory.",
    "serve": "Serve a ledger over HTTP.",
    "demo": "Found a small honest world and serve it.",
    "key": "Make keys, and show or prove what is held.",
    "party": "Admit parties and change their standing.",
    "alliance": "Seat allies; adopt rule packs; declare owners and funds.",
    "post": "Send EPCIS documents to a ledger.",
    "record": "Describe goods, report tests, recall.",
    "media": "Keep pictures, documents and 3D models.",
    "trace": "Follow an item back and forward.",
    "code": "Draw and issue serial numbers; list, find and prove them.",
    "label": "Print the QR codes of items.",
    "scan": "What the scans of codes say, and the days they were counted on.",
    "erase": "Erase a record, or what was disclosed of it; every proof stays.",
    "receipt": "Fetch the receipt of a record.",
    "verify": "Verify a receipt, or a proof to keep, offline.",
    "escrow": "Money held until the goods are there: its rules and its lines.",
    "log": "Witnesses, keys and the guard of the log itself.",
    "witness": "Cosign the checkpoints of logs.",
    "audit": "Check a whole ledger against a policy file.",
    "export": "Write a log into one file, to be audited offline.",
    "compare": "Tell whether two states of a log are one history.",
    "backup": "Copy a ledger while it runs.",
    "restore": "Bring a copy back, audited first.",
    "version": "Show the version.",
}
"""Every command with its line in the list. It stands here so that the list loads no command."""


class LazyGroup(BoundedGroup):
    """A group that imports `<package><command>` only when that command is asked for.

    `suyuan verify` must start in a quarter of a second; the web framework and the database layer
    that other commands need take longer than that to import.
    """

    def __init__(self, *, lines: Mapping[str, str], package: str, **settings: Any) -> None:  # noqa: ANN401 (click's settings)
        """`lines`: every command with its line in the list. `package`: what stands before the name of its module."""
        super().__init__(**settings)
        self._lines, self._package = lines, package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names of all commands, in the order a newcomer needs them."""
        return list(self._lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        """Import and return one command; None where there is none of that name."""
        module = f"{self._package}{cmd_name.replace('-', '_')}"
        if cmd_name not in self._lines or find_spec(module) is None:
            return None
        command = import_module(module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.command is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        """Write the list of commands from the table, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lines.items()))


@click.command(
    cls=LazyGroup,
    lines=COMMANDS,
    package="cli.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def suyuan() -> None:
    """A provenance ledger: signed events in, proofs out."""


def main() -> None:
    """Run the command line; the exit codes stand in docs/OPERATIONS.md."""
    sys.excepthook = end_on_fault
    suyuan(prog_name="suyuan")
