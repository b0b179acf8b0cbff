"""`suyuan restore --verify`: a copy that is older than what others saw is refused, or told, and never goes on."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.exits import ExitCode
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.evidence.key import KeyType, SigningKey
from tests.cli.conftest import ORIGIN, Place
from tests.cli.serving import done, run


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_GUARD_ABSENT", "refuse")


@pytest.fixture
def old(place: Place, tmp_path: Path) -> Path:
    """A backup, after which the ledger went on."""
    done("log", "guard", "begin", "--data", place.data)
    done("backup", "--data", place.data, "--out", tmp_path / "old")
    done("party", "grant-role", "tea", "shop", "--data", place.data)
    return tmp_path / "old"


def test_an_older_copy_can_be_read_and_does_not_go_on(place: Place, old: Path, tmp_path: Path) -> None:
    restored = run("restore", old, "--data", tmp_path / "new", "--policy", place.policy, "--unlock", place.data / "unlock")
    assert (restored.exit_code, "proves a later state" in restored.stdout) == (ExitCode.INCOMPLETE, True)
    (tmp_path / "new" / "unlock").write_bytes((place.data / "unlock").read_bytes())
    (tmp_path / "new" / "unlock").chmod(0o600)
    for command in (["log", "guard", "show"], ["log", "guard", "begin"], ["party", "grant-role", "tea", "carrier"], ["serve"]):
        refused = run(*command, "--data", tmp_path / "new")
        assert (refused.exit_code, "SignedLater" in refused.stderr) == (ExitCode.UNAVAILABLE, True), command
    done("log", "guard", "show", "--data", place.data)


def test_with_verify_nothing_of_it_is_left(place: Place, old: Path, tmp_path: Path) -> None:
    refused = run("restore", old, "--data", tmp_path / "new", "--verify", "--unlock", place.data / "unlock")
    assert (refused.exit_code, "Not restored" in refused.stdout) == (ExitCode.INTEGRITY_FAILURE, True)
    assert "the guard" in refused.stdout and not (tmp_path / "new").exists()


def test_a_receipt_given_out_proves_the_later_state(
    place: Place, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = _size(place.data)
    done("receipt", f"{size - 1}/0", "--data", place.data, "--out", tmp_path / "receipt")
    monkeypatch.setenv("SUYUAN_GUARD", str(tmp_path / "another machine"))
    refused = run("restore", old, "--data", tmp_path / "new", "--receipt", _receipt_in(tmp_path / "receipt"))
    assert (refused.exit_code, "the receipt" in refused.stdout) == (ExitCode.INTEGRITY_FAILURE, True)
    done("backup", "--data", place.data, "--out", tmp_path / "newest")
    done("restore", tmp_path / "newest", "--data", tmp_path / "newer", "--receipt", _receipt_in(tmp_path / "receipt"),
         "--policy", place.policy, "--unlock", place.data / "unlock")  # fmt: skip


def test_on_another_machine_the_restored_copy_is_guarded_from_then_on(
    place: Place, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_GUARD", str(tmp_path / "another machine"))
    done("restore", old, "--data", tmp_path / "new", "--policy", place.policy, "--unlock", place.data / "unlock")
    assert "this copy may go on" in done(
        "log", "guard", "show", "--data", tmp_path / "new", "--unlock", place.data / "unlock"
    ).stdout  # fmt: skip


@pytest.mark.parametrize("knows", ["later", "nothing", "rubbish"])
def test_a_witness_is_asked(knows: str, place: Place, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {"later": _newest(place.data), "nothing": None, "rubbish": b"x" * 2_000_000}[knows]
    monkeypatch.setenv("SUYUAN_GUARD", str(tmp_path / "another machine"))
    with _monitoring(shown) as url:
        key = SigningKey.generate("witness.example", KeyType.COSIGNATURE).verifier
        text = place.policy.read_text().replace("quorum none", f"witness one {key} {url}\nquorum none")
        (tmp_path / "policy").write_text(text)
        result = run("restore", old, "--data", tmp_path / "new", "--verify", "--policy", tmp_path / "policy",
                     "--unlock", place.data / "unlock")  # fmt: skip
    if knows == "later":
        assert (result.exit_code, "the witness one" in result.stdout) == (ExitCode.INTEGRITY_FAILURE, True)
    else:
        assert (result.exit_code, "not asked: one" in result.stderr) == (ExitCode.INCOMPLETE, True)


def _size(data: Path) -> int:
    ledger = open_ledger(data)
    size = ledger.head().size
    ledger.close()
    return size


def _newest(data: Path) -> bytes:
    ledger = open_ledger(data)
    note = publish_checkpoint(ledger).note
    ledger.close()
    return note


def _receipt_in(path: Path) -> Path:
    return path if path.is_file() else next(path.glob("*.tlog-proof"))


@contextmanager
def _monitoring(note: bytes | None) -> Iterator[str]:
    """The one address of a witness that shows what it cosigned last, on a real socket."""
    path = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"

    class Shown(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = note if self.path == path else None
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            """Nothing is logged."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shown) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
