"""`suyuan escrow replay`: every line and every balance from the ledger alone, judged anew from its signed records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.boundary import one_line
from cli.exits import ExitCode
from cli.policy_file import read_policy
from cli.progress import progress
from ledger.actions.escrow.replay_journal import replay_journal
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.audit.escrow_report import EscrowReport
from ledger.audit.report import AuditVerdict
from ledger.trade.escrow.accounts import POINTS, Box
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.money import MINOR_MAX, Money, format_amount
from ledger.trade.escrow.regions import REGIONS

_EXIT: Final = {
    AuditVerdict.CLEAN: ExitCode.CLEAN,
    AuditVerdict.BROKEN: ExitCode.INTEGRITY_FAILURE,
    AuditVerdict.INCOMPLETE: ExitCode.INCOMPLETE,
    AuditVerdict.DISTRUSTED: ExitCode.POLICY_FAILURE,
}
_SAID: Final = {
    AuditVerdict.CLEAN: ("green", "Clean: every record was judged anew, and everything that was read holds."),
    AuditVerdict.BROKEN: ("red", "Broken: what the ledger holds does not hold; see below."),
    AuditVerdict.INCOMPLETE: (
        "yellow",
        "Incomplete: what was checked holds, but not everything could be, or was to be, checked.",
    ),
    AuditVerdict.DISTRUSTED: ("red", "Not trusted: the log does not satisfy the policy file."),
}


@click.command()
@data_options.data
@click.option(
    "--policy", type=data_options.FILE, help="Whom you trust. By default the policy file that lies in the data directory."
)
@click.option("--no-signatures", is_flag=True, help="Do not verify signatures, but those of governance. Never clean then.")
@data_options.as_json
def command(*, data: Path, policy: Path | None, no_signatures: bool, as_json: bool) -> None:
    """Print every line's state and all balances from the ledger alone.

    Entries and bodies are read, never the tables of the escrow; every record is judged anew by the rules, under the
    governance before it. `suyuan audit` also compares the tables with the outcome.

    \b
    Exit codes: 0 clean, 1 broken evidence, 2 wrong use,
                3 not all could be checked, 4 not the policy's trust.
    """
    trusted = policy if policy is not None else data / POLICY_FILE
    if not trusted.is_file():
        raise click.BadParameter(f"there is no policy file {trusted}; name one with --policy", param_hint="--policy")
    with progress("entries") as (tell,):
        report = replay_journal(data, read_policy(trusted), signatures=not no_signatures, progress=None if as_json else tell)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        _print(report, trusted)
    raise click.exceptions.Exit(_EXIT[report.verdict])


def _print(report: EscrowReport, policy: Path) -> None:
    colour, sentence = _SAID[report.verdict]
    click.echo(f"Replay of the escrow of {one_line(report.audit.source)}, trusting {one_line(str(policy))}\n")
    click.secho(sentence, fg=colour, bold=True)
    signatures = "checked" if report.signatures else "not checked, as you asked"
    refused = report.records - report.accepted
    click.echo(
        f"\n  records     {report.records:,} in {report.entries:,} entries: {report.accepted:,} accepted, {refused:,} refused"
    )
    click.echo(f"  signatures  {signatures}")
    if report.until is not None and report.entries:
        click.echo(f"  judged      up to entry {report.until}, and nothing from there on")
    for code, count in report.refusals.items():
        click.echo(f"  refused     {code} {count:,}")
    click.echo(f"  zero sum    {'yes' if report.zero_sum else 'NO'}\n  segregated  {'yes' if report.segregated else 'NO'}")
    _print_list("Lines", [_line(report.books.lines[name]) for name in sorted(report.books.lines)])
    for currency, accounts in report.books.by_currency().items():
        width = max(map(len, accounts))
        _print_list(currency, [f"{name:{width}}  {_amount(minor, currency):>18}" for name, minor in accounts.items()])
    _print_list("Invariants that are broken", report.invariants)
    _print_list("Found", [f"{found.position}  {found.kind}: {found.message}" for found in report.audit.findings])
    _print_list("Not checked", report.audit.not_checked)


def _print_list(title: str, rows: list[str] | tuple[str, ...]) -> None:
    if rows:
        click.echo(f"\n{title}")
        for row in rows:
            click.echo(f"  {one_line(row)}")


def _line(line: Line) -> str:
    """The line's own state, the regions that moved, and the boxes with money in them."""
    moved = [
        f"{region} {line.state(region).value}"
        for region, states in REGIONS.items()
        if line.state(region) is not next(iter(states))
    ]
    boxes = [f"{box.value} {_amount(line.box(box), line.currency)} {line.currency}" for box in Box if line.box(box)]
    return f"{line.name}  {', '.join(moved + boxes)}"


def _amount(minor: int, currency: str) -> str:
    if currency == POINTS or abs(minor) > MINOR_MAX:
        return f"{minor:,} minor units" if currency != POINTS else f"{minor:,}"
    return ("-" if minor < 0 else "") + format_amount(Money(currency, abs(minor)))
