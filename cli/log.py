"""`suyuan log`: a list of commands, each in a file `cli/log_<command>.py`."""

from __future__ import annotations

from typing import Final

import click

from cli.main import LazyGroup

COMMANDS: Final = {
    "witness": "Choose the witnesses that cosign the log.",
    "key": "Add, retire and list the log's own keys.",
    "guard": "Show or begin the guard against a second history.",
    "policy": "Print the policy file that the ledger recommends now.",
    "close": "End this ledger for good.",
    "follow": "Check that one ledger goes on from another.",
}
"""Every subcommand with its line in the list; `witness` stands in `cli/log_witness.py`."""


@click.command(cls=LazyGroup, lines=COMMANDS, package="cli.log_")
def command() -> None:
    """Witnesses, keys and the guard of the log itself.

    Who cosigns the log's checkpoints, which keys sign them, and what keeps a restored or doubled copy from signing a second
    history. What is written here is a governance record, signed with the governance keys that the operator holds.
    """
