"""An audit on several processes: the same bytes as on one, whatever is wrong; nothing left behind, whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from cli.audit_text import text_of
from ledger.actions.log.audit_jobs import AuditWorkerLost, Workers, usual_jobs
from ledger.actions.log.audit_worker import NamedSource
from ledger.actions.log.open_source import open_source
from ledger.actions.log.run_audit import AuditWay, run_audit
from ledger.audit.replay import audit
from ledger.audit.report import AuditVerdict
from tests.api.serving import listening, serving
from tests.audit import long_log
from tests.audit.escrow_world import bend

SUYUAN = (sys.executable, "-c", "from cli.main import main; main()")
_BENT = (
    "UPDATE records SET body = CAST(replace(body, 'OBSERVE', 'DELETE') AS BLOB) WHERE position = (80 << 14) + 1",
    "UPDATE records SET salt = zeroblob(16) WHERE position = (90 << 14) + 2",
    "UPDATE records SET body = NULL, salt = NULL WHERE position = (100 << 14) + 1",
    "UPDATE entries SET body = CAST(replace(body, 'size 3', 'size 4') AS BLOB) WHERE \"index\" = 110",
    "DELETE FROM records WHERE position = (120 << 14) + 2",
    "UPDATE batches SET issuer = 'ledger.example/party/other' WHERE entry = 130",
    'UPDATE entries SET leaf_hash = zeroblob(32) WHERE "index" = 140',
    "UPDATE blocks SET hashes = zeroblob(32)",
    "DELETE FROM identifiers WHERE position = (150 << 14) + 1",
    "INSERT INTO identifiers VALUES (1, 42, (160 << 14) + 1)",
    "INSERT INTO identifiers VALUES (1, 'no number', 'none')",
    "DELETE FROM event_keys WHERE position = (170 << 14) + 2",
    "INSERT INTO note_keys VALUES (7, 180)",
    "UPDATE tiles SET hashes = zeroblob(32) WHERE level = 1",
)


def report_of(name: object, data: Path, *, jobs: int) -> tuple[str, str]:
    report = run_audit(NamedSource(str(name)), long_log.policy_of(data), AuditWay(jobs=jobs))
    return text_of(report), json.dumps(report.to_json())


def test_a_clean_log_gives_the_same_bytes_on_any_number_of_processes(long: Path) -> None:
    alone = report_of(long, long, jobs=1)
    assert json.loads(alone[1])["clean"] is True
    assert report_of(long, long, jobs=2) == alone


def test_a_bent_log_gives_the_same_bytes_on_any_number_of_processes(long: Path) -> None:
    bend(long, *_BENT)
    alone = report_of(long, long, jobs=1)
    kinds = {finding["kind"] for finding in json.loads(alone[1])["findings"]}
    assert kinds >= {
        "BodyAltered",
        "BodyMissing",
        "EntryAltered",
        "RecordMissing",
        "BatchRowWrong",
        "LeafHashWrong",
        "BlocksWrong",
        "IdentifierIndexWrong",
        "EventKeyWrong",
        "NoteKeyWrong",
        "TileWrong",
    }
    assert report_of(long, long, jobs=3) == alone


def test_a_dropped_table_gives_the_same_bytes(long: Path) -> None:
    bend(long, "DROP TABLE identifiers", "DROP TABLE blocks")
    alone = report_of(long, long, jobs=1)
    assert [found["position"] for found in json.loads(alone[1])["findings"]] == ["blocks", "identifiers"]
    assert report_of(long, long, jobs=2) == alone


def test_a_served_log_is_audited_by_processes_that_ask_for_themselves(long: Path) -> None:
    with listening() as (bound, url), serving(create_app(Settings(data=long, public_url=url)), bound):
        alone = report_of(url, long, jobs=1)
        assert json.loads(alone[1])["size"] == long_log.SIZE
        assert report_of(url, long, jobs=2) == alone


def test_findings_stand_in_the_order_of_the_log(long: Path) -> None:
    bend(long, *_BENT[:5])
    report = run_audit(NamedSource(str(long)), long_log.policy_of(long), AuditWay(jobs=1))
    told = [int(finding.position.split()[1]) for finding in report.findings if finding.position.startswith("entry")]
    assert told == sorted(told)
    assert len(told) >= 5


def test_a_process_that_dies_is_an_error_with_a_name(long: Path) -> None:
    with open_source(str(long)) as source, Workers(NamedSource(str(long)), 2) as workers:
        for process in workers.processes:
            os.kill(process, signal.SIGKILL)
        with pytest.raises(AuditWorkerLost, match="exit code -9"):
            audit(source, long_log.policy_of(long), helpers=workers)


def test_a_process_that_cannot_open_the_source_is_an_error_with_a_name(long: Path, tmp_path: Path) -> None:
    with (
        open_source(str(long)) as source,
        Workers(NamedSource(str(tmp_path / "nothing")), 1) as workers,
        pytest.raises(AuditWorkerLost, match="exit code 1"),
    ):
        audit(source, long_log.policy_of(long), helpers=workers)


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _wait(reached: Callable[[], bool]) -> None:
    for _ in range(600):
        if reached():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that in 30 seconds")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_its_processes_end_with_it(long: Path, sent: signal.Signals, code: int) -> None:
    command = [*SUYUAN, "audit", str(long), "--policy", str(long / "policy"), "--jobs", "2"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        _wait(lambda: len(_children(running.pid)) >= 2)
        children = _children(running.pid)
        if sent is signal.SIGINT:
            os.killpg(running.pid, sent)  # as a terminal does, to every process of the command
        else:
            running.send_signal(sent)
        _, told = running.communicate(timeout=30)
        assert running.returncode == code
        assert sent is signal.SIGKILL or b"Traceback" not in told
        _wait(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    finally:
        running.kill()
        running.wait()


def test_a_small_log_is_audited_by_one_process(long: Path) -> None:
    assert usual_jobs(str(long)) == 1
    assert usual_jobs("https://ledger.example") >= 1
    assert run_audit(NamedSource(str(long)), long_log.policy_of(long), AuditWay()).verdict is AuditVerdict.CLEAN
