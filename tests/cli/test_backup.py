"""`suyuan backup` and `suyuan restore`: a round trip beside a running server, audited clean; nothing is overwritten."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cli.exits import ExitCode
from tests.cli.conftest import Place
from tests.cli.serving import done, run, serving


def test_a_running_ledger_goes_there_and_back(place: Place, tmp_path: Path) -> None:
    with serving(place.data):
        made = done("backup", "--data", place.data, "--out", tmp_path / "copy")
    assert made.stdout.splitlines()[1:3] == ["origin: ledger.example/main", "entries: 3"]
    assert "Not in it: the unlock file" in made.stderr
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    unlock = place.data / "unlock"
    back = done("restore", tmp_path / "copy", "--data", tmp_path / "new", "--policy", place.policy, "--unlock", unlock)
    assert "Clean: everything was checked" in back.stdout
    assert f"Restored into {tmp_path / 'new'}." in back.stdout
    again = done("audit", tmp_path / "new", "--policy", place.policy, "--unlock", unlock)
    assert again.exit_code == ExitCode.CLEAN
    done("party", "suspend", "tea", "--reason", "own-request", "--data", tmp_path / "new", "--unlock", unlock)


def test_without_policy_and_unlock_file_it_says_what_that_means(place: Place, tmp_path: Path) -> None:
    done("backup", "--data", place.data, "--out", tmp_path / "copy")
    back = run("restore", tmp_path / "copy", "--data", tmp_path / "new")
    assert back.exit_code == ExitCode.INCOMPLETE
    assert "Not checked" in back.stdout and "taken from the copy itself" in back.stderr
    assert (tmp_path / "new" / "policy").read_text() == place.policy.read_text()


def test_a_changed_copy_is_named_and_leaves_nothing(place: Place, tmp_path: Path) -> None:
    done("backup", "--data", place.data, "--out", tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.execute("DROP TRIGGER records_fixed")
        copy.execute("UPDATE records SET body = replace(body, 'merchant', 'inspector') WHERE instr(body, 'merchant')")
    refused = run("restore", tmp_path / "copy", "--data", tmp_path / "new", "--policy", place.policy)
    assert refused.exit_code == ExitCode.INTEGRITY_FAILURE
    assert "Not restored: nothing was left behind." in refused.stdout
    assert not (tmp_path / "new").exists()


def test_a_kept_checkpoint_finds_an_older_copy(place: Place, tmp_path: Path) -> None:
    done("backup", "--data", place.data, "--out", tmp_path / "copy")
    done("party", "grant-role", "tea", "shop", "--data", place.data)
    with sqlite3.connect(place.data / "ledger.sqlite") as database:
        (note,) = database.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    (tmp_path / "kept").write_bytes(note)
    refused = run("restore", tmp_path / "copy", "--data", tmp_path / "new", "--checkpoint", tmp_path / "kept")
    assert (refused.exit_code, "Not restored" in refused.stdout) == (ExitCode.INTEGRITY_FAILURE, True)


def test_a_folder_that_is_not_there_is_said_by_name(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for parent in ("nope", "file"):
        refused = run("backup", "--data", place.data, "--out", tmp_path / parent / "copy")
        assert (refused.exit_code, refused.stdout) == (ExitCode.MISUSED, "")
        assert refused.stderr.startswith("suyuan: BackupFolderUnusable: ") and str(tmp_path / parent) in refused.stderr


def test_nothing_is_overwritten(place: Place, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("dear")
    refused = run("backup", "--data", place.data, "--out", tmp_path / "copy")
    assert (refused.exit_code, (tmp_path / "copy").read_text()) == (ExitCode.CONFLICT, "dear")
    refused = run("restore", place.data / "ledger.sqlite", "--data", place.data)
    assert (refused.exit_code, "DirectoryNotEmpty" in refused.stderr) == (ExitCode.CONFLICT, True)
    assert run("restore", tmp_path / "copy", "--data", tmp_path / "new").exit_code == ExitCode.MALFORMED
    assert not (tmp_path / "new").exists()
    refused = run("restore", tmp_path / "copy", "--data", tmp_path / "copy" / "new")
    assert (refused.exit_code, "DataUnwritable" in refused.stderr) == (ExitCode.UNAVAILABLE, True)
    assert run("backup", "--data", tmp_path / "none", "--out", tmp_path / "other").exit_code == ExitCode.ABSENT
