"""`suyuan audit` on real data directories: exit codes, the JSON that others read, the rehearsal of attacks."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.audit_text import print_report
from cli.main import suyuan
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.close_ledger import close_ledger
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.rehearse_attacks import ATTACKS
from ledger.audit.journal import Checked
from ledger.audit.report import AuditReport


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("honest") / "data"
    ledger = found_ledger(data, Founding("ledger.example/main"))
    admit_party(ledger, Admission("tea", ["merchant"], "CN"))
    publish_checkpoint(ledger)
    ledger.close()
    return data


@pytest.fixture
def data(honest: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(honest, tmp_path / "data")
    yield tmp_path / "data"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(suyuan, ["audit", *map(str, arguments)])


def audited(data: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    result = run(data, "--policy", data / "policy", "--format", "json", *arguments)
    return result.exit_code, json.loads(result.stdout)


def bend(data: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(data / "ledger.sqlite") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement, values)
    connection.close()


def test_clean(data: Path) -> None:
    code, report = audited(data)
    assert code == 0
    assert report["clean"] is True
    assert report["size"] == 2
    assert report["findings"] == report["not_checked"] == []
    assert set(report) >= {"clean", "size", "root", "findings", "checked", "not_checked"}
    assert "Clean" in run(data, "--policy", data / "policy").stdout


def test_broken_evidence_is_named_and_exits_1(data: Path) -> None:
    bend(data, "UPDATE records SET body = replace(body, 'CN', 'SG') WHERE position = ?", 1 << 14)
    code, report = audited(data)
    assert code == 1
    assert [(found["kind"], found["position"]) for found in report["findings"]] == [("BodyAltered", "entry 1 place 0")]
    assert set(report["findings"][0]) == {"kind", "position", "message", "hint"}
    text = run(data, "--policy", data / "policy")
    assert text.exit_code == 1
    assert "entry 1 place 0" in text.stdout
    assert "Broken" in text.stdout


@pytest.mark.parametrize("form", ["junit", "sarif", "csv"])
def test_every_format_ends_with_the_same_code_and_has_the_same_bytes_again(data: Path, tmp_path: Path, form: str) -> None:
    asked = ("--policy", data / "policy", "--format", form)
    assert run(data, *asked).exit_code == 0
    (data / "unlock").rename(tmp_path / "unlock")
    assert run(data, *asked).exit_code == 3
    bend(data, "UPDATE records SET body = replace(body, 'CN', 'SG') WHERE position = ?", 1 << 14)
    printed = run(data, *asked)
    assert printed.exit_code == 1
    assert b"entry 1 place 0" in printed.stdout_bytes
    written = run(data, *asked, "--out", tmp_path / "report")
    assert (written.exit_code, written.stdout) == (1, "")
    assert written.stderr == f"{tmp_path / 'report'}: the report, {form}; broken: found 1, not checked 2\n"
    assert (tmp_path / "report").read_bytes() == printed.stdout_bytes


def test_a_rehearsal_is_text_or_json(data: Path) -> None:
    assert run("--self-test", data, "--format", "csv").exit_code == 2
    assert run("--self-test", data, "--out", data / "report").exit_code == 2


def test_without_the_unlock_file_one_index_is_not_checked(data: Path) -> None:
    (data / "unlock").unlink()
    code, report = audited(data)
    assert code == 3
    assert report["findings"] == []
    assert report["clean"] is False
    assert any("eventIDs" in what for what in report["not_checked"])


def test_another_ledgers_policy_exits_4(data: Path, tmp_path: Path) -> None:
    other = found_ledger(tmp_path / "other", Founding("ledger.example/main"))
    other.close()
    code, report = audited(data, "--policy", tmp_path / "other" / "policy")
    assert code == 4
    assert {found["kind"] for found in report["findings"]} == {"CheckpointNotByLogKey", "FirstEntryDiffers"}


def test_a_policy_that_is_none_exits_4(data: Path, tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("trust everybody\n")
    refused = run(data, "--policy", tmp_path / "policy")
    assert (refused.exit_code, refused.stderr[:25]) == (4, "suyuan: PolicyMalformed: ")
    assert refused.stderr.endswith(f"; in the policy file {tmp_path / 'policy'}\n")
    (tmp_path / "policy").write_bytes(b"log \xff\n")
    refused = run(data, "--policy", tmp_path / "policy")
    assert (refused.exit_code, "PolicyMalformed" in refused.stderr, "byte 4" in refused.stderr) == (4, True, True)


def test_wrong_use_exits_2(data: Path, tmp_path: Path) -> None:
    assert run(data).exit_code == 2
    assert run(tmp_path, "--policy", data / "policy").exit_code == 2
    assert run(data, "--self-test", data).exit_code == 2


@pytest.mark.parametrize("option", ["--state", "--out"])
def test_a_file_that_could_not_be_written_is_refused_before_anything_is_read(data: Path, option: str) -> None:
    refused = run(data / "absent", "--policy", data / "policy", option, data / "no" / "folder")
    assert (refused.exit_code, refused.stderr[:26]) == (2, "suyuan: OutputUnwritable: ")
    assert str(data / "no") in refused.stderr


def test_a_file_that_is_no_source_is_told_what_a_source_is(data: Path) -> None:
    refused = run(data / "policy", "--policy", data / "policy")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "SourceAbsent" in refused.stderr and "a data directory" in refused.stderr


def test_a_file_that_is_no_api_key_exits_2(data: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"suyuan_\xa3")
    refused = run("http://127.0.0.1:9", "--policy", data / "policy", "--api-key-file", tmp_path / "key")
    assert (refused.exit_code, "ApiKeyFileUnusable" in refused.stderr) == (2, True)


def test_a_kept_checkpoint_catches_an_older_copy(data: Path, honest: Path, tmp_path: Path) -> None:
    with sqlite3.connect(data / "ledger.sqlite") as connection:
        (note,) = connection.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    connection.close()
    kept = tmp_path / "kept"
    kept.write_bytes(note)
    assert audited(data, "--checkpoint", kept)[0] == 0
    older = tmp_path / "older"
    ledger = found_ledger(older, Founding("ledger.example/main"))
    ledger.close()
    assert run(older, "--policy", data / "policy", "--checkpoint", kept).exit_code == 1


def test_self_test_finds_every_attack_on_a_closed_ledger_too_and_leaves_the_directory_alone(data: Path) -> None:
    with closing(open_ledger(data)) as ledger:
        close_ledger(ledger, successor=None, reason="ended")
        publish_checkpoint(ledger)
    before = (data / "ledger.sqlite").read_bytes()
    result = run("--self-test", data, "--format", "json")
    assert result.exit_code == 0
    attacks = json.loads(result.stdout)["attacks"]
    assert [attack["name"] for attack in attacks] == [attack.name for attack in ATTACKS]
    for attack, known in zip(attacks, ATTACKS, strict=True):
        assert attack["found"] is True
        assert attack["kind"] == known.kind
        assert attack["position"]
    assert (data / "ledger.sqlite").read_bytes() == before


@pytest.mark.parametrize("content", [b"no database" * 1_000, b"", b"SQLite format 3\0"], ids=["garbage", "empty", "truncated"])
def test_a_file_that_is_no_database_is_a_finding(tmp_path: Path, data: Path, content: bytes) -> None:
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "ledger.sqlite").write_bytes(content)
    result = run(tmp_path / "junk", "--policy", data / "policy", "--format", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["size"], report["root"]) == (1, 0, None)
    assert [(found["kind"], found["position"]) for found in report["findings"]] == [("SourceUnreadable", "database")]
    assert "SourceUnreadable" in run(tmp_path / "junk", "--policy", data / "policy").stdout


def test_a_dropped_table_does_not_hide_other_findings(data: Path) -> None:
    bend(data, "UPDATE records SET body = replace(body, 'CN', 'SG') WHERE position = ?", 1 << 14)
    bend(data, "DROP TABLE tiles")
    code, report = audited(data)
    assert code == 1
    found = {(found["kind"], found["position"]) for found in report["findings"]}
    assert found == {("SourceUnreadable", "tiles"), ("BodyAltered", "entry 1 place 0")}


def test_a_damaged_schema_is_a_finding(data: Path) -> None:
    bend(data, "PRAGMA user_version = 0")
    raw = (data / "ledger.sqlite").read_bytes()
    (data / "ledger.sqlite").write_bytes(raw.replace(b"CREATE TABLE", b"CRE\xc1TE TABLE"))
    code, report = audited(data)
    assert code == 1
    assert [(found["kind"], found["position"]) for found in report["findings"]] == [("SourceUnreadable", "database")]


def test_a_truncated_database_is_a_verdict(data: Path) -> None:
    bend(data, "PRAGMA user_version = 0")
    raw = (data / "ledger.sqlite").read_bytes()
    (data / "ledger.sqlite").write_bytes(raw[: len(raw) // 2])
    code, report = audited(data)
    assert code == 1
    assert "SourceUnreadable" in {found["kind"] for found in report["findings"]}


@pytest.mark.parametrize("with_tables", [True, False])
def test_clean_says_what_was_part_of_the_source(capsys: pytest.CaptureFixture[str], with_tables: bool) -> None:
    print_report(AuditReport("source", 2, bytes(32), (), Checked(), (), with_tables))
    said = capsys.readouterr().out
    assert ("Clean: everything was checked" in said) is with_tables
    assert ("Clean: everything that this source shows was checked" in said) is not with_tables
    assert ("operator's own tables are not part of it" in said) is not with_tables
