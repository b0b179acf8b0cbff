"""The auditor's own state: an audit goes on from it as if it had never stopped, and believes it only where the log proves it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.actions.log.audit_state_file import StateFile
from ledger.actions.log.audit_worker import NamedSource
from ledger.actions.log.open_source import open_source
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.run_audit import AuditWay, run_audit
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.audit.state import AuditStateDamaged, AuditStateOfAnother, OpenedState, read_state
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.policy import Policy, WitnessLine
from tests.audit import long_log
from tests.audit.escrow_world import bend
from tests.audit.memory_source import MemorySource
from tests.scenario import tiny_ledger

LATER = long_log.SIZE + 5


def audited(data: Path, *, state: Path | None = None, kept: bytes | None = None, jobs: int = 1) -> AuditReport:
    return run_audit(NamedSource(str(data)), long_log.policy_of(data), AuditWay(kept=kept, state=state, jobs=jobs))


def said(report: AuditReport) -> dict[str, Any]:
    return report.to_json()


def found(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.position) for finding in report.findings]


def opened(path: Path) -> OpenedState:
    with path.open("rb") as file:
        return read_state(file)


def test_the_next_audit_goes_on_and_says_the_same_of_what_is_new(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert "since" not in said(audited(long, state=state))
    long_log.grow(long, LATER)
    report = said(audited(long, state=state))
    assert report.pop("since") == long_log.SIZE
    assert report == said(audited(long))
    assert report["clean"] is True
    assert opened(state).head.size == LATER


def test_what_was_checked_before_is_not_read_again(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    long_log.grow(long, LATER)
    for index in (100, LATER - 1):
        bend(long, f"UPDATE records SET salt = zeroblob(16) WHERE position = ({index} << 14) + 1")
    assert found(audited(long, state=state)) == [("BodyAltered", f"entry {LATER - 1} place 1")]
    assert not state.exists()
    assert [position for _, position in found(audited(long, state=state))] == [
        "entry 100 place 1",
        f"entry {LATER - 1} place 1",
    ]


def test_rows_of_indexes_are_compared_over_the_whole_log(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    bend(long, "DELETE FROM identifiers WHERE position = (150 << 14) + 1")
    assert {kind for kind, _ in found(audited(long, state=state))} == {"IdentifierIndexWrong"}


def test_an_event_said_again_is_found_across_audits(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    repeated = long_log.say_again(long, 100)
    whole = audited(long)
    assert ("EventRepeated", f"entry {repeated} place 1") in found(whole)
    assert found(audited(long, state=state)) == found(whole)


def test_an_audit_of_nothing_new_leaves_the_same_state(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    first = state.read_bytes()
    assert audited(long, state=state).clean
    before, after = (_without_since(data) for data in (first, state.read_bytes()))
    assert before == after
    assert opened(state).head.fold.escrow.records > 0


def _without_since(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    start = len(b"suyuan.audit-state/v1\n") + 8
    length = int.from_bytes(data[start - 8 : start], "big")
    head = json.loads(data[start : start + length])
    del head["since"]
    rows, at = [], start + length
    for size in head["rows"]:
        # Rows are kept in the order in which they came, which says nothing.
        rows.append(b"".join(sorted(data[place : place + 16] for place in range(at, at + size, 16))))
        at += size
    return head, rows


_KILLED = """
import os, signal, sys
from pathlib import Path
from ledger.actions.log.audit_state_file import StateFile
from ledger.actions.log.open_source import open_source
from ledger.audit.replay import audit
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.policy import Policy, WitnessLine

def after(done, size):
    if done >= {stop}:
        os.kill(os.getpid(), signal.SIGKILL)

data = Path(sys.argv[1])
with open_source(str(data)) as source, StateFile(Path(sys.argv[2]), every_s=0) as keeper:
    audit(source, Policy.parse((data / "policy").read_text()), keeper=keeper, progress=after)
"""


def kill_audit(data: Path, state: Path, stop: int) -> None:
    """Audit in a process of its own that is killed as soon as so many entries are folded."""
    ended = subprocess.run([sys.executable, "-c", _KILLED.format(stop=stop), str(data), str(state)], check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_audit_goes_on_and_ends_with_the_same_bytes(long: Path, tmp_path: Path, jobs: int) -> None:
    for index in (100, 280):
        bend(long, f"UPDATE records SET salt = zeroblob(16) WHERE position = ({index} << 14) + 1")
    bend(long, "UPDATE checkpoints SET note = 'note' WHERE size = 60")
    state = tmp_path / "state"
    kill_audit(long, state, 256)
    head = opened(state).head
    assert (head.size, head.finished, head.since) == (256, False, 0)
    kept = tmp_path / "copy"
    shutil.copy(state, kept)
    whole = audited(long)
    assert [position for _, position in found(whole)] == ["entry 100 place 1", "entry 280 place 1", "checkpoint 60"]
    assert json.dumps(said(audited(long, state=state, jobs=jobs))) == json.dumps(said(whole))
    bend(long, "UPDATE records SET salt = zeroblob(16) WHERE position = (101 << 14) + 1")
    assert json.dumps(said(audited(long, state=kept))) == json.dumps(said(whole)), "what was folded before the kill is read again"


def test_a_killed_audit_that_a_state_began_still_says_where(long: Path, tmp_path: Path) -> None:
    early = tmp_path / "early"
    shutil.copytree(long, early)
    bend(early, f"DELETE FROM checkpoints WHERE size > {long_log.EARLY}")
    state = tmp_path / "state"
    with open_source(str(early)) as source, StateFile(state) as keeper:
        audit(source, long_log.policy_of(long), keeper=keeper)
    assert opened(state).head.size == long_log.EARLY
    kill_audit(long, state, 256)
    assert (opened(state).head.size, opened(state).head.since) == (256, long_log.EARLY)
    report = said(audited(long, state=state))
    assert report.pop("since") == long_log.EARLY
    assert report == said(audited(long))


def test_killed_between_the_last_entry_and_the_report_it_says_the_same(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    kill_audit(long, state, long_log.SIZE)
    assert opened(state).head.size == 256
    assert said(audited(long, state=state)) == said(audited(long))
    assert not state.with_name("state.next").exists()


def test_a_kept_checkpoint_below_the_state_is_proven_anew(long: Path, tmp_path: Path) -> None:
    state, note = tmp_path / "state", long_log.checkpoint_of(long, long_log.EARLY)
    audited(long, state=state)
    assert audited(long, state=state, kept=note).clean


def test_another_history_is_a_finding_and_everything_is_read_again(long: Path, tmp_path: Path) -> None:
    early = tmp_path / "fork"
    shutil.copytree(long, early)
    for data, name in ((long, "one"), (early, "other")):
        with closing(open_ledger(data, guard=[tmp_path / name])) as ledger:
            admit_party(ledger, Admission(name, ["merchant"], "CN"))
            publish_checkpoint(ledger)
    state = tmp_path / "state"
    audited(long, state=state)
    bend(early, "UPDATE records SET salt = zeroblob(16) WHERE position = (100 << 14) + 1")
    report = audited(early, state=state)
    assert found(report) == [
        ("BodyAltered", "entry 100 place 1"),
        ("KeptCheckpointContradicted", f"checkpoint {long_log.SIZE + 1}"),
    ]
    assert report.since == 0


def test_a_shorter_log_contradicts_the_state(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    shorter = tmp_path / "shorter"
    shutil.copytree(long, shorter)
    long_log.grow(long, LATER)
    audited(long, state=state)
    assert found(audited(shorter, state=state)) == [("KeptCheckpointContradicted", f"checkpoint {LATER}")]


def test_an_incomplete_audit_leaves_a_state_too(long: Path, tmp_path: Path) -> None:
    unlock = (long / "unlock").rename(tmp_path / "unlock")
    state = tmp_path / "state"
    first = audited(long, state=state)
    assert (first.findings, first.clean, state.exists()) == ((), False, True)
    long_log.grow(long, LATER, unlock)
    report = said(audited(long, state=state))
    assert report.pop("since") == long_log.SIZE
    assert report == said(audited(long))


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "magic", "head"])
def test_a_damaged_state_is_refused_by_name(long: Path, tmp_path: Path, damage: str) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    data = state.read_bytes()
    state.write_bytes(
        {
            "flip": data[:500] + bytes([data[500] ^ 1]) + data[501:],
            "cut": data[:-100],
            "empty": b"",
            "magic": _sealed(b"suyuan.audit-state/v2\n" + data[22:-32]),
            "head": _sealed(data[:22] + (2).to_bytes(8, "big") + b"{}"),
        }[damage]
    )
    with pytest.raises(AuditStateDamaged):
        audited(long, state=state)


def _sealed(data: bytes) -> bytes:
    return data + sha256(data).digest()


def test_a_state_of_another_policy_is_refused_by_name(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    witness = WitnessLine("other", SigningKey.generate("witness.example", KeyType.COSIGNATURE).verifier)
    policy = Policy((*long_log.policy_of(long).lines, witness))
    with pytest.raises(AuditStateOfAnother):
        run_audit(NamedSource(str(long)), policy, AuditWay(state=state, jobs=1))


def test_a_state_of_another_view_is_refused_by_name(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    (long / "unlock").unlink()
    with pytest.raises(AuditStateOfAnother):
        audited(long, state=state)


def test_a_state_is_for_its_owners_eyes(long: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    audited(long, state=state)
    assert state.stat().st_mode & 0o777 == 0o600


def test_a_log_in_memory_without_tables_has_a_state_as_well(tmp_path: Path) -> None:
    ledger = tiny_ledger()
    with StateFile(tmp_path / "state") as keeper:
        first = audit(MemorySource(ledger), ledger.policy(), keeper=keeper)
    with StateFile(tmp_path / "state") as keeper:
        second = audit(MemorySource(ledger), ledger.policy(), keeper=keeper)
    assert first.clean
    assert (first.since, second.since) == (0, 5)
    assert {**said(second), "since": None} == {**said(first), "since": None}
