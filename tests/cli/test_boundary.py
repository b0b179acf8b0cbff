"""A failure of a command becomes one line and its own exit code."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from cli.boundary import BoundedGroup, one_line
from cli.exits import ExitCode
from ledger.evidence.instant import InstantMalformed


def failing_with(fault: BaseException) -> click.Group:
    @click.group(cls=BoundedGroup)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        click.echo("{}")
        raise fault

    return group


@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        (InstantMalformed(seen="now"), ExitCode.MALFORMED, "suyuan: InstantMalformed: "),
        (FileNotFoundError(2, "No such file", "x.json"), ExitCode.FILE_FAILURE, "suyuan: FileNotFoundError: "),
        (click.FileError("x.json", "unreadable"), ExitCode.FILE_FAILURE, "suyuan: Could not open file 'x.json'"),
        (click.UsageError("which one?"), ExitCode.MISUSED, "Usage: "),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, ""),
        (click.Abort(), ExitCode.INTERRUPTED, ""),
    ],
)
def test_a_failure_has_its_exit_code_and_leaves_standard_output_alone(fault: BaseException, code: ExitCode, line: str) -> None:
    result = CliRunner().invoke(failing_with(fault), ["fail"])
    assert (result.exit_code, result.stdout) == (code, "{}\n")
    assert result.stderr.startswith(line)


def test_a_named_error_is_one_line_even_with_hostile_bytes_in_it() -> None:
    result = CliRunner().invoke(failing_with(InstantMalformed(seen="a\nb\x1b[2J")), ["fail"])
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


def test_printable_text_stays_as_it_is() -> None:
    assert one_line("都匀毛尖 · tea") == "都匀毛尖 · tea"


def test_a_fault_of_our_own_never_looks_like_a_verdict() -> None:
    program = "import sys; from cli.boundary import end_on_fault; sys.excepthook = end_on_fault; 1 / 0"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert run.returncode == ExitCode.OTHER_FAILURE
    assert "ZeroDivisionError" in run.stderr


def test_a_reader_that_stops_reading_is_no_verdict() -> None:
    program = (
        "import click\nfrom cli.boundary import BoundedGroup\n"
        "@click.group(cls=BoundedGroup)\ndef group() -> None: pass\n"
        "@group.command()\ndef speak() -> None:\n  for _ in range(100_000): print('x' * 100)\n"
        "group(['speak'])\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.stdout is not None and run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    assert (run.wait(timeout=30), run.stderr.read()) == (ExitCode.OUTPUT_CLOSED, b"")
