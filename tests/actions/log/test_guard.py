"""The guard: what was signed is never contradicted, by an older copy, a doubled one, or two processes at once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.actions.log.begin_guard import begin_guard, guarded_store
from ledger.actions.log.guard import (
    Guard,
    GuardAbsent,
    GuardInsideData,
    GuardSettingWrong,
    HistoryForked,
    RootAt,
    SignedLater,
    guard_begins,
    guard_folders,
    refuse_guard_inside,
)
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import grant_role
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import Digest, leaf_hash, root_of
from ledger.storage.guard_file import GuardUnusable

ORIGIN = "ledger.example/main"
FIRST = leaf_hash(b"entry 0")
ONE = [leaf_hash(b"one %d" % index) for index in range(20)]
OTHER = [*ONE[:5], *(leaf_hash(b"other %d" % index) for index in range(15))]


def at(leaves: list[Digest], size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(leaves[:size]))


def roots(leaves: list[Digest]) -> RootAt:
    return lambda size: root_of(leaves[:size])


def guard(*folders: Path) -> Guard:
    return Guard(folders, origin=ORIGIN, first_entry=FIRST)


def test_it_must_stand_before_anything_is_signed(tmp_path: Path) -> None:
    with pytest.raises(GuardAbsent):
        guard(tmp_path).advance(at(ONE, 3), roots(ONE))
    with pytest.raises(GuardAbsent):
        guard(tmp_path).refuse_older(3, roots(ONE))
    assert guard(tmp_path).newest() is None
    guard(tmp_path).begin(at(ONE, 3), roots(ONE))
    guard(tmp_path).advance(at(ONE, 9), roots(ONE))
    assert guard(tmp_path).newest() == at(ONE, 9)


def test_it_never_goes_back_and_never_sideways(tmp_path: Path) -> None:
    guard(tmp_path).begin(at(ONE, 9), roots(ONE))
    for deed in (guard(tmp_path).advance, guard(tmp_path).begin):
        with pytest.raises(SignedLater):
            deed(at(ONE, 8), roots(ONE))
        with pytest.raises(HistoryForked):
            deed(at(OTHER, 9), roots(OTHER))
        with pytest.raises(HistoryForked):
            deed(at(OTHER, 12), roots(OTHER))
    with pytest.raises(SignedLater):
        guard(tmp_path).refuse_older(8, roots(ONE))
    with pytest.raises(HistoryForked):
        guard(tmp_path).refuse_older(12, roots(OTHER))
    assert guard(tmp_path).newest() == at(ONE, 9)
    guard(tmp_path).advance(at(ONE, 9), roots(ONE))


def test_a_copy_that_was_lost_is_made_anew_and_the_highest_counts(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    guard(*folders).begin(at(ONE, 3), roots(ONE))
    shutil.rmtree(folders[0])
    guard(folders[1]).advance(at(ONE, 7), roots(ONE))
    with pytest.raises(SignedLater):
        guard(*folders).advance(at(ONE, 6), roots(ONE))
    guard(*folders).advance(at(ONE, 8), roots(ONE))
    assert {guard(folder).newest() for folder in folders} == {at(ONE, 8)}


def test_a_copy_that_cannot_be_written_stops_the_signing(tmp_path: Path) -> None:
    guard(tmp_path / "a").begin(at(ONE, 3), roots(ONE))
    (tmp_path / "b").write_bytes(b"no folder")
    with pytest.raises(GuardUnusable):
        guard(tmp_path / "a", tmp_path / "b").advance(at(ONE, 4), roots(ONE))
    assert guard(tmp_path / "a").newest() == at(ONE, 3)


def test_the_file_of_another_ledger_is_not_taken(tmp_path: Path) -> None:
    mine, other = guard(tmp_path), Guard([tmp_path], origin=ORIGIN, first_entry=leaf_hash(b"another"))
    other.begin(at(ONE, 3), roots(ONE))
    other.files[0].rename(mine.files[0])
    with pytest.raises(GuardUnusable):
        mine.advance(at(ONE, 4), roots(ONE))


def test_of_two_histories_at_once_one_is_signed(tmp_path: Path) -> None:
    for round_ in range(50):
        folder = tmp_path / str(round_)
        guard(folder).begin(at(ONE, 5), roots(ONE))
        together, outcomes = threading.Barrier(2), list[str]()

        def sign(leaves: list[Digest], folder: Path, together: threading.Barrier, outcomes: list[str]) -> None:
            together.wait()
            try:
                guard(folder).advance(at(leaves, 10), roots(leaves))
                outcomes.append("signed")
            except HistoryForked:
                outcomes.append("refused")

        threads = [threading.Thread(target=sign, args=(leaves, folder, together, outcomes)) for leaves in (ONE, OTHER)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["refused", "signed"]


def test_where_it_lies_is_a_setting() -> None:
    assert guard_folders({"SUYUAN_GUARD": "/a:/b"}) == [Path("/a"), Path("/b")]
    assert guard_folders({"XDG_STATE_HOME": "/state"}) == [Path("/state/suyuan/guard")]
    assert guard_folders({}) == [Path.home() / ".local/state/suyuan/guard"]
    assert (guard_begins({}), guard_begins({"SUYUAN_GUARD_ABSENT": "begin"})) == (False, True)
    with pytest.raises(GuardSettingWrong):
        guard_begins({"SUYUAN_GUARD_ABSENT": "perhaps"})


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("SUYUAN_GUARD_ABSENT", "refuse")
    with closing(found_ledger(tmp_path / "data", Founding(ORIGIN))) as ledger:
        admit_party(ledger, Admission("tea", ["merchant"], "CN"))
        yield ledger


def test_an_older_copy_signs_nothing_and_takes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "data", tmp_path / "older")
    grant_role(ledger, "ledger.example/party/tea", "shop")
    publish_checkpoint(ledger)
    with closing(open_ledger(tmp_path / "older")) as older:
        size = older.head().size
        for deed in (lambda: publish_checkpoint(older), lambda: guarded_store(older), lambda: begin_guard(older)):
            with pytest.raises(SignedLater):
                deed()
        with pytest.raises(SignedLater):
            grant_role(older, "ledger.example/party/tea", "carrier")
        assert older.head().size == size


def test_what_is_signed_while_one_looks_is_no_later_state(ledger: Ledger, tmp_path: Path) -> None:
    data, moved = tmp_path / "data", []

    class Moving(Guard):
        def refuse_older(self, size: int, root_at: RootAt) -> None:
            if not moved:
                with closing(open_ledger(data)) as other:
                    moved.append(grant_role(other, "ledger.example/party/tea", "shop"))
                    publish_checkpoint(other)
            super().refuse_older(size, root_at)

    first_entry = ledger.state().first_entry
    guarded_store(replace(ledger, guard=Moving(guard_folders(), origin=ORIGIN, first_entry=first_entry)))
    assert moved


def test_a_doubled_ledger_stops_when_the_other_has_signed(ledger: Ledger, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "data", tmp_path / "double")
    with closing(open_ledger(tmp_path / "double")) as double:
        publish_checkpoint(ledger)
        grant_role(ledger, "ledger.example/party/tea", "shop")
        grant_role(double, "ledger.example/party/tea", "carrier")
        grant_role(double, "ledger.example/party/tea", "factory")
        publish_checkpoint(ledger)
        with pytest.raises(HistoryForked):
            publish_checkpoint(double)
        with pytest.raises(HistoryForked):
            grant_role(double, "ledger.example/party/tea", "inspector")
        grant_role(ledger, "ledger.example/party/tea", "inspector")


def test_without_its_guard_a_ledger_waits_for_a_word(ledger: Ledger, guard_folder: Path) -> None:
    shutil.rmtree(guard_folder)
    with pytest.raises(GuardAbsent):
        grant_role(ledger, "ledger.example/party/tea", "shop")
    begun = begin_guard(ledger)
    grant_role(ledger, "ledger.example/party/tea", "shop")
    assert publish_checkpoint(ledger).size > begun.size


def test_a_folder_under_two_names_does_not_wait_for_itself(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to(tmp_path / "a")
    twice = guard(tmp_path / "a", tmp_path / "b", tmp_path / "b" / ".." / "a")
    assert twice.folders == (tmp_path / "a",)
    twice.begin(at(ONE, 3), roots(ONE))
    assert twice.newest() == at(ONE, 3)


def test_in_the_data_directory_it_would_come_back_with_an_older_copy(ledger: Ledger, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "link").symlink_to(data)
    for inside in (data, data / "guard", tmp_path / "link" / "guard", data / "guard" / ".." / "more"):
        with pytest.raises(GuardInsideData):
            open_ledger(data, guard=[tmp_path / "elsewhere", inside])
        with pytest.raises(GuardInsideData):
            found_ledger(data, Founding(ORIGIN), guard=[inside])
    refuse_guard_inside(data, [tmp_path, tmp_path / "data-guard"])
    assert ledger.guard.newest() is not None
