"""`suyuan escrow`: a list of commands, each in a file `cli/escrow_<command>.py`."""

from __future__ import annotations

from typing import Final

import click

from cli.main import LazyGroup

COMMANDS: Final = {
    "transitions": "Show the rules as one closed table.",
    "post": "Write records and show the verdict on each.",
    "validate": "Show the verdicts that records would get now.",
    "propose": "Put records that several must sign before the others.",
    "sign": "Sign a proposal, or list those that wait.",
    "lines": "List order lines.",
    "line": "Show everything about one order line.",
    "statement": "Make the signed statement of account of a line.",
    "check-statement": "Check a statement of account offline.",
    "balances": "Show the balance of every account.",
    "claim": "Make, list and revoke the links by which buyers act.",
    "events": "Show what happened to order lines, in log order.",
    "replay": "Compute every line and every balance from the ledger alone.",
    "stories": "Tell whole orders to a real server.",
    "tick": "Keep the deadlines that have passed.",
}
"""Every subcommand with its line in the list; `transitions` stands in `cli/escrow_transitions.py`."""


@click.command(cls=LazyGroup, lines=COMMANDS, package="cli.escrow_")
def command() -> None:
    """Money held until the goods are there: its rules and its lines.

    A buyer pays into the custody of a licensed bank; the bank pays the merchant once the goods were delivered and inspected
    as agreed, or pays the buyer back. This software holds no money: it records what was signed, and computes from that
    what the bank is to do. docs/ESCROW.md explains it for merchants, banks and auditors.
    """
