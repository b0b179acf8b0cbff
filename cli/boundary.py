"""The one place where a failure becomes a line on standard error and an exit code."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import NoReturn

import click

from cli.exits import ExitCode, exit_code_of
from ledger.errors import SuyuanError


class BoundedGroup(click.Group):
    """A group whose commands may raise any `SuyuanError` or `OSError`.

    Standard output stays what the command made it, so `--json` readers never meet prose there.
    """

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; every failure it names ends the process with its own exit code."""
        try:
            return super().invoke(ctx)
        except SuyuanError as error:
            _say(str(error))
            ctx.exit(exit_code_of(type(error)))
        except BrokenPipeError:
            # The interpreter flushes standard output once more when it ends; give it somewhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.OUTPUT_CLOSED)
        except OSError as error:
            _say(f"{type(error).__name__}: {error}")
            ctx.exit(ExitCode.FILE_FAILURE)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(ExitCode.INTERRUPTED)
        except click.FileError as error:
            # click would end with 1, which is kept for failed integrity.
            _say(error.format_message())
            ctx.exit(ExitCode.FILE_FAILURE)


def end_on_fault(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> NoReturn:
    """Print the traceback of a fault of our own and end with a code that no verdict uses.

    Installed as `sys.excepthook`: the interpreter's own ending is exit code 1, which is kept for failed integrity.
    """
    sys.__excepthook__(kind, fault, trace)
    raise SystemExit(int(ExitCode.OTHER_FAILURE))


def one_line(text: str) -> str:
    """`text` with every unprintable character escaped, so that foreign bytes cannot steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _say(message: str) -> None:
    click.echo(f"suyuan: {one_line(message)}", err=True)
