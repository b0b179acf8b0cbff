"""`suyuan version`: which release this is."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Show the version."""
    release = version("suyuan")
    if as_json:
        click.echo(json.dumps({"version": release, "python": platform.python_version()}))
    else:
        click.echo(f"suyuan {release}")
