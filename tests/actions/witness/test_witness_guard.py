"""The guard of a witness: an older or doubled copy of its directory cosigns no second history, and a crash costs nothing."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.actions.log.guard import GuardInsideData
from ledger.actions.witness.add_checkpoint import add_checkpoint
from ledger.actions.witness.introduce_log import introduce_log
from ledger.actions.witness.open_witness import Witness, open_witness
from ledger.actions.witness.witness_guard import WitnessGuard, WitnessRolledBack
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import leaf_hash
from ledger.storage.guard_file import GuardUnusable
from tests.actions.witness.conftest import NAME
from tests.witnessed_log import ORIGIN, MadeLog, key_of

LOG, FORKED = MadeLog(), MadeLog(history="other")


def opened(data: Path) -> Witness:
    return open_witness(data, name=NAME)


def copied(data: Path, name: str) -> Path:
    return Path(shutil.copytree(data, data.with_name(name)))


@pytest.mark.parametrize("known_then", [True, False])
def test_an_older_copy_cosigns_nothing_of_what_has_grown(tmp_path: Path, *, known_then: bool) -> None:
    with closing(opened(tmp_path / "w")) as witness:
        if known_then:
            introduce_log(witness, LOG.introduction())
            add_checkpoint(witness, LOG.request(0, 3))
    older = copied(tmp_path / "w", "older")
    with closing(opened(tmp_path / "w")) as witness:
        introduce_log(witness, LOG.introduction())
        add_checkpoint(witness, LOG.request(3 * known_then, 7))
    with closing(opened(older)) as witness:
        introduce_log(witness, LOG.introduction())
        for log in (FORKED, LOG):
            with pytest.raises(WitnessRolledBack, match="size 7"):
                add_checkpoint(witness, log.request(3 * known_then, 9))
        other = MadeLog([key_of("first", name="log.example/b")], origin="log.example/b")
        introduce_log(witness, other.introduction())
        assert add_checkpoint(witness, other.request(0, 9))


@pytest.mark.parametrize(("size", "first"), [(5, 7), (7, 5), (6, 6)])
def test_of_two_copies_at_once_one_cosigns(tmp_path: Path, size: int, first: int) -> None:
    with closing(opened(tmp_path / "w")) as witness:
        introduce_log(witness, LOG.introduction())
        add_checkpoint(witness, LOG.request(0, 3))
    double = copied(tmp_path / "w", "double")
    with closing(opened(tmp_path / "w")) as one, closing(opened(double)) as other:
        overtaken = replace(other, before_persisting=lambda: [add_checkpoint(one, LOG.request(3, first))])
        with pytest.raises(WitnessRolledBack):
            add_checkpoint(overtaken, FORKED.request(3, size, shared=3))


def test_two_servers_on_one_directory_share_it(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "w")) as one, closing(opened(tmp_path / "w")) as other:
        introduce_log(one, LOG.introduction())
        for size in range(6):
            assert add_checkpoint((one, other)[size % 2], LOG.request(size, size + 1))
        slow = one.guard.advance(LOG.checkpoint(4), before=3)  # of a thread that was overtaken after its commit
        assert slow == LOG.checkpoint(6)


def test_a_guard_that_lags_or_is_lost_is_made_anew(tmp_path: Path, guard_folder: Path) -> None:
    with closing(opened(tmp_path / "w")) as witness:
        introduce_log(witness, LOG.introduction())
        add_checkpoint(witness, LOG.request(0, 3))
        shutil.rmtree(guard_folder)
        assert witness.guard.highest(ORIGIN) is None
        add_checkpoint(witness, LOG.request(3, 7))
        assert witness.guard.highest(ORIGIN) == LOG.checkpoint(7)


def test_names_that_are_no_ascii_and_files_of_others(tmp_path: Path) -> None:
    key, folders = key_of("w", name="w.example").verifier, [tmp_path / "a", tmp_path / "b"]
    guard = WitnessGuard(folders, key)
    odd = Checkpoint("日志.example/" + "长" * 80, 3, leaf_hash(b"root"))
    guard.advance(odd, before=0)
    shutil.rmtree(tmp_path / "a")
    assert guard.highest(odd.origin) == odd
    (file,) = (tmp_path / "b").glob("*/*.guard")
    guard.advance(Checkpoint("log.example/b", 3, leaf_hash(b"root")), before=0)
    (copy,) = set((tmp_path / "b").glob("*/*.guard")) - {file}
    shutil.copy(file, copy)
    with pytest.raises(GuardUnusable):
        guard.highest("log.example/b")


def test_it_lies_outside_of_the_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_GUARD", str(tmp_path / "w" / "guard"))
    with pytest.raises(GuardInsideData):
        opened(tmp_path / "w")
    assert not (tmp_path / "w").exists()
