"""The help of every command, as it stands in the documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click
from click.testing import CliRunner

from cli.main import COMMANDS, suyuan

# A width of its own, so that the text does not hang on the window of whoever writes it.
_RUNNER: Final = CliRunner(env={"COLUMNS": "100"})


def list_of_commands() -> str:
    """What `suyuan --help` prints, fenced."""
    return _help()


def command_sections() -> str:
    """A heading and the help of every command and subcommand."""
    return "\n\n".join(f"{'#' * (len(path) + 2)} suyuan {' '.join(path)}\n\n{_help(*path)}" for path in _paths(suyuan))


def _paths(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in COMMANDS if not above else group.list_commands(context):
        yield (*above, name)
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _paths(command, *above, name)


def _help(*path: str) -> str:
    result = _RUNNER.invoke(suyuan, [*path, "--help"], prog_name="suyuan")
    if result.exit_code:
        raise LookupError(f"suyuan {' '.join(path)}: {result.stderr.strip()}")
    return f"```text\n{result.stdout.strip()}\n```"
