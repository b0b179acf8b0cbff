"""`suyuan demo`: found the small honest world and serve it."""

from __future__ import annotations

import shlex
import sys
import webbrowser
from pathlib import Path
from shutil import which
from typing import Final

import click

from cli.serve import serve, settings_of
from cli.server import HOST, listening
from ledger.actions.codes.draw_code import code_lines
from ledger.actions.demo_world.build import build_demo_world
from ledger.actions.demo_world.identifiers import ITEM, ORIGIN
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.restore import refuse_unless_empty
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import Conflict
from ledger.storage.database import DATABASE_FILE
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.scans import CodeState


class NotTheDemoWorld(Conflict):
    title = "there is a ledger here already, and it is not the demonstration's"
    default_hint = "choose another directory with --data; `suyuan serve` serves this one"


class DemoWorldUnfinished(Conflict):
    title = "the demonstration's story here breaks off"
    default_hint = "its founding was interrupted: remove the directory and start again"


_LAST_SCENE: Final = "second-hand"
_LAST_STATE: Final = CodeState.TRANSFERRED
"""What the story ends with: the last owner of a kettle passed it on."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8_000, show_default=True, help="0 takes any free one.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="demo-data",
    show_default=True,
    help="Where the world lives.",
)
@click.option("--open", "in_browser", is_flag=True, help="Open the page of the tin in a browser.")
def command(*, port: int, data: Path, in_browser: bool) -> None:
    """Found a small honest world and serve it.

    Reuses the world that is in the data directory already, and serves in the foreground.

    A tea from Duyun, from the garden to a shop in Singapore, told by those who had it in their hands. Prints the page of a
    tin of it, the tin's code, the audit command to try, and the pages of other codes: a recall, a copied code, missing
    records and the like. Stop it with Ctrl-C; it is there again the next time.

    \b
    Example:
      suyuan demo --port 8000 --data demo-data
    """
    data = data.resolve()
    with listening(HOST, port) as listener:
        _prepare(data)
        settings = settings_of(data, listener)
        serve(settings, listener, when_ready=lambda: _say_ready(data, settings.public_url, in_browser=in_browser))


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
        last = describe_item(ledger, parse_digital_link(SCENES[_LAST_SCENE].item))
    except ItemUnknown as reason:
        raise DemoWorldUnfinished(seen=str(ledger.data)) from reason
    if last.code is None or last.code.state is not _LAST_STATE:
        raise DemoWorldUnfinished(seen=str(ledger.data), wanted="a story told to its end")


def _say_ready(data: Path, url: str, *, in_browser: bool) -> None:
    page = _page_of(ITEM, url)
    policy = data / POLICY_FILE
    for line in code_lines(page):
        click.echo(click.style(line, fg="black", bg="bright_white"))
    click.echo("A tin of green tea on a shelf in Singapore. The story is invented; every signature and proof in it is real.")
    click.echo("Open its page, then try the audit: it trusts the policy file alone. Ctrl-C stops this server.")
    click.echo(f"page: {page}")
    click.echo(f"item: {ITEM}")
    click.echo(f"policy: {policy}")
    click.echo(f"audit: {_audit_command(data, policy)}")
    click.echo("Ten codes, and what their pages have to say:")
    for name, scene in SCENES.items():
        click.echo(f"  {name}: {scene.shows}\n    {_page_of(scene.item, url)}")
    sys.stdout.flush()
    if in_browser:
        webbrowser.open(page)


def _page_of(item: str, url: str) -> str:
    return parse_digital_link(item).uri(root=url)


def _audit_command(data: Path, policy: Path) -> str:
    """A line that works wherever it is pasted: paths are absolute, and this very program is named."""
    beside = Path(sys.executable).with_name("suyuan")
    program = str(beside) if beside.is_file() else which("suyuan") or "suyuan"
    return shlex.join([program, "audit", str(data), "--policy", str(policy)])
