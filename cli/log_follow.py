"""`suyuan log follow`: check that one ledger goes on from another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.audit_exit import exit_of
from cli.audit_text import text_of
from cli.boundary import one_line
from cli.policy_file import read_policy
from ledger.actions.log.follow_ledger import Followed, follow
from ledger.actions.log.open_source import open_source
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.evidence.policy import Policy


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--old-policy", type=data_options.FILE, required=True, help="Whom you trust for OLD.")
@click.option("--policy", type=data_options.FILE, required=True, help="Whom you trust for NEW.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to report.")
def command(*, old: str, new: str, old_policy: Path, policy: Path, form: str) -> None:
    """Check that one ledger goes on from another.

    Audits both, as `suyuan audit` does, and holds the two against each other: OLD is closed and names NEW, and NEW begins with
    the very checkpoint that OLD ended with. OLD and NEW are addresses, data directories or exported bundles.

    \b
    Example:
      suyuan log follow old.bundle https://ledger.example --old-policy old-policy --policy policy
    \b
    Exit codes: 0 it does, 1 it does not or evidence is broken, 2 wrong use,
                3 what was checked holds but not all could be checked, 4 not the policies' trust.
    """
    trusted_old, trusted = read_policy(old_policy), read_policy(policy)
    followed = follow(_audited(old, trusted_old), _audited(new, trusted), old_policy=trusted_old, policy=trusted)
    if form == "json":
        click.echo(json.dumps(_as_json(followed), ensure_ascii=False, indent=2))
    else:
        _print(followed, trusted_old.origin, trusted.origin)
    raise click.exceptions.Exit(exit_of(followed))


def _audited(source: str, policy: Policy) -> AuditReport:
    with open_source(source) as opened:
        return audit(opened, policy)


def _print(followed: Followed, old: str, new: str) -> None:
    click.echo(text_of(followed.old))
    click.echo(text_of(followed.new))
    if not followed.faults:
        end = f"{followed.old.size:,} entries"
        click.secho(f"{new} goes on from the end of {old}, which was closed with {end}.", fg="green", bold=True)
        return
    click.secho(f"{new} is not shown to go on from the end of {old}.", fg="red", bold=True)
    for fault, message in followed.faults:
        click.echo(f"  {fault}: {one_line(message)}")


def _as_json(followed: Followed) -> dict[str, Any]:
    return {
        "continues": not followed.faults,
        "faults": [{"kind": fault.value, "message": message} for fault, message in followed.faults],
        "old": followed.old.to_json(),
        "new": followed.new.to_json(),
    }
