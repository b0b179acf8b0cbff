"""Fill one ledger to millions of events and watch it: `make grow EVENTS=10000000`."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from benchmarks.checking import Checker
from benchmarks.figures import Figure, Rounds
from benchmarks.growth import Growth, Step, note_growth
from benchmarks.machine import describe_machine
from benchmarks.made_events import Maker
from benchmarks.plot_growth import draw_growth
from benchmarks.processes import ledger_server
from benchmarks.progress import Progress
from benchmarks.report import table
from benchmarks.worlds import found_world

_RESULTS: Final = Path(__file__).resolve().parent / "results"


@click.command()
@click.option("--events", type=int, default=1_000_000, show_default=True, help="How many there are in the end.")
@click.option("--step", type=int, default=100_000, show_default=True, help="How many make one line of the report.")
@click.option("--floor/--no-floor", default=True, show_default=True, help="Grow a bare database beside it.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every byte that is sent.")
@click.option("--results", type=click.Path(path_type=Path), default=_RESULTS, help="Where to write the result.")
@click.option("--work", type=click.Path(path_type=Path), help="Where the ledger lies; its disk is what is measured.")
def main(*, events: int, step: int, floor: bool, seed: int, results: Path, work: Path | None) -> None:
    """Send documents of 500 events from four clients, every one confirmed; print a line a step, then a table.

    The result is written anew after each step, so that a run which is stopped leaves what it came to.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    began, started, steps = time.monotonic(), datetime.now(UTC), list[Step]()
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"growth-{started:%Y%m%dT%H%M%SZ}.json"
    with tempfile.TemporaryDirectory(prefix="suyuan-grow-", dir=work) as name:
        folder = Path(name)
        machine, world = describe_machine(folder), found_world(folder / "data")
        with ledger_server(world.data, folder / "server.log") as server, Progress().part(f"growing to {events:,} events") as told:
            checker = Checker(server.port, world.policy, party=world.party, key=world.key, seed=seed)
            growth = Growth(Maker(seed), checker, world, server, folder=folder, floor=floor)
            for one in growth.run(events, step, progress=told):
                steps.append(one)
                click.echo(_line(one))
                about = {"started": f"{started:%Y-%m-%dT%H:%M:%SZ}", "seconds": time.monotonic() - began, "seed": seed}
                path.write_text(_result({**about, "machine": machine}, steps), encoding="utf-8")
                title = f"Suyuan growing to {events:,} events, {started:%Y-%m-%d}"
                path.with_suffix(".svg").write_text(draw_growth(steps, title=title), encoding="utf-8")
    click.echo(table(_figures(steps)))
    click.echo(f"result: {path}")


def _figures(steps: list[Step]) -> list[Figure]:
    rounds = Rounds()
    note_growth(rounds, steps)
    return rounds.figures()


def _result(about: dict[str, Any], steps: list[Step]) -> str:
    figures = [figure.to_json() for figure in _figures(steps)]
    return json.dumps({**about, "growth": [asdict(one) for one in steps], "figures": figures}, indent=1) + "\n"


def _line(step: Step) -> str:
    bare = f", bare SQLite {step.bare:,.0f}" if step.bare else ""
    parts = [
        f"{step.events:12,}  {step.rate:8,.0f} events/s{bare}",
        f"commit p99 {step.commit_p99_ms:.0f} ms",
        f"{step.memory_mb:.0f} MB",
        f"{step.bytes_per_event:,.0f} bytes an event",
        f"receipt p99 {step.receipt_p99_ms:.1f} ms",
        f"page p99 {step.page_p99_ms:.1f} ms",
    ]
    return "  ".join(parts)


if __name__ == "__main__":
    main()
