"""All labels of a print are there, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.actions.codes.release_labels import FolderTaken, release_file, release_folder
from ledger.errors import Conflict


class Failing(Conflict):
    title = "the test fails half-way"


def failing() -> Iterator[bytes]:
    yield b"half"
    raise Failing()


def test_a_file_appears_whole(tmp_path: Path) -> None:
    release_file(tmp_path / "a.zpl", [b"one", b"two"])
    release_file(tmp_path / "pins.csv", [b"12345678"], secret=True)
    assert (tmp_path / "a.zpl").read_bytes() == b"onetwo"
    assert (tmp_path / "pins.csv").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zpl", "pins.csv"]


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.zpl").write_bytes(b"before")
    with pytest.raises(Failing):
        release_file(tmp_path / "a.zpl", failing())
    with pytest.raises(Failing):
        release_folder(tmp_path / "new", ((f"{place}.svg", data) for place, data in enumerate(failing())))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.zpl", b"before")]


def test_a_folder_appears_whole_and_takes_no_others_place(tmp_path: Path) -> None:
    release_folder(tmp_path / "new", [("1.svg", b"1"), ("2.svg", b"2")])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["1.svg", "2.svg"]
    with pytest.raises(FolderTaken):
        release_folder(tmp_path / "new", [("3.svg", b"3")])
