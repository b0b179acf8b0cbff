"""`suyuan restore`: bring a copy back, audited first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.audit_text import print_report
from cli.boundary import one_line
from cli.exits import ExitCode
from cli.media_text import print_left_out
from cli.policy_file import read_policy
from cli.progress import progress
from ledger.actions.log.restore import Restored, restore
from ledger.audit.report import AuditVerdict

_EXIT: Final = {
    AuditVerdict.CLEAN: ExitCode.CLEAN,
    AuditVerdict.BROKEN: ExitCode.INTEGRITY_FAILURE,
    AuditVerdict.INCOMPLETE: ExitCode.INCOMPLETE,
    AuditVerdict.DISTRUSTED: ExitCode.POLICY_FAILURE,
}


@click.command()
@click.argument("backup", metavar="FILE", type=data_options.FILE)
@data_options.data
@click.option("--policy", type=data_options.FILE, help="Whom you trust. Without it the copy is only checked against itself.")
@click.option("--checkpoint", type=data_options.FILE, help="A checkpoint you kept: an older copy than that is refused.")
@click.option("--verify", is_flag=True, help="Ask the ledger's witnesses, and refuse where anybody saw a later state.")
@click.option(
    "--receipt", "receipts", type=data_options.FILE, multiple=True, help="A receipt given out: the copy must hold what it proves."
)
@data_options.unlock
def command(
    *,
    backup: Path,
    data: Path,
    policy: Path | None,
    checkpoint: Path | None,
    verify: bool,
    receipts: tuple[Path, ...],
    unlock: Path | None,
) -> None:
    """Bring a copy back, audited first.

    Into an empty directory; the backup takes its place there only when its audit holds, and the files from the folder
    beside it (FILE.media) with it. A copy that does not hold leaves nothing behind. The unlock file is not in a backup:
    put it beside the data again, or name it with SUYUAN_UNLOCK_FILE. A copy that is older than what the guard of this machine
    has seen signed can be read, and takes nothing more; with --verify or --receipt it is refused, and the ledger's witnesses
    are asked too.

    \b
    Example:
      suyuan restore ledger-2026-11-21.backup --data new-data --policy policy --unlock unlock
    \b
    Exit codes: 0 restored, 1 or 4 not restored (broken; not the policy's trust),
                3 restored, and what was checked holds, but not everything could be checked, files were left out, or the
                copy is older than what others saw.
    """
    with progress("pages", "entries", "files") as (copying, auditing, filing):
        restored = restore(
            backup,
            data,
            policy=None if policy is None else read_policy(policy),
            kept=None if checkpoint is None else checkpoint.read_bytes(),
            unlock=unlock,
            verify=verify or bool(receipts),
            receipts=[(str(receipt), receipt.read_bytes()) for receipt in receipts],
            copying=copying,
            auditing=auditing,
            filing=filing,
        )
    print_report(restored.report)
    click.echo()
    click.echo(f"Restored into {data}." if restored.in_place else "Not restored: nothing was left behind.")
    if restored.in_place and policy is None:
        click.echo("Its policy file was taken from the copy itself: compare it with the one you handed out.", err=True)
    if restored.erased:
        click.echo(f"Erased in it too: {restored.erased} records or disclosures that were erased after this backup was made.")
    _tell_later(restored)
    for reason in restored.unasked:
        click.echo(one_line(f"not asked: {reason}"), err=True)
    code = _EXIT[restored.report.verdict]
    if restored.later and not restored.in_place:
        code = ExitCode.INTEGRITY_FAILURE
    elif (restored.later or restored.unasked) and code == ExitCode.CLEAN:
        code = ExitCode.INCOMPLETE
    if print_left_out(restored.media) and code == ExitCode.CLEAN:
        code = ExitCode.INCOMPLETE
    raise click.exceptions.Exit(code)


def _tell_later(restored: Restored) -> None:
    """Who saw a later state than this copy, and what is left to do."""
    if not restored.later:
        return
    for contradiction in restored.later:
        click.echo(one_line(f"  {contradiction.known.shown_by} proves a later state: {contradiction.message}"))
    stands = "It can be read, and takes nothing more. " if restored.in_place else ""
    click.echo(
        f"{stands}Find the newest copy; if it is lost for good, found a new ledger that goes on from what others hold: "
        "docs/OPERATIONS.md, “Move a ledger”.",
        err=True,
    )
