"""A witness killed between its steps: what it gave away, it remembers."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.decide import SameSizeRootDiffers
from ledger.actions.witness.introduce_log import introduce_log
from ledger.actions.witness.known_logs import show_log
from ledger.actions.witness.open_witness import open_witness
from tests.actions.witness.conftest import NAME
from tests.witnessed_log import ORIGIN, MadeLog

LOG, FORKED = MadeLog(), MadeLog(history="other")
# Cosigns one size after the other, telling each that it gave away; dies by SIGKILL in a step of the fifth.
WITNESS = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.open_witness import open_witness
from tests.actions.witness.conftest import NAME
from tests.witnessed_log import MadeLog

log, left = MadeLog(), 5

def die():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

witness = replace(open_witness(Path(sys.argv[1]), name=NAME), **{sys.argv[2]: die})
for size in range(100):
    add_checkpoint(witness, log.request(size, size + 1))
    print(size + 1, flush=True)
"""


@pytest.mark.parametrize(("step", "remembered"), [("before_persisting", 4), ("before_replying", 5)])
def test_its_memory_is_never_behind_what_it_gave_away(tmp_path: Path, step: str, remembered: int) -> None:
    witness = open_witness(tmp_path, name=NAME)
    introduce_log(witness, LOG.introduction())
    witness.close()
    died = subprocess.run(
        [sys.executable, "-c", WITNESS, str(tmp_path), step],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert died.stdout.split() == ["1", "2", "3", "4"]
    again = open_witness(tmp_path, name=NAME)
    cosigned = show_log(again.engine, ORIGIN).log.cosigned
    assert cosigned is not None
    assert cosigned.size == remembered
    with pytest.raises(SameSizeRootDiffers):
        add_checkpoint(again, FORKED.request(remembered, remembered))
    add_checkpoint(again, LOG.request(remembered, remembered + 1))
    again.close()
