"""`suyuan demo`: found the small honest world and serve it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from shutil import which
from typing import Final

import click

from cli.serve import HOST, listening, serve, settings_of
from ledger.actions.codes.draw_code import code_lines
from ledger.actions.demo_world.build import build_demo_world
from ledger.actions.demo_world.identifiers import ITEM, ORIGIN, tin
from ledger.actions.demo_world.tea_to_shelf import SOLD
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.restore import refuse_unless_empty
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.trace.trace_item import ItemUnknown, trace_item
from ledger.errors import Conflict
from ledger.storage.database import DATABASE_FILE
from ledger.trade.digital_link import parse_digital_link


class NotTheDemoWorld(Conflict):
    title = "there is a ledger here already, and it is not the demonstration's"
    default_hint = "choose another directory with --data; `suyuan serve` serves this one"


class DemoWorldUnfinished(Conflict):
    title = "the demonstration's story here breaks off"
    default_hint = "its founding was interrupted: remove the directory and start again"


_LAST_STEP: Final = "retail_selling"
"""What the story ends with."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8_000, show_default=True, help="0 takes any free one.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="demo-data",
    show_default=True,
    help="Where the world lives.",
)
def command(*, port: int, data: Path) -> None:
    """Found a small honest world and serve it.

    Reuses the world that is in the data directory already, and serves in the foreground.

    A tea from Duyun, from the garden to a shop in Singapore, told by eight parties. Prints the page of a tin of it, the
    tin's code, and the audit command to try. Stop it with Ctrl-C; it is there again the next time.

    \b
    Example:
      suyuan demo --port 8000 --data demo-data
    """
    data = data.resolve()
    with listening(HOST, port) as listener:
        _prepare(data)
        settings = settings_of(data, listener)
        serve(settings, listener, when_ready=lambda: _say_ready(data, settings.public_url))


def _prepare(data: Path) -> None:
    """Build the world in an empty directory, else see that it is there; publish whatever is not yet."""
    if not (data / DATABASE_FILE).is_file():
        refuse_unless_empty(data)
        build_demo_world(data)
        return
    ledger = open_ledger(data)
    try:
        if ledger.origin != ORIGIN:
            raise NotTheDemoWorld(seen=ledger.origin, wanted=f"an empty directory, or the ledger {ORIGIN}")
        _refuse_unfinished(ledger)
        publish_checkpoint(ledger)
    finally:
        ledger.close()


def _refuse_unfinished(ledger: Ledger) -> None:
    try:
        told = trace_item(ledger, tin(*SOLD[-1]), direction="back")
    except ItemUnknown as reason:
        raise DemoWorldUnfinished(seen=str(ledger.data)) from reason
    if _LAST_STEP not in {found.event.biz_step for found in told.events.values()}:
        raise DemoWorldUnfinished(seen=str(ledger.data), wanted="a story told to its end")


def _say_ready(data: Path, url: str) -> None:
    page = parse_digital_link(ITEM).uri(root=url)
    policy = data / POLICY_FILE
    for line in code_lines(page):
        click.echo(click.style(line, fg="black", bg="bright_white"))
    click.echo("A tin of green tea on a shelf in Singapore. The story is invented; every signature and proof in it is real.")
    click.echo("Open its page, then try the audit: it trusts the policy file alone. Ctrl-C stops this server.")
    click.echo(f"page: {page}")
    click.echo(f"item: {ITEM}")
    click.echo(f"policy: {policy}")
    click.echo(f"audit: {_audit_command(data, policy)}")
    sys.stdout.flush()


def _audit_command(data: Path, policy: Path) -> str:
    """A line that works wherever it is pasted: paths are absolute, and this very program is named."""
    beside = Path(sys.executable).with_name("suyuan")
    program = str(beside) if beside.is_file() else which("suyuan") or "suyuan"
    return shlex.join([program, "audit", str(data), "--policy", str(policy)])
