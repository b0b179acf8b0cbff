"""`suyuan witness log`: the logs that a witness knows, by hand, while it serves or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.boundary import one_line
from ledger.actions.open_ledger import system_clock
from ledger.actions.witness.known_logs import Shown, add_logs, list_logs, log_keys_in, opened_store, remove_log, show_log
from ledger.actions.witness.show_conflicts import conflicts_as_json
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.witness.logs import KnownLog, origin_hash

_data = click.option("--data", type=data_options.DIRECTORY, required=True, help="The witness's data directory.")


@click.group()
def command() -> None:
    """Add, list, show and remove the logs that a witness knows.

    It cosigns for these logs only, and takes only checkpoints that one of their keys has signed. A server that runs on the
    directory acts by what is written here at once.
    """


@command.command()
@click.argument("policy_file", metavar="POLICY-FILE", type=data_options.FILE)
@_data
def add(*, policy_file: Path, data: Path) -> None:
    """Know every log in a policy file, by exactly the keys that its `log` lines name.

    Any C2SP tlog-policy file will do; what it says of witnesses does not matter here. Of a log that is known already, only
    the keys change: it goes on from what was cosigned.

    \b
    Example:
      suyuan witness log add ledger-data/policy --data w1
    """
    with opened_store(data) as engine:
        logs = log_keys_in(policy_file.read_bytes())
        add_logs(engine, logs, clock=system_clock)
    for origin, keys in logs.items():
        click.echo(f"knows {one_line(origin)} by {_count(len(keys), 'key')}")


@command.command("list")
@_data
@data_options.as_json
def list_known(*, data: Path, as_json: bool) -> None:
    """List the logs, each with what was cosigned last.

    \b
    Example:
      suyuan witness log list --data w1
    """
    with opened_store(data) as engine:
        logs, forks = list_logs(engine)
    if as_json:
        click.echo(json.dumps([{**_as_json(log), "forks": forks.get(log.origin, 0)} for log in logs]))
        return
    for log in logs:
        forked = f"  SIGNED {_count(forks[log.origin], 'FORK')}" if log.origin in forks else ""
        click.echo(f"{one_line(log.origin)}  {_standing(log)}  {_count(len(log.keys), 'key')}{forked}")


@command.command()
@click.argument("origin")
@_data
@data_options.as_json
def show(*, origin: str, data: Path, as_json: bool) -> None:
    """Show one log: its keys, what was cosigned last, and heads that it signed and that were refused.

    `fork` means that two heads of one size are there, both signed by the log: the two notes prove to anybody that it showed
    two histories. `proof-wrong` may also be the fault of whoever sent it. An ML-DSA-44 key is shown by its ID; --json has all
    of it.

    \b
    Example:
      suyuan witness log show ledger.example/main --data w1
    """
    with opened_store(data) as engine:
        shown = show_log(engine, origin)
    if as_json:
        click.echo(json.dumps({**_as_json(shown.log), "conflicts": conflicts_as_json(shown.conflicts)}))
        return
    _print_log(shown)


@command.command()
@click.argument("origin")
@_data
def remove(*, origin: str, data: Path) -> None:
    """Cosign nothing more of a log.

    What was cosigned is kept, and served. It may be added again by hand only, and then goes on from there.

    \b
    Example:
      suyuan witness log remove ledger.example/main --data w1
    """
    with opened_store(data) as engine:
        remove_log(engine, origin)
    click.echo(f"cosigns nothing more of {one_line(origin)}")


def _print_log(shown: Shown) -> None:
    log = shown.log
    click.echo(f"origin: {one_line(log.origin)}\naddress: {origin_hash(log.origin).hex()}\ncosigned: {_standing(log)}")
    for key in log.keys:
        click.echo(f"key: {one_line(key.short)}")
    if log.cosigned:
        click.echo(f"\n{log.cosigned.note.decode()}", nl=False)
    for one in conflicts_as_json(shown.conflicts):
        click.echo(f"\n{one['kind']}: size {one['size']}, from {one['old_size']}, seen {one['seen']}")
        click.echo(f"\ncosigned:\n{one['cosigned']}\nrefused:\n{one['refused']}", nl=False)


def _standing(log: KnownLog) -> str:
    standing = "never" if log.cosigned is None else f"size {log.cosigned.size} at {_time(log)}"
    return standing if log.keys else f"{standing}, removed"


def _time(log: KnownLog) -> str | None:
    return format_instant(Instant(1_000 * log.cosigned.time_s)) if log.cosigned else None


def _as_json(log: KnownLog) -> dict[str, Any]:
    return {
        "origin": log.origin,
        "address": origin_hash(log.origin).hex(),
        "keys": [str(key) for key in log.keys],
        "added": format_instant(log.added),
        "size": log.cosigned.size if log.cosigned else None,
        "cosigned": _time(log),
        "checkpoint": log.cosigned.note.decode() if log.cosigned else None,
    }


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}{'S' if word.isupper() else 's'}"
