"""`suyuan audit`: check a whole ledger against a policy file, or rehearse the known attacks on copies of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.audit_exit import exit_of
from cli.audit_formats import FORMATS, write_report
from cli.audit_text import print_rehearsal
from cli.data_options import NEW_FILE
from cli.exits import ExitCode
from cli.policy_file import read_policy
from cli.remote import read_api_key
from ledger.actions.log.audit_worker import NamedSource
from ledger.actions.log.open_source import SourceAbsent
from ledger.actions.log.run_audit import AuditWay, run_audit
from ledger.actions.rehearse_attacks import Rehearsed, rehearse_attacks
from ledger.audit.heads import KeptCheckpointUnusable

_REHEARSAL_FORMATS: Final = ("text", "json")
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("source", required=False)
@click.option("--policy", type=_FILE, help="Whom you trust: log keys, first entry, quorum. Required but with --self-test.")
@click.option("--checkpoint", type=_FILE, help="A checkpoint you kept: the log must still begin with it.")
@click.option("--since", type=_FILE, help="A checkpoint you verified: bodies before it are not read again, which exits 3.")
@click.option("--state", type=NEW_FILE, help="Your own file: go on from the audit that left it, and leave it for the next one.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes at work. By default one a core, or one for a small log.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to report.")
@click.option("--out", type=NEW_FILE, help="Write the report into a file, which appears when it is whole.")
@click.option("--api-key-file", type=_FILE, help="File with an API key, to be shown the bodies its holder may read.")
@click.option("--unlock", type=_FILE, help="Unlock file of a data directory, for the index of eventIDs.")
@click.option(
    "--self-test", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Rehearse attacks on copies of DIR."
)
def command(
    *,
    source: str | None,
    policy: Path | None,
    checkpoint: Path | None,
    since: Path | None,
    state: Path | None,
    jobs: int | None,
    form: str,
    out: Path | None,
    api_key_file: Path | None,
    unlock: Path | None,
    self_test: Path | None,
) -> None:
    """Check a whole ledger against a policy file.

    Everything, from the body bytes up to the checkpoints. SOURCE is the address of a served log, a data directory, or a
    bundle that `suyuan export` wrote, which needs no network. Only the policy file is trusted. Every finding is named with
    its place; nothing is left out in silence. The same log gives the same report, byte for byte, in every format.

    \b
    Examples:
      suyuan audit https://ledger.example --policy policy --format junit --out audit.xml
      suyuan audit DIR --policy policy --state audit.state     # every night: only what is new
    \b
    Exit codes: 0 clean, 1 broken evidence, 2 wrong use,
                3 what was checked holds but not all could be checked, 4 not the policy's trust.
    """
    if self_test is not None:
        if source is not None:
            raise click.UsageError("--self-test takes no SOURCE beside its DIR")
        if form not in _REHEARSAL_FORMATS or out is not None:
            raise click.UsageError("--self-test prints text or json, and takes no --out")
        with _progress("attacks", form) as advance:
            rehearsed = rehearse_attacks(self_test, unlock=unlock, progress=advance)
        _show_rehearsal(rehearsed, form)
        return
    if source is None or policy is None:
        raise click.UsageError("SOURCE and --policy FILE are needed")
    trusted = read_policy(policy)
    if since is not None and state is not None:
        raise click.UsageError("--since and --state are two ways to go on from an earlier audit; take one")
    api_key = read_api_key(api_key_file) if api_key_file is not None else None
    kept, verified = (None if file is None else file.read_bytes() for file in (checkpoint, since))
    try:
        with _progress("entries", form) as advance:
            way = AuditWay(kept=kept, since=verified, state=state, jobs=jobs)
            report = run_audit(NamedSource(source, api_key, unlock), trusted, way, progress=advance)
    except SourceAbsent as reason:
        raise click.BadParameter(str(reason), param_hint="SOURCE") from reason
    except KeptCheckpointUnusable as reason:
        click.echo(f"suyuan: {reason}", err=True)
        raise click.exceptions.Exit(ExitCode.POLICY_FAILURE) from reason
    write_report(report, form, out)
    raise click.exceptions.Exit(exit_of(report))


def _show_rehearsal(rehearsed: list[Rehearsed], form: str) -> None:
    if form == "json":
        attacks = [{"name": one.attack.name, "found": one.found, "kind": one.kind, "position": one.position} for one in rehearsed]
        click.echo(json.dumps({"attacks": attacks}, indent=2))
    else:
        print_rehearsal(rehearsed)
    all_found = all(one.found for one in rehearsed)
    raise click.exceptions.Exit(ExitCode.CLEAN if all_found else ExitCode.INTEGRITY_FAILURE)


@contextmanager
def _progress(what: str, form: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, where a person looks at it."""
    console = Console(stderr=True)
    if form == "json" or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
