"""A served log under Go's own sumdb code, transparency-dev's formats, and torchwood."""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.evidence.policy import Policy
from tests.cli.serving import done
from tests.interop.conftest import LAST_SIZE, SIZES, ServedLog
from tests.interop.foreign_processes import started
from tests.interop.go_programs import run

pytestmark = pytest.mark.interop


def test_every_file_of_a_served_log_verifies(long_log: ServedLog) -> None:
    said = run("verify", *long_log.arguments())
    assert said.stderr == ""
    assert said.stdout.splitlines() == [
        f"x/mod: the newest checkpoint, of {LAST_SIZE} entries, is signed with the policy's key",
        f"x/mod: {LAST_SIZE} of {LAST_SIZE} entries are included, their hashes are those of the tiles at level 0",
        f"x/mod: {len(SIZES)} older checkpoints are beginnings of it; {fetched(said.stdout)} files fetched",
        f"formats: the checkpoint of {LAST_SIZE} entries opens with the log's Ed25519 key",
        "formats: 5 proof files print back byte for byte, transparency-dev/merkle accepts their inclusion",
        f"torchwood: the checkpoint of {LAST_SIZE} entries satisfies the policy with 1 verified lines",
        f"torchwood: its client reads the same {LAST_SIZE} entries",
        "torchwood: 5 proof files satisfy the policy, each for its own entry only",
    ]


def fetched(printed: str) -> str:
    (line,) = [line for line in printed.splitlines() if line.endswith(" files fetched")]
    return line.split()[-3]


def test_keys_of_every_kind_open_the_checkpoint(log_of_many_keys: ServedLog) -> None:
    said = run("verify", *log_of_many_keys.arguments())
    assert said.stderr == ""
    for kind in ("Ed25519", "P-256", "ML-DSA-44"):
        assert f"formats: the checkpoint of 10 entries opens with the log's {kind} key\n" in said.stdout
    assert "torchwood: left out: this version reads Ed25519 keys only, and 2 keys are others\n" in said.stdout


def test_another_key_opens_nothing(long_log: ServedLog, log_of_many_keys: ServedLog) -> None:
    said = run("verify", "-policy", log_of_many_keys.policy, "-url", long_log.url)
    assert said.returncode == 1
    assert said.stdout == ""
    assert said.stderr == "does not hold: x/mod: checkpoint: note has no verifiable signatures\n"


def test_a_bent_proof_is_refused(long_log: ServedLog, tmp_path: Path) -> None:
    path = tmp_path / "bent.tlog-proof"
    shutil.copy(long_log.proofs[0], path)
    path.write_bytes(path.read_bytes().replace(b"\nindex 0\n", b"\nindex 1\n"))
    said = run("verify", "-policy", long_log.policy, "-url", long_log.url, "-proof", path)
    assert said.returncode == 1
    assert said.stderr.startswith(f"does not hold: formats: {path}: ")


def test_fsck_of_tessera_finds_nothing_wrong(long_log: ServedLog, tmp_path: Path) -> None:
    said = fsck(f"{long_log.url}/", long_log.policy, tmp_path)
    assert "fsck failed" not in said
    assert f"Successfully fsck'd log with size {LAST_SIZE} and root " in said


def test_fsck_of_tessera_reads_an_unpacked_export_and_finds_a_file_that_is_bent(long_log: ServedLog, tmp_path: Path) -> None:
    bundle, files = tmp_path / "ledger.bundle", tmp_path / "unpacked"
    done("export", "--data", long_log.data, "--out", bundle)
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(files)
    with plain_files(files) as url:
        assert f"Successfully fsck'd log with size {LAST_SIZE} and root " in fsck(url, long_log.policy, tmp_path)
    assert f"Successfully fsck'd log with size {LAST_SIZE} and root " in fsck(f"file://{files}/", long_log.policy, tmp_path)
    tile = files / "tile" / "0" / "001"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\0")
    assert "fsck failed" in fsck(f"file://{files}/", long_log.policy, tmp_path)


@contextmanager
def plain_files(folder: Path) -> Iterator[str]:
    """The folder behind Python's own file server, which knows nothing of logs."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder]
    with started(command, r"^Serving HTTP on \S+ port (\d+)") as said:
        yield f"http://127.0.0.1:{said[1]}/"


def fsck(url: str, policy: Path, folder: Path) -> str:
    """What fsck says of the log at `url`. Its exit code is always 0, and with a single worker a bent tile stops it for ever."""
    key = folder / "log.vkey"
    key.write_text(str(Policy.parse(policy.read_text("utf-8")).log_keys[0]), encoding="utf-8")
    return run("fsck", "-storage_url", url, "-public_key", key, "-ui=false", "-N=4", "-logtostderr").stderr
