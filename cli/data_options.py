"""The options by which commands name a data directory, and that directory opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from cli.boundary import one_line
from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed
from ledger.actions.log.publish_now import publish_now
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.errors import Misused


class OutputUnwritable(Misused):
    title = "the folder that this file would go into is not there, or cannot be written"
    default_hint = "nothing was done; make the folder, or name another one"


class NewFile(click.Path):
    """A file that will be written in the end: its folder is looked at before any work is done."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        # What is no file, such as a pipe, needs no room beside it.
        if not path.exists() or path.is_file():
            folder = path.resolve().parent
            if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
                raise OutputUnwritable(seen=str(path), wanted=f"a folder {folder} of one's own")
        return path


FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE: Final = NewFile()
ANY_FILE: Final = click.Path(dir_okay=False, path_type=Path)
DIRECTORY: Final = click.Path(file_okay=False, path_type=Path)

data = click.option("--data", type=DIRECTORY, required=True, envvar="SUYUAN_DATA", help="The data directory.")
data_if_local = click.option(
    "--data", type=DIRECTORY, envvar="SUYUAN_DATA", help="The data directory of a ledger on this machine."
)
unlock = click.option(
    "--unlock",
    type=ANY_FILE,
    help="The unlock file. By default what SUYUAN_UNLOCK_FILE names, else the file `unlock` in the data directory.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
url_of_server = click.option("--url", help="The address of a server instead of a data directory.")
api_key_file = click.option("--api-key-file", type=FILE, help="File with the API key to show to the server.")


@contextmanager
def opened(data_directory: Path, unlock_file: Path | None) -> Iterator[Ledger]:
    """The ledger in a data directory, closed in the end. Others, a server too, may work on it meanwhile."""
    ledger = open_ledger(data_directory, unlock=unlock_file)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def changed(data_directory: Path, unlock_file: Path | None) -> Iterator[Ledger]:
    """The same for who writes: in the end a checkpoint covers what was written, whether a server runs or not.

    Where witnesses do not answer, what was written stays written, and is covered by the next checkpoint that is published.
    """
    with opened(data_directory, unlock_file) as ledger:
        yield ledger
        try:
            publish_now(ledger)
        except CheckpointUnwitnessed as unwitnessed:
            click.echo(f"suyuan: {one_line(str(unwitnessed))}", err=True)
