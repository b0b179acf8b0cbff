"""Reading the policy file that `verify` and `audit` are told to trust."""

from __future__ import annotations

from pathlib import Path

import click

from cli.boundary import one_line
from cli.exits import ExitCode
from ledger.errors import SuyuanError
from ledger.evidence.policy import Policy, PolicyMalformed


def read_policy(path: Path) -> Policy:
    """Return the policy; end the command with the code of a failed policy where the file cannot be used."""
    try:
        return Policy.parse(_text_in(path))
    except SuyuanError as reason:
        click.echo(f"suyuan: {one_line(f'{reason}; in the policy file {path}')}", err=True)
        raise click.exceptions.Exit(ExitCode.POLICY_FAILURE) from reason


def _text_in(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as reason:
        raise PolicyMalformed(seen=f"byte {reason.start} is not UTF-8", wanted="text in UTF-8") from reason
