"""One run: prepare the ledgers, measure round after round with everything interleaved, write what came out."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import floors
from benchmarks.checking import Checker
from benchmarks.escrow_worlds import EscrowWorld, found_escrow_world
from benchmarks.figures import Rounds
from benchmarks.growth import Growth, Step, note_growth
from benchmarks.machine import describe_machine
from benchmarks.made_events import Maker
from benchmarks.measure_audit import AuditMeasure
from benchmarks.measure_capture import CaptureMeasure
from benchmarks.measure_decisions import DecisionMeasure
from benchmarks.measure_escrow import EscrowMeasure
from benchmarks.measure_labels import LabelMeasure
from benchmarks.measure_reading import ReadingMeasure
from benchmarks.plot import draw
from benchmarks.processes import Server, bare_server, ledger_server
from benchmarks.progress import Progress
from benchmarks.report import budget_table, heading, kept_runs, table
from benchmarks.sizes import Sizes
from benchmarks.worlds import Library, World, fill_library, found_world

_KEPT: Final = Path(__file__).resolve().parent / "results"
"""What the repository keeps of longer runs."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything a round works on. `escrow` is posted to in this process, `deciding` serves a ledger of its own."""

    sizes: Sizes
    seed: int
    folder: Path
    world: World
    library: Library
    ledger: Server
    reading: Server
    bare: Server
    escrow: EscrowWorld
    deciding: Server


@dataclass(frozen=True, slots=True)
class Measures:
    """What every round measures."""

    capture: CaptureMeasure
    read: ReadingMeasure
    audit: AuditMeasure
    escrow: EscrowMeasure
    decisions: DecisionMeasure
    labels: LabelMeasure


def run(sizes: Sizes, *, seed: int, folder: Path, progress: Progress) -> dict[str, Any]:
    """Measure everything; `folder` is for ledgers and logs and may be removed afterwards."""
    begin, started = time.monotonic(), datetime.now(UTC)
    machine, rounds = describe_machine(folder), Rounds()
    with ExitStack() as servers:
        with progress.part("filling a ledger to read") as told:
            library = fill_library(folder / "library", sizes, seed=seed + 1, progress=told)
        world = found_world(folder / "capture")
        escrow, decided = found_escrow_world(folder / "escrow"), found_escrow_world(folder / "decisions")
        servers.callback(escrow.ledger.close)
        servers.callback(decided.ledger.close)
        decisions = DecisionMeasure(rounds, decided, sizes.escrow, measures=sizes.rounds + 1)
        bench = Bench(
            sizes,
            seed,
            folder,
            world,
            library,
            ledger=servers.enter_context(ledger_server(world.data, folder / "capture.log")),
            reading=servers.enter_context(ledger_server(library.world.data, folder / "library.log")),
            bare=servers.enter_context(bare_server(folder / "bare.log")),
            escrow=escrow,
            deciding=servers.enter_context(ledger_server(decided.ledger.data, folder / "decisions.log")),
        )
        curve = _measure(bench, rounds, decisions, progress)
    return {
        "started": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": time.monotonic() - begin,
        "seed": seed,
        "machine": machine,
        "sizes": asdict(sizes),
        "figures": rounds.figures(),
        "growth": [asdict(step) for step in curve],
    }


def write(result: dict[str, Any], results: Path) -> tuple[Path, str]:
    """Write JSON, table and plot; return the JSON's path and the text of the table."""
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"{result['started'].replace(':', '').replace('-', '')}.json"
    figures = result["figures"]
    text = heading(result) + "\n" + table(figures) + "\n" + budget_table(figures, kept_runs(_KEPT))
    plain = {**result, "figures": [figure.to_json() for figure in figures]}
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".txt").write_text(text, encoding="utf-8")
    path.with_suffix(".svg").write_text(draw(figures, title=f"Suyuan, {result['started']}"), encoding="utf-8")
    return path, text


def _measure(bench: Bench, rounds: Rounds, decisions: DecisionMeasure, progress: Progress) -> list[Step]:
    sizes, key, maker = bench.sizes, bench.world.key, Maker(bench.seed)
    checker = Checker(bench.ledger.port, bench.world.policy, party=bench.world.party, key=key, seed=bench.seed)
    capture = CaptureMeasure(rounds, maker, checker, ledger=bench.ledger.port, bare=bench.bare.port, key=key, folder=bench.folder)
    read = ReadingMeasure(rounds, bench.library, sizes, ledger=bench.reading.port, bare=bench.bare.port, seed=bench.seed)
    audit = AuditMeasure(rounds, bench.library, bench.folder)
    escrow = EscrowMeasure(rounds, bench.escrow, sizes.escrow, bench.folder)
    labels = LabelMeasure(rounds, sizes.labels, seed=bench.seed)
    audit.stored()
    _warm_up(bench, maker, checker)
    decisions.warm_up(ledger=bench.deciding.port, bare=bench.bare.port)
    with progress.part("measuring") as told:
        for number in range(sizes.rounds):
            _round(bench, number, rounds, Measures(capture, read, audit, escrow, decisions, labels))
            told(number + 1, sizes.rounds)
    curve: list[Step] = []
    if sizes.growth:
        growth = Growth(maker, checker, bench.world, bench.ledger, folder=bench.folder)
        with progress.part(f"growing to {sizes.growth:,} events") as told:
            curve = list(growth.run(sizes.growth, sizes.growth_step, progress=told))
        note_growth(rounds, curve)
    rounds.add("memory of the server", (bench.ledger.resident_bytes() or 0) / (1 << 20), "MB")
    return curve


def _warm_up(bench: Bench, maker: Maker, checker: Checker) -> None:
    """The first requests of a process pay for connections, statements and imports; they are not measured."""
    nowhere, key = Rounds(), bench.world.key
    capture = CaptureMeasure(
        nowhere, maker, checker, ledger=bench.ledger.port, bare=bench.bare.port, key=key, folder=bench.folder
    )
    for size in bench.sizes.captures:
        if size.rounds == bench.sizes.rounds:
            capture.sequenced(replace(size, documents=2 * size.clients))
    read = ReadingMeasure(nowhere, bench.library, bench.sizes, ledger=bench.reading.port, bare=bench.bare.port, seed=bench.seed)
    read.receipts()
    read.pages()
    read.large_page()
    read.recalls()


def _round(bench: Bench, number: int, rounds: Rounds, measures: Measures) -> None:
    rounds.add("fdatasync of 4 KiB", floors.syncs_per_second(bench.folder, seconds=bench.sizes.syncs_s), "syncs/s")
    for size in bench.sizes.captures:
        if number >= size.rounds:
            continue
        if size.documents:
            measures.capture.sequenced(size)
        if size.published:
            measures.capture.published(size)
    measures.read.receipts()
    measures.read.pages()
    measures.read.large_page()
    measures.read.recalls()
    measures.read.trace()
    measures.audit.audit()
    measures.audit.audit_beside()
    measures.audit.verify(bench.reading.port)
    measures.escrow.transitions()
    if number < bench.sizes.escrow.replays:
        measures.escrow.replay()
    measures.escrow.signatures()
    measures.decisions.decide(ledger=bench.deciding.port, bare=bench.bare.port)
    measures.labels.labels()
