"""The escrow's measures alone, for those who work on them: `python -m benchmarks --escrow`."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import floors
from benchmarks.escrow_worlds import found_escrow_world
from benchmarks.figures import Rounds
from benchmarks.machine import describe_machine
from benchmarks.measure_decisions import DecisionMeasure
from benchmarks.measure_escrow import EscrowMeasure
from benchmarks.processes import bare_server, ledger_server
from benchmarks.progress import Progress
from benchmarks.sizes import Sizes


def run_escrow(sizes: Sizes, *, seed: int, folder: Path, progress: Progress) -> dict[str, Any]:
    """As `run.run`, without everything that is not about the escrow."""
    begin, started = time.monotonic(), datetime.now(UTC)
    machine, rounds = describe_machine(folder), Rounds()
    with ExitStack() as open_now:
        world, decided = found_escrow_world(folder / "escrow"), found_escrow_world(folder / "decisions")
        open_now.callback(world.ledger.close)
        open_now.callback(decided.ledger.close)
        escrow = EscrowMeasure(rounds, world, sizes.escrow, folder)
        decisions = DecisionMeasure(rounds, decided, sizes.escrow, measures=sizes.rounds + 1)
        deciding = open_now.enter_context(ledger_server(decided.ledger.data, folder / "decisions.log"))
        bare = open_now.enter_context(bare_server(folder / "bare.log"))
        decisions.warm_up(ledger=deciding.port, bare=bare.port)
        with progress.part("measuring") as told:
            for number in range(sizes.rounds):
                rounds.add("fdatasync of 4 KiB", floors.syncs_per_second(folder, seconds=sizes.syncs_s), "syncs/s")
                escrow.transitions()
                if number < sizes.escrow.replays:
                    escrow.replay()
                escrow.signatures()
                decisions.decide(ledger=deciding.port, bare=bare.port)
                told(number + 1, sizes.rounds)
    return {
        "started": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": time.monotonic() - begin,
        "seed": seed,
        "machine": machine,
        "sizes": {"name": sizes.name, "rounds": sizes.rounds, "escrow": asdict(sizes.escrow)},
        "figures": rounds.figures(),
        "growth": [],
    }
