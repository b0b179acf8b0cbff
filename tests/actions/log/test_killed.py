"""A process killed at each named step of sequencing: nothing acknowledged is lost, and what is there is whole."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.evidence.entry import Entry
from ledger.evidence.merkle import root_of
from ledger.storage.checkpoints import every_checkpoint
from ledger.storage.database import reading
from ledger.storage.entries import iterate_records, read_entries
from ledger.storage.tiles import tree_root
from tests.actions.auditing import audited

STEPS = [
    "ledger.actions.log.turn.keep_jobs",
    "ledger.actions.log.turn.entries_store.append",
    "ledger.actions.log.turn.add_event_keys",
    "ledger.actions.log.turn.add_identifiers",
    "ledger.actions.log.turn.extend_tiles",
    "ledger.actions.log.turn.advance_head",
    "ledger.actions.log.sequence.writing",
    "ledger.actions.log.turn.Turn.remember",
    "ledger.actions.log.publish_checkpoint.keep_checkpoint",
]
# Posts documents for ever, telling each acknowledged one; dies by SIGKILL after the step was passed a few times.
WRITER = """
import json, os, pkgutil, signal, sys
from pathlib import Path
from unittest import mock
from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.evidence.authority import ReadRule
from tests.documents import document, event

data, party, step, passes = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
ledger = open_ledger(data)
real = pkgutil.resolve_name(step)
left = passes

def dying(*args, **kwargs):
    global left
    result = real(*args, **kwargs)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

with mock.patch(step, dying):
    number = passes * 1000
    while True:
        number += 2
        data_of = document(event(number), event(number + 1))
        job = submit_document(ledger, Submission(data_of, HeldAuthor(party, ReadRule.CODE)), OwnTurn(ledger))
        print(json.dumps([job.entry, number]), flush=True)
        publish_checkpoint(ledger)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_a_step_loses_nothing_that_was_acknowledged(tmp_path: Path, step: str) -> None:
    founded = found_ledger(tmp_path / "data", Founding("ledger.example/main"))
    party = admit_party(founded, Admission("tea", ["merchant"], "CN")).party
    founded.close()
    acknowledged: list[list[int]] = []
    for passes in (1, 3):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "data"), party, step, str(passes)]
        killed = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[3], check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        acknowledged += [json.loads(line) for line in killed.stdout.splitlines()]
    assert acknowledged
    ledger = open_ledger(tmp_path / "data")
    head = ledger.head()
    with reading(ledger.engine) as connection:
        entries = [Entry.parse(body) for body in read_entries(connection, 0, head.size + 10)]
        assert len(entries) == head.size
        assert head.frontier.root() == root_of([e.leaf_hash() for e in entries]) == tree_root(connection, head.size)
        for index, entry in enumerate(entries):
            commitments = [record.commitment for record in iterate_records(connection, index)]
            assert root_of(commitments) == entry.signed().batch.root
        for index, number in acknowledged:
            bodies = [record.body or b"" for record in iterate_records(connection, index)]
            assert f"urn:example:event:{number}".encode() in bodies[1]
        assert all(size <= head.size for size, _ in every_checkpoint(connection))
    after = admit_party(ledger, Admission("after", ["merchant"], "CN"))
    assert after.sequenced.entry == head.size
    publish_checkpoint(ledger)
    ledger.close()
    report = audited(tmp_path / "data")
    assert (report.clean, report.size) == (True, head.size + 1), report.findings
