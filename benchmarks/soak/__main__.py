"""Load a server for long, verify everything it shows, overload it, and see it come back: `make load`."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from benchmarks.machine import describe_machine
from benchmarks.made_events import Maker
from benchmarks.processes import ledger_server
from benchmarks.soak.plot import draw
from benchmarks.soak.readers import Readings, Shelf, reading_beside
from benchmarks.soak.windows import Window, growths
from benchmarks.soak.writers import DOCUMENT_EVENTS, Writers
from benchmarks.worlds import World, found_world

_RESULTS: Final = Path(__file__).resolve().parent.parent / "results"
_SHARE: Final = 0.8
_CLIENTS: Final = 32
_CROWD: Final = 600
_NORMAL: Final = 2.0


@dataclass
class Run:
    """What is measured, and how long."""

    writers: Writers
    readings: Readings
    began: float
    window_s: float
    windows: list[Window]

    def measure(self, *, clients: int, per_second: float | None, seconds: float | None = None, most: int = 4_000) -> Window:
        """One window, noted and told."""
        load, events = self.writers.window(seconds=seconds or self.window_s, clients=clients, per_second=per_second, most=most)
        offered = DOCUMENT_EVENTS * per_second if per_second is not None else events / load.seconds
        at_s = time.monotonic() - self.began
        one = self.writers.look(load, events, at_s=at_s, offered=offered, readings=self.readings)
        click.echo(
            f"{one.at_s:6.0f} s  {one.done:7,.0f} of {one.offered:7,.0f} events/s  p50 {one.p50_ms:.1f} p99 {one.p99_ms:.1f} ms "
            f" readers' p99 {one.read_p99_ms:6.1f} ms  {one.memory_mb:5.0f} MB  waiting {one.waiting}  behind {one.behind}  "
            f"503: {one.turned_away}"
        )
        return one


@click.command()
@click.option("--seconds", type=float, default=600, show_default=True, help="How long the load of 80 % of the peak lasts.")
@click.option("--window", "window_s", type=float, default=10, show_default=True, help="Seconds of one line of the report.")
@click.option("--readers", type=int, default=2, show_default=True, help="Readers that verify all the while.")
@click.option("--crowd", type=int, default=_CROWD, show_default=True, help="Clients of the overload.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every byte that is sent.")
@click.option("--results", type=click.Path(path_type=Path), default=_RESULTS, help="Where to write the result.")
def main(*, seconds: float, window_s: float, readers: int, crowd: int, seed: int, results: Path) -> None:
    """Find the peak, load the server with 80 % of it, overload it, and see how soon it is normal again.

    Everything goes to 127.0.0.1. The command fails where a proof fails, anything but 503 refuses, or something grows.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="suyuan-load-") as name:
        folder = Path(name)
        machine, world = describe_machine(folder), found_world(folder / "data")
        with _loaded(world, folder, readers=readers, seed=seed, window_s=window_s) as run:
            result = _phases(run, seconds=seconds, crowd=crowd)
    result = {"started": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "seed": seed, "machine": machine, **result}
    path = _write(result, run.windows, results)
    click.echo(f"result: {path}")
    sys.exit(0 if result["kept"] else 1)


@contextmanager
def _loaded(world: World, folder: Path, *, readers: int, seed: int, window_s: float) -> Iterator[Run]:
    with ledger_server(world.data, folder / "server.log") as server:
        shelf = Shelf()
        writers = Writers(server, world.key, Maker(seed), shelf)
        with reading_beside(server.port, world.policy, world.key, shelf, readers=readers, seed=seed) as readings:
            yield Run(writers, readings, time.monotonic(), window_s, [])


def _phases(run: Run, *, seconds: float, crowd: int) -> dict[str, Any]:
    click.echo("peak: as fast as it goes")
    run.measure(clients=_CLIENTS, per_second=None)
    peak = max(run.measure(clients=_CLIENTS, per_second=None).done for _ in range(2))
    rate = _SHARE * peak / DOCUMENT_EVENTS
    click.echo(f"load: 80 % of {peak:,.0f} events/s for {seconds:.0f} s")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run.windows.append(run.measure(clients=_CLIENTS, per_second=rate))
    compared = growths(run.windows)
    normal = sorted(one.p99_ms for one in run.windows)[len(run.windows) // 2]
    before = run.writers.pauses.total()
    click.echo(f"overload: {crowd} clients at once")
    over = run.measure(clients=crowd, per_second=None, most=20_000)
    turned_away = run.writers.pauses.total() - before
    back_s = _until_normal(run, rate, normal)
    statuses, readings = dict(run.writers.statuses), run.readings
    checks = {
        "every proof that readers received holds": not readings.faults and readings.receipts > 0,
        "nothing but 202 and 503 was answered": set(statuses) <= {202, 503},
        "the overload was answered by 503, with pauses that differ": turned_away > 0 and len(run.writers.pauses) > 1,
        "normal again": back_s is not None,
        **{f"no growth: {one.name}": one.kept for one in compared},
    }
    click.echo(
        f"readers verified {readings.receipts} receipts and {readings.checkpoints} checkpoints, read {readings.pages} pages"
    )
    click.echo(f"answers: {statuses}; Retry-After: {dict(run.writers.pauses)}; normal again after {back_s} s")
    for name, before_value, after, kept in ((one.name, one.before, one.after, one.kept) for one in compared):
        click.echo(
            f"{name}: {before_value:,.1f} in the middle third, {after:,.1f} in the last: {'no growth' if kept else 'GROWS'}"
        )
    for check, kept in checks.items():
        click.echo(f"{'kept' if kept else 'NOT KEPT'}: {check}")
    for fault in readings.faults[:5]:
        click.echo(f"fault: {fault}")
    return {
        "peak": peak,
        "load_s": seconds,
        "overload": asdict(over),
        "normal_again_s": back_s,
        "statuses": statuses,
        "retry_after": dict(run.writers.pauses),
        "receipts_verified": readings.receipts,
        "checkpoints_verified": readings.checkpoints,
        "checks": checks,
        "growth": [asdict(one) for one in compared],
        "kept": all(checks.values()),
    }


def _until_normal(run: Run, rate: float, normal_ms: float) -> float | None:
    """Seconds until the latency at 80 % of the peak is near that of before; None if it does not come back."""
    began = time.monotonic()
    for _ in range(20):
        one = run.measure(clients=_CLIENTS, per_second=rate, seconds=1.0)
        if one.p99_ms <= _NORMAL * normal_ms and not one.turned_away:
            return round(time.monotonic() - began, 1)
    return None


def _write(result: dict[str, Any], windows: list[Window], results: Path) -> Path:
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"load-{result['started'].replace(':', '').replace('-', '')}.json"
    path.write_text(json.dumps({**result, "windows": [asdict(one) for one in windows]}, indent=1) + "\n", encoding="utf-8")
    title = f"Suyuan under 80 % of {result['peak']:,.0f} events/s, {result['started']}"
    path.with_suffix(".svg").write_text(draw(windows, title=title), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
