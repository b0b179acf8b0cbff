"""`suyuan compare`: whether two states of a log can be one history, and the evidence where they cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.boundary import one_line
from cli.exits import ExitCode, verdict_of
from cli.policy_file import read_policy
from ledger.actions.log.compare_heads import Comparison, Relation, Side, compare, open_side
from ledger.errors import Conflict, Malformed, TooLarge, Untrusted
from ledger.evidence.checkpoint import open_checkpoint
from ledger.evidence.fork import FORK_BYTES_MAX, ForkEvidence
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64

_UNSIGNED: Final = "Who signed them was not checked: give --policy FILE."


class EvidenceExists(Conflict):
    title = "another file stands where the evidence would go"
    default_hint = "nothing was overwritten; choose a name with --out"


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B", required=False)
@click.option("--policy", type=data_options.FILE, help="Whom you trust: the checkpoints must be signed by its log keys.")
@click.option("--out", type=data_options.NEW_FILE, help="Where to write the evidence of a fork; by default in this directory.")
def command(*, a: str, b: str | None, policy: Path | None, out: Path | None) -> None:
    """Tell whether two states of a log are one history.

    A and B are each a checkpoint or a receipt in a file, the address of a served log, a data directory, or an exported
    bundle. Where the sizes differ, the larger one must be able to show its tiles. A fork is written down as evidence that
    anybody can check with the log's keys alone; with one argument, such a file is checked.

    \b
    Examples:
      suyuan compare kept-checkpoint https://ledger.example --policy policy
      suyuan compare fork-ledger.example_main-12-15-6b1f0c2a.json --policy policy
    \b
    Exit codes: 0 one history, 1 a fork (the path of the evidence is printed) or evidence that holds, 2 wrong use,
                3 not to be told from what is shown, 4 not signed by the policy's keys.
    """
    trusted = None if policy is None else read_policy(policy)
    if b is None:
        _check(Path(a), trusted)
        return
    with open_side(a) as one, open_side(b) as other:
        for side in (one, other):
            _refuse_unsigned(side, trusted)
        comparison = compare(one, other)
    _tell(comparison, out)
    if trusted is None:
        click.echo(_UNSIGNED, err=True)
    raise click.exceptions.Exit(
        {
            Relation.ONE_HISTORY: ExitCode.CLEAN,
            Relation.FORK: ExitCode.INTEGRITY_FAILURE,
            Relation.UNKNOWN: ExitCode.INCOMPLETE,
        }[comparison.relation]
    )


def _tell(comparison: Comparison, out: Path | None) -> None:
    match comparison.relation:
        case Relation.ONE_HISTORY:
            same = comparison.first.checkpoint.size == comparison.second.checkpoint.size
            said = "both are the same state" if same else "the smaller state is the beginning of the larger one"
            click.secho(f"One history: {said}.", fg="green", bold=True)
        case Relation.FORK:
            click.secho("Fork: these two states cannot be of one history.", fg="red", bold=True)
        case Relation.UNKNOWN:
            click.secho("Not to be told: the larger state is only a checkpoint.", fg="yellow", bold=True)
            click.echo("  name a server, a data directory or a bundle that has its entries")
    for side in (comparison.first, comparison.second):
        root = format_base64(side.checkpoint.root)
        click.echo(f"  {side.checkpoint.size:>12,} entries  root {root}  {one_line(side.name)}")
    if comparison.evidence is not None:
        click.echo(f"evidence: {_write(comparison, comparison.evidence, out)}")


def _write(comparison: Comparison, evidence: ForkEvidence, out: Path | None) -> Path:
    first, second = comparison.first.checkpoint, comparison.second.checkpoint
    origin = first.origin.replace("/", "_")
    file = out or Path(f"fork-{origin}-{first.size}-{second.size}-{second.root.hex()[:8]}.json")
    data = evidence.to_bytes()
    try:
        with file.open("xb") as opened:
            opened.write(data)
    except FileExistsError as reason:
        if file.read_bytes() != data:
            raise EvidenceExists(seen=str(file)) from reason
    return file


def _refuse_unsigned(side: Side, policy: Policy | None) -> None:
    if policy is None:
        return
    try:
        open_checkpoint(side.note, origin=policy.origin, log_keys=policy.log_keys)
    except Untrusted as reason:
        click.echo(f"suyuan: {one_line(f'{reason}; in {side.name}')}", err=True)
        raise click.exceptions.Exit(ExitCode.POLICY_FAILURE) from reason


def _check(file: Path, policy: Policy | None) -> None:
    """Check a file of evidence; that it holds is bad news, and exits like a fork."""
    if not file.is_file():
        raise click.BadParameter(f"{file} is no file of evidence; to compare, name two states", param_hint="A")
    if policy is None:
        raise click.UsageError("evidence is checked against --policy FILE: the keys of the log it is to be against")
    with file.open("rb") as opened:
        data = opened.read(FORK_BYTES_MAX + 1)
    try:
        first, second = ForkEvidence.parse(data).verify(policy)
    except (Untrusted, Malformed, TooLarge) as reason:
        click.secho("No evidence: this file proves no fork of the log.", fg="yellow", bold=True)
        click.echo(f"  {one_line(str(reason))}")
        code = verdict_of(type(reason))
        raise click.exceptions.Exit(code if code is ExitCode.POLICY_FAILURE else ExitCode.MALFORMED) from reason
    click.secho("Fork: the log signed two states that cannot be of one history.", fg="red", bold=True)
    for checkpoint in (first, second):
        click.echo(f"  {checkpoint.size:>12,} entries  root {format_base64(checkpoint.root)}")
    raise click.exceptions.Exit(ExitCode.INTEGRITY_FAILURE)
