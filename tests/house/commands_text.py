"""The help of every command, as it stands in the documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from cli.main import COMMANDS, suyuan

_WIDTH: Final = 100


def list_of_commands() -> str:
    """What `suyuan --help` prints, fenced."""
    return _fenced(_help(suyuan, click.Context(suyuan, info_name="suyuan", terminal_width=_WIDTH)))


def command_sections() -> str:
    """A heading and the help of every command and subcommand."""
    root = click.Context(suyuan, info_name="suyuan", terminal_width=_WIDTH)
    return "\n\n".join(section for name in COMMANDS for section in _sections(name, suyuan, root, level=3))


def _sections(name: str, group: click.Group, above: click.Context, *, level: int) -> Iterator[str]:
    command = group.get_command(above, name)
    if command is None:
        raise LookupError(f"there is no command {name}")
    context = click.Context(command, info_name=name, parent=above, terminal_width=_WIDTH)
    yield f"{'#' * level} {context.command_path}\n\n{_fenced(_help(command, context))}"
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _sections(below, command, context, level=level + 1)


def _help(command: click.Command, context: click.Context) -> str:
    return command.get_help(context).rstrip()


def _fenced(text: str) -> str:
    return f"```text\n{text}\n```"
