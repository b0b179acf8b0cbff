"""Servers killed at random moments under load, round after round: nothing that was acknowledged is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.worlds import World, found_world
from tests.faults.acknowledged import Acknowledged, audit_clean, confirm
from tests.faults.sending import sending
from tests.faults.servers import serving

_ROUNDS_OF_ONE_LEDGER: Final = 20
_LONGEST_S: Final = 0.8


class Outcome(NamedTuple):
    """What all rounds came to."""

    rounds: int
    attempts: int
    acknowledged: int
    found: int


def kill_rounds(
    folder: Path, *, rounds: int, seed: int, servers: int = 1, tell: Callable[[str], None] = lambda _line: None
) -> Outcome:
    """Start servers over one directory, load them, kill them, and look; a new ledger every so many rounds.

    Raises:
        Loss: something acknowledged is not there, or the audit is not clean.
    """
    draw = random.Random(seed)
    attempts = acknowledged = found = 0
    for first in range(0, rounds, _ROUNDS_OF_ONE_LEDGER):
        world = found_world(folder / f"ledger-{first}")
        kept = Acknowledged()
        for number in range(first, min(rounds, first + _ROUNDS_OF_ONE_LEDGER)):
            _round(world, folder / f"log-{number}", kept, draw, seed=seed * 10_000 + number, servers=servers)
            here, entries = confirm(world.data, kept), audit_clean(world.data)
            tell(
                f"round {number + 1} of {rounds}: sent {kept.attempts}, acknowledged {len(kept.events)} events, found {here}, "
                f"{entries} entries, audit clean"
            )
        attempts, acknowledged, found = attempts + kept.attempts, acknowledged + len(kept.events), found + here
    return Outcome(rounds, attempts, acknowledged, found)


def _round(world: World, log: Path, kept: Acknowledged, draw: random.Random, *, seed: int, servers: int) -> None:
    with serving(world.data, log, count=servers) as victims:
        ports = [victim.port for victim in victims]
        with sending(ports, world.key, kept, seed=seed):
            for victim in draw.sample(victims, len(victims)):
                time.sleep(draw.uniform(0.01, _LONGEST_S))
                victim.kill()
