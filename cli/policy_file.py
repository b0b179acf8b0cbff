"""Reading the policy file that `verify` and `audit` are told to trust."""

from __future__ import annotations

from pathlib import Path

import click

from cli.exits import ExitCode
from ledger.errors import SuyuanError
from ledger.evidence.policy import Policy


def read_policy(path: Path) -> Policy:
    """Return the policy; end the command with the code of a failed policy where the file cannot be used."""
    try:
        return Policy.parse(path.read_bytes().decode())
    except (SuyuanError, UnicodeDecodeError) as reason:
        click.echo(f"suyuan: the policy file {path} cannot be used: {reason}", err=True)
        raise click.exceptions.Exit(ExitCode.POLICY_FAILURE) from reason
