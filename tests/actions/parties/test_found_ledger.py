"""Founding: entry 0, its keys and its policy file; once, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.actions.open_ledger import LedgerUnfounded, open_ledger
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, SeatsOutOfRange, WitnessInDirectory, found_ledger
from ledger.actions.witness.open_witness import LedgerInDirectory, open_witness
from ledger.errors import SuyuanError
from ledger.evidence.batch import NameMalformed
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.policy import Policy
from ledger.storage.checkpoints import checkpoint_of
from ledger.storage.database import open_engine, reading, upgrade_schema
from ledger.storage.entries import read_entry
from ledger.storage.guard_file import GuardUnusable
from ledger.storage.head import AlreadyFounded
from ledger.storage.sealing import SealBroken, UnlockFileExists, UnlockFileUnusable, make_unlock_file
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS

ORIGIN = "ledger.example/main"


def test_the_policy_file_opens_the_first_checkpoint_and_pins_entry_0(tmp_path: Path) -> None:
    ledger = found_ledger(tmp_path / "data", Founding(ORIGIN, seats=3, threshold=2))
    policy = Policy.parse((tmp_path / "data" / POLICY_FILE).read_text())
    with reading(ledger.engine) as connection:
        entry = Entry.parse(read_entry(connection, 0))
        opened = policy.open(checkpoint_of(connection, 1))
    assert (opened.checkpoint.origin, opened.checkpoint.size) == (ORIGIN, 1)
    assert opened.checkpoint.root == entry.leaf_hash() == policy.first_entry
    assert entry.signed().batch.first_entry == GENESIS
    assert len(entry.signed().signatures) == 3
    ledger.close()


def test_the_state_after_founding(tmp_path: Path) -> None:
    ledger = found_ledger(tmp_path / "data", Founding(ORIGIN, seats=3, threshold=2, territory="CN"))
    state = ledger.state()
    assert (state.threshold, len(state.seats), state.registrars) == (2, 3, ("ledger.example/registrar",))
    assert state.contexts == dict(PINNED_CONTEXTS)
    assert {line.custody for line in state.register().lines} == {"operator"}
    ledger.close()


@pytest.mark.parametrize(
    ("founding", "error"),
    [
        (Founding("Ledger.example/main"), NameMalformed),
        (Founding("a" * 81), NameMalformed),
        (Founding("ledger.example/../x"), NameMalformed),
        (Founding(ORIGIN, seats=17), SeatsOutOfRange),
        (Founding(ORIGIN, seats=2, threshold=3), SeatsOutOfRange),
        (Founding(ORIGIN, threshold=0), SeatsOutOfRange),
    ],
)
def test_a_founding_that_cannot_be_leaves_nothing(tmp_path: Path, founding: Founding, error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        found_ledger(tmp_path / "data", founding)
    assert not (tmp_path / "data").exists()


def test_where_no_guard_can_be_kept_nothing_is_founded(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(GuardUnusable):
        found_ledger(tmp_path / "data", Founding(ORIGIN), guard=[tmp_path / "file"])
    assert not (tmp_path / "data").exists()


def test_a_ledger_and_a_witness_lie_apart(tmp_path: Path) -> None:
    open_witness(tmp_path / "w", name="witness.example/w1").close()
    with pytest.raises(WitnessInDirectory):
        found_ledger(tmp_path / "w", Founding(ORIGIN))
    found_ledger(tmp_path / "data", Founding(ORIGIN)).close()
    with pytest.raises(LedgerInDirectory):
        open_witness(tmp_path / "data", name="witness.example/w1")


def test_a_directory_is_founded_once(tmp_path: Path) -> None:
    found_ledger(tmp_path / "data", Founding(ORIGIN)).close()
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.name in (POLICY_FILE, "unlock")}
    with pytest.raises(AlreadyFounded):
        found_ledger(tmp_path / "data", Founding("other.example/main"))
    assert all((tmp_path / "data" / name).read_bytes() == content for name, content in before.items())
    ledger = open_ledger(tmp_path / "data")
    assert ledger.origin == ORIGIN
    ledger.close()


def test_an_unlock_file_that_stands_there_is_not_taken_over(tmp_path: Path) -> None:
    make_unlock_file(tmp_path / "unlock")
    with pytest.raises(UnlockFileExists):
        found_ledger(tmp_path / "data", Founding(ORIGIN), unlock=tmp_path / "unlock")
    with pytest.raises(LedgerUnfounded):
        open_ledger(tmp_path / "data", unlock=tmp_path / "unlock")


def test_a_ledger_opens_with_its_own_unlock_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_ledger(tmp_path / "data", Founding(ORIGIN), unlock=tmp_path / "key").close()
    make_unlock_file(tmp_path / "other")
    with pytest.raises(SealBroken):
        open_ledger(tmp_path / "data", unlock=tmp_path / "other")
    with pytest.raises(UnlockFileUnusable):
        open_ledger(tmp_path / "data")
    monkeypatch.setenv("SUYUAN_UNLOCK_FILE", str(tmp_path / "key"))
    open_ledger(tmp_path / "data").close()


def test_a_database_without_founding_is_named(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "data", create=True)
    upgrade_schema(engine)
    engine.dispose()
    make_unlock_file(tmp_path / "data" / "unlock")
    with pytest.raises(LedgerUnfounded, match="suyuan init"):
        open_ledger(tmp_path / "data")
