"""`suyuan log policy`: print the policy file that the ledger recommends now."""

from __future__ import annotations

from pathlib import Path

import click

from cli import data_options
from ledger.trade.parties.witnessing import policy_of


@click.command()
@data_options.data
@data_options.unlock
def command(*, data: Path, unlock: Path | None) -> None:
    """Print the policy file that the ledger recommends now.

    The log keys in use, the first entry, and the witnesses and quorum that governance adopted. The file `policy` in the data
    directory holds the same. Give it to auditors by another way than this server: who checks a ledger with the policy that
    the ledger itself hands out believes its operator.

    \b
    Example:
      suyuan log policy --data DIR > policy
    """
    with data_options.opened(data, unlock) as ledger:
        policy = policy_of(ledger.state())
    click.echo(policy.text, nl=False)
