"""Measure the ledger: `make bench`, and `FULL=1 make bench` up to a million events."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

from benchmarks.progress import Progress
from benchmarks.run import run, write
from benchmarks.run_escrow import run_escrow
from benchmarks.sizes import DEFAULT, FULL, TINY

_RESULTS: Final = Path(__file__).resolve().parent / "results"


@click.command()
@click.option("--tiny", is_flag=True, help="A few events of each kind: does it work at all?")
@click.option("--escrow", is_flag=True, help="Only what is about the escrow.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every byte that is sent.")
@click.option("--results", type=click.Path(path_type=Path), default=_RESULTS, help="Where to write the result.")
@click.option("--work", type=click.Path(path_type=Path), help="Where the measured ledgers lie; their disk is what is measured.")
def main(*, tiny: bool, escrow: bool, seed: int, results: Path, work: Path | None) -> None:
    """Measure capture, receipts, pages, traces, audit, verify and the escrow, each beside its floor; print a table."""
    # A run that is told to stop must not leave its servers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sizes = TINY if tiny else FULL if os.environ.get("FULL") else DEFAULT
    with tempfile.TemporaryDirectory(prefix="suyuan-bench-", dir=work) as folder:
        result = (run_escrow if escrow else run)(sizes, seed=seed, folder=Path(folder), progress=Progress())
    path, text = write(result, results)
    click.echo(text)
    click.echo(f"result: {path}")


if __name__ == "__main__":
    main()
