"""Every system call that writes, on the way of a batch into the log and of a checkpoint out of it, made to fail in turn."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.made_events import Maker
from benchmarks.worlds import World, found_world
from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.guard import GUARD_VARIABLE
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.evidence.authority import ReadRule
from tests.faults.acknowledged import Acknowledged, Acknowledgement, Loss, audit_clean, confirm
from tests.faults.two_documents import DOCUMENTS, EVENTS

FAULTS: Final = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
_CALLS: Final = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "openat")
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_NAMED: Final = re.compile(r"^\d+ +([a-z0-9]+)\(", re.MULTILINE)


class Strike(NamedTuple):
    """The `number`-th call of this name on the ledger's or the guard's files fails so."""

    call: str
    number: int
    fault: str


class Struck(NamedTuple):
    """What the program acknowledged and refused before it ended, and how many events the ledger had then."""

    acknowledged: int
    refused: int
    kept: int


@dataclass(frozen=True)
class Range:
    """A small ledger to strike copies of."""

    folder: Path
    world: World
    seed: int

    @classmethod
    def set_up(cls, folder: Path, *, seed: int) -> Range:
        os.environ[GUARD_VARIABLE] = str(folder / "guard")
        return cls(folder, found_world(folder / "data"), seed)

    def strikes(self) -> Iterator[Strike]:
        """All there are: the program is watched once, and its calls are counted."""
        home = self._copy("watched")
        log = self.folder / "calls"
        self._run(home, ["-o", str(log), "-e", f"trace={','.join(_CALLS)}"])
        shutil.rmtree(home)
        for call, count in sorted(Counter(_NAMED.findall(log.read_text("ascii", "replace"))).items()):
            for number in range(1, count + 1):
                yield from (Strike(call, number, fault) for fault in FAULTS)

    def strike(self, strike: Strike) -> Struck:
        """Run the program on a copy, let one call fail, and look; then send everything again, and look again.

        Raises:
            Loss: something acknowledged is gone, is there twice, or the audit is not clean.
        """
        home = self._copy("struck")
        try:
            inject = f"inject={strike.call}:{strike.fault}:when={strike.number}"
            said = self._run(home, ["-o", "/dev/null", "-e", f"trace={strike.call}", "-e", inject])
            return self._look(home, said)
        except Loss as loss:
            raise Loss(f"{strike}: {loss}; the program said {said!r}") from loss
        finally:
            shutil.rmtree(home)

    def _look(self, home: Path, said: str) -> Struck:
        os.environ[GUARD_VARIABLE] = str(home / "guard")
        data, documents = home / "data", Maker(self.seed).documents(DOCUMENTS, events=EVENTS)
        acknowledged = Acknowledged()
        lines = [line.split() for line in said.splitlines()]
        for words in (words for words in lines if words[0] == "acknowledged"):
            places = [tuple(map(int, position.split("/"))) for position in words[2:]]
            bodies = documents[int(words[1])].events
            acknowledged.add(Acknowledgement(body, *place) for body, place in zip(bodies, places, strict=True))
        confirm(data, acknowledged)
        audit_clean(data)
        kept = 0
        with closing(open_ledger(data)) as ledger:
            for made in documents:
                author = HeldAuthor(self.world.party, ReadRule.CODE)
                job = submit_document(ledger, Submission(made.data, author), OwnTurn(ledger))
                repeated = sum(event.verdict is Verdict.DUPLICATE for event in job.events)
                if repeated not in (0, EVENTS):
                    raise Loss(f"{repeated} of {EVENTS} events of one document were there")
                kept += repeated
            publish_checkpoint(ledger)
        if kept < len(acknowledged.events):
            raise Loss(f"{len(acknowledged.events)} events were acknowledged, {kept} known again")
        audit_clean(data)
        return Struck(len(acknowledged.events), sum(words[0] == "refused" for words in lines), kept)

    def _copy(self, name: str) -> Path:
        home = self.folder / name
        shutil.copytree(self.world.data, home / "data")
        shutil.copytree(self.folder / "guard", home / "guard")
        return home

    def _run(self, home: Path, options: Sequence[str]) -> str:
        """What the program printed; only calls on the ledger's and the guard's files are watched."""
        paths = [path for folder in ("data", "guard") for path in _watched(home / folder)]
        watched = [part for path in paths for part in ("-P", str(path))]
        program = [sys.executable, "-m", "tests.faults.two_documents", str(home / "data"), self.world.party, str(self.seed)]
        environment = {**os.environ, GUARD_VARIABLE: str(home / "guard"), "PYTHONDONTWRITEBYTECODE": "1"}
        ran = subprocess.run(
            ["strace", "-f", "--seccomp-bpf", "-qq", *watched, *options, *program],
            cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        # A call on opening may fail: then nothing was begun, and the program must say so.
        if not ran.stdout.startswith("begin") and ran.returncode == 0:
            raise Loss(f"the program neither began nor failed: {ran.stderr[-500:]}")
        return ran.stdout


def _watched(folder: Path) -> Iterator[Path]:
    """The folder itself and every file that is in it or may come to be in it."""
    yield folder
    for file in folder.iterdir():
        yield file
        yield from (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm", "-journal"))
        yield file.with_name(f".{file.name}.new")


def can_trace() -> bool:
    """Whether this machine lets a program be traced."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return tried.returncode == 0


def strike_all(
    folder: Path, *, seed: int, every: int = 1, tell: Callable[[str], None] = lambda _line: None
) -> tuple[int, int, int, int]:
    """Strike with all there are, or with every n-th; return (strikes, acknowledged, refused, kept)."""
    ground = Range.set_up(folder, seed=seed)
    strikes = list(ground.strikes())
    chosen = strikes[seed % every :: every]
    total = [0, 0, 0]
    for number, strike in enumerate(chosen, 1):
        struck = ground.strike(strike)
        total = [before + now for before, now in zip(total, struck, strict=True)]
        tell(f"{number} of {len(chosen)}: {strike.call} {strike.number}, {strike.fault}: {struck}")
    return len(chosen), total[0], total[1], total[2]
