"""Served logs for foreign programs to read: one long enough for full tiles, one that signs with every kind of key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.actions.capture.stage_batch import Statement, sign_for
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.sequence import sequence_group
from ledger.actions.log.serve_log import newest_checkpoint
from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.actions.parties.log_keys import add_log_key
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.key import KeyType
from ledger.storage.position import Position
from tests.cli.serving import serving

ORIGIN = "ledger.example/interop"
SIZES = (5, 200, 256, 257, 300, 512)
"""Published on the way to `LAST_SIZE`: partial tiles, a full one, one past it, and two full ones."""

LAST_SIZE = 600


@dataclass(frozen=True)
class ServedLog:
    """A log under `url`, with the sizes of its published checkpoints below the newest, and receipts of some entries."""

    url: str
    data: Path
    sizes: Sequence[int]
    last_size: int
    proofs: Sequence[Path]

    @property
    def policy(self) -> Path:
        return self.data / POLICY_FILE

    def arguments(self) -> list[object]:
        """What `verify` is told."""
        proofs = [word for path in self.proofs for word in ("-proof", path)]
        return ["-policy", self.policy, "-url", self.url, "-sizes", ",".join(map(str, self.sizes)), *proofs]


def grow(ledger: Ledger, party: str, size: int) -> None:
    """Write entries until the log has `size` of them, and publish a checkpoint."""
    state, head = ledger.state(), ledger.head().size
    bodies = [b'{"type":"ObjectEvent","n":%d}' % number for number in range(head, size)]
    statements = [Statement(party, RecordClass.EPCIS, ReadRule.PUBLIC, [body], context=b"{}") for body in bodies]
    staged = [sign_for(ledger, state, statement, now=ledger.clock()) for statement in statements]
    assert all(isinstance(outcome, Sequenced) for outcome in sequence_group(ledger, staged))
    assert publish_checkpoint(ledger).size == size


def keep_receipts(ledger: Ledger, entries: Sequence[int], folder: Path) -> list[Path]:
    """Write the receipt of the first record of each entry."""
    paths = [folder / f"{entry}.tlog-proof" for entry in entries]
    for entry, path in zip(entries, paths, strict=True):
        path.write_bytes(issue_receipt(ledger, Position(entry, 0)))
    return paths


@pytest.fixture(scope="session")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLog]:
    folder = tmp_path_factory.mktemp("long")
    ledger = found_ledger(folder / "data", Founding(ORIGIN))
    party = admit_party(ledger, Admission("tea", ["merchant"], "CN")).party
    for size in (*SIZES, LAST_SIZE):
        grow(ledger, party, size)
    proofs = keep_receipts(ledger, [0, 4, 255, 256, 599], folder)
    ledger.close()
    with serving(folder / "data") as server:
        yield ServedLog(f"{server.url}/log", folder / "data", SIZES, LAST_SIZE, proofs)


@pytest.fixture(scope="session")
def log_of_many_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLog]:
    folder = tmp_path_factory.mktemp("many-keys")
    ledger = found_ledger(folder / "data", Founding(ORIGIN))
    party = admit_party(ledger, Admission("tea", ["merchant"], "CN")).party
    grow(ledger, party, 5)
    for kind in (KeyType.ECDSA_P256, KeyType.MLDSA44):
        add_log_key(ledger, kind)
    grow(ledger, party, 10)
    proofs = keep_receipts(ledger, [7], folder)
    (folder / "checkpoint").write_bytes(newest_checkpoint(ledger))
    ledger.close()
    with serving(folder / "data") as server:
        yield ServedLog(f"{server.url}/log", folder / "data", (5,), 10, proofs)
