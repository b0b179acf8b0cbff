"""The frame of the command line: its list, and commands that are not there."""

from __future__ import annotations

from click.testing import CliRunner

from cli.exits import ExitCode
from cli.main import COMMANDS, suyuan


def test_the_list_shows_every_command_with_its_line() -> None:
    result = CliRunner().invoke(suyuan, ["--help"])
    assert result.exit_code == ExitCode.CLEAN
    width = max(map(len, COMMANDS)) + 2
    for name, line in COMMANDS.items():
        assert f"  {name:<{width}}{line}\n" in result.stdout


def test_an_unknown_command_is_misuse() -> None:
    result = CliRunner().invoke(suyuan, ["exits"])
    assert result.exit_code == ExitCode.MISUSED
    assert "No such command 'exits'" in result.stderr


def test_no_command_at_all_is_misuse_and_shows_the_list() -> None:
    result = CliRunner().invoke(suyuan, [])
    assert result.exit_code == ExitCode.MISUSED
    assert "Commands:" in result.output
