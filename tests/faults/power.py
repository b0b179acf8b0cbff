"""The power fails under load: at any moment, unsynced writes are lost, torn or garbled; what was acknowledged is not.

One loaded server is watched by a tracer that keeps every write and sync. Then moments are drawn, and for each the files
are put together as a disk might hold them: all that was synced, and of the rest what chance leaves.
"""

from __future__ import annotations

import random
import re
import shutil
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.worlds import World, found_world
from tests.faults.acknowledged import Acknowledged, audit_clean, confirm
from tests.faults.kills import Outcome
from tests.faults.sending import sending
from tests.faults.servers import serving

_LOADED_S: Final = 1.5
_BEGUN_S: Final = 1e-6
"""So much after a write began, it is on its way and nothing more is known of it."""
_FILES: Final = ("ledger.sqlite", "ledger.sqlite-wal")
_TRACER: Final = ("strace", "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "70000", "-ttt")
_CALL: Final = re.compile(r"(\d+) +([\d.]+) (pwrite64|fdatasync|fsync|ftruncate)\(\d+<([^>]*)>(.*)")
_RESUMED: Final = re.compile(r"(\d+) +([\d.]+) <\.\.\. (?:fdatasync|fsync) resumed>\) += 0")
_WRITE: Final = re.compile(r', "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)(?:\)| <unfinished|$)')
_LENGTH: Final = re.compile(r", (\d+)(?:\)| <unfinished|$)")


class Change(NamedTuple):
    """One write at an offset, or, where `data` is None, a cut to that length."""

    moment: float
    file: str
    offset: int
    data: bytes | None


class Sync(NamedTuple):
    """A sync that was finished at `moment`: the first `covered` changes of its file are on the disk for good."""

    moment: float
    file: str
    covered: int


@dataclass(frozen=True)
class Watched:
    """What happened to the files from `before` on, in order."""

    before: dict[str, bytes]
    changes: Sequence[Change]
    syncs: Sequence[Sync]

    def disk_at(self, moment: float, draw: random.Random) -> tuple[dict[str, bytes], int]:
        """The files as a disk may hold them, and how many unsynced changes were spoilt."""
        disk, spoilt = {}, 0
        for file, content in self.before.items():
            begun = [change for change in self.changes if change.file == file and change.moment < moment]
            synced = max((sync.covered for sync in self.syncs if sync.file == file and sync.moment < moment), default=0)
            held = bytearray(content)
            for number, change in enumerate(begun):
                whole = number < synced or draw.random() < 1 / 3
                _apply(held, change if whole else _spoilt(change, draw))
                spoilt += not whole
            disk[file] = bytes(held)
        return disk, spoilt


def power_rounds(
    folder: Path, *, rounds: int, seed: int, lying_disk: bool = False, tell: Callable[[str], None] = lambda _line: None
) -> Outcome:
    """Load one watched server, then let the power fail at `rounds` moments.

    Args:
        lying_disk: a disk that acknowledges syncs and does nothing: on it things must be lost, or nothing is tested here.

    Raises:
        Loss: something that was acknowledged before the moment is not there, or the audit is not clean.
    """
    draw = random.Random(seed)
    world, kept = found_world(folder / "ledger"), Acknowledged()
    watched, times = _watch(world, kept, folder, seed)
    if lying_disk:
        watched = replace(watched, syncs=())
    found = total = 0
    for number in range(rounds):
        at = draw.choice(watched.changes).moment + _BEGUN_S
        disk, spoilt = watched.disk_at(at, draw)
        data = folder / "after"
        shutil.copytree(world.data, data, ignore=shutil.ignore_patterns("*.sqlite*"))
        for file, content in disk.items():
            (data / file).write_bytes(content)
        before = Acknowledged(kept.events[: bisect_right(times, at)])
        here, entries = confirm(data, before), audit_clean(data)
        shutil.rmtree(data)
        tell(
            f"moment {number + 1} of {rounds}: {spoilt} unsynced writes spoilt, acknowledged before {len(before.events)} events, "
            f"found {here}, {entries} entries, audit clean"
        )
        found, total = found + here, total + len(before.events)
    return Outcome(rounds, kept.attempts, total, found)


def _watch(world: World, kept: Acknowledged, folder: Path, seed: int) -> tuple[Watched, list[float]]:
    """Serve, load and kill; return what was traced, and when each event of `kept`, in order, was acknowledged."""
    before = {file: (world.data / file).read_bytes() if (world.data / file).exists() else b"" for file in _FILES}
    calls, paths = folder / "calls", [part for file in _FILES for part in ("-P", str(world.data / file))]
    tracer = [*_TRACER, "-o", str(calls), *paths, "-e", "trace=pwrite64,fdatasync,fsync,ftruncate"]
    with (
        serving(world.data, folder / "log", under=tracer) as (victim,),
        sending([victim.port], world.key, kept, seed=seed),
    ):
        time.sleep(_LOADED_S)
        victim.kill()
    return read_calls(calls, before), kept.moments


def read_calls(file: Path, before: dict[str, bytes]) -> Watched:
    """What a tracer saw. A sync covers the changes that had begun before it began, once it is finished."""
    changes: list[Change] = []
    syncs: list[Sync] = []
    counts = dict.fromkeys(before, 0)
    syncing: dict[str, tuple[str, int]] = {}
    with file.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            resumed = _RESUMED.match(line)
            if resumed and resumed[1] in syncing:
                syncs.append(Sync(float(resumed[2]), *syncing.pop(resumed[1])))
            seen = _CALL.match(line)
            if not seen:
                continue
            pid, moment, call, path, rest = seen.groups()
            name = Path(bytes.fromhex(path.replace("\\x", "")).decode()).name
            if call in ("fdatasync", "fsync"):
                if rest.rstrip().endswith("= 0"):
                    syncs.append(Sync(float(moment), name, counts[name]))
                else:
                    syncing[pid] = (name, counts[name])
                continue
            changes.append(_change(float(moment), name, call, rest))
            counts[name] += 1
    return Watched(before, changes, syncs)


def _change(moment: float, file: str, call: str, rest: str) -> Change:
    found = (_WRITE if call == "pwrite64" else _LENGTH).search(rest)
    if found is None:
        raise ValueError(f"not a call that is understood: {call}{rest[-80:]}")
    if call == "ftruncate":
        return Change(moment, file, int(found[1]), None)
    return Change(moment, file, int(found[2]), bytes.fromhex(found[1].replace("\\x", "")))


def _apply(held: bytearray, change: Change) -> None:
    if change.data is None:
        del held[change.offset :]
        held.extend(bytes(change.offset - len(held)))
        return
    held.extend(bytes(max(0, change.offset - len(held))))
    held[change.offset : change.offset + len(change.data)] = change.data


def _spoilt(change: Change, draw: random.Random) -> Change:
    """The change as a disk without power may have done it: not at all, half, or with other bytes."""
    if change.data is None:
        return Change(change.moment, change.file, change.offset, b"")
    half = draw.randrange(len(change.data) + 1)
    kept = change.data[:half]
    return change._replace(data=draw.choice((b"", kept, kept + draw.randbytes(len(change.data) - half))))
