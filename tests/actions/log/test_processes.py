"""Eight processes writing one data directory: one history, every acknowledged event in it once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.merkle import root_of
from ledger.storage.database import reading
from ledger.storage.entries import read_entries
from tests.actions.auditing import audited

PROCESSES, DOCUMENTS = 8, 6
WRITER = """
import sys, json
from pathlib import Path
from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.evidence.authority import ReadRule
from tests.documents import document, event

data, party, process, documents = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
ledger = open_ledger(data)
for number in range(documents):
    own, shared = 1000 * (process + 1) + number, number
    submission = Submission(document(event(own), event(shared)), HeldAuthor(party, ReadRule.CODE))
    job = submit_document(ledger, submission, OwnTurn(ledger))
    print(json.dumps([[outcome.verdict, job.position_of(outcome)] for outcome in job.events]), flush=True)
    publish_checkpoint(ledger)
"""


def test_eight_processes_write_one_history(tmp_path: Path) -> None:
    founded = found_ledger(tmp_path / "data", Founding("ledger.example/main"))
    party = admit_party(founded, Admission("tea", ["merchant"], "CN")).party
    founded.close()
    root = Path(__file__).parents[3]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "data"), party, str(n), str(DOCUMENTS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        for n in range(PROCESSES)
    ]
    answers = []
    for writer in writers:
        out, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
        answers += [json.loads(line) for line in out.splitlines()]
    ledger = open_ledger(tmp_path / "data")
    head = ledger.head()
    with reading(ledger.engine) as connection:
        entries = [Entry.parse(body) for body in read_entries(connection, 0, head.size)]
    ledger.close()
    assert [entry.prev for entry in entries] == [GENESIS, *(entry.leaf_hash() for entry in entries[:-1])]
    assert head.frontier.root() == root_of([entry.leaf_hash() for entry in entries])
    assert len(answers) == PROCESSES * DOCUMENTS
    own = [answer[0] for answer in answers]
    assert {verdict for verdict, _ in own} == {"accepted"}
    assert len({tuple(position) for _, position in own}) == PROCESSES * DOCUMENTS
    shared = [answer[1] for answer in answers]
    assert sorted(verdict for verdict, _ in shared).count("accepted") == DOCUMENTS
    assert len({tuple(position) for _, position in shared}) == DOCUMENTS
    assert audited(tmp_path / "data").clean
