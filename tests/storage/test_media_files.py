"""Files beside the ledger: whole or not at all, under the hash of their bytes, never written over."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ledger.storage.media_files import (
    MediaChanged,
    MediaUnwritable,
    every_file,
    hash_file,
    path_of,
    place,
    prepare,
    read_file,
    remove_file,
    state_of,
)

DATA = b"a picture"
DIGEST = hashlib.sha256(DATA).digest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


def kept(folder: Path) -> Path:
    place(folder, prepare(folder, DATA), DIGEST)
    return path_of(folder, DIGEST)


def test_a_file_lies_under_its_hash_and_only_its_owner_reads_it(folder: Path) -> None:
    path = kept(folder)
    assert path == folder / DIGEST.hex()[:2] / DIGEST.hex()
    assert (path.read_bytes(), path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (DATA, 0o600, 0o700)
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    assert (read_file(folder, DIGEST), hash_file(folder, DIGEST), list(every_file(folder))) == (DATA, DIGEST, [DIGEST])


def test_until_it_is_placed_there_is_no_file(folder: Path) -> None:
    passing = prepare(folder, DATA)
    assert passing.parent == path_of(folder, DIGEST).parent
    assert read_file(folder, DIGEST) is None and list(every_file(folder)) == []
    place(folder, passing, DIGEST)
    assert not passing.exists()


@pytest.mark.parametrize("linked", [True, False])
def test_a_second_file_of_the_same_bytes_leaves_the_first(folder: Path, linked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not linked:
        monkeypatch.setattr(os, "link", _no_links)
    path = kept(folder)
    before = path.stat()
    assert kept(folder).stat().st_ino == before.st_ino
    path.write_bytes(b"another picture")
    with pytest.raises(MediaChanged, match=DIGEST.hex()):
        kept(folder)
    assert path.read_bytes() == b"another picture"
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def _no_links(*_: object) -> None:
    raise PermissionError("this file system has no hard links")


def test_other_bytes_are_never_handed_out(folder: Path) -> None:
    path = kept(folder)
    state = state_of(folder, DIGEST)
    path.write_bytes(DATA + b"\x00")
    assert state_of(folder, DIGEST) != state
    assert hash_file(folder, DIGEST) == hashlib.sha256(DATA + b"\x00").digest()
    with pytest.raises(MediaChanged, match="10 bytes"):
        read_file(folder, DIGEST)


def test_a_change_that_hides_in_size_and_time_is_a_change_of_state(folder: Path) -> None:
    path = kept(folder)
    before, state = path.stat(), state_of(folder, DIGEST)
    with path.open("r+b") as file:
        file.write(b"A")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert state_of(folder, DIGEST) != state


def test_a_removed_file_is_gone_and_may_be_removed_again(folder: Path) -> None:
    remove_file(folder, DIGEST)
    kept(folder)
    remove_file(folder, DIGEST)
    remove_file(folder, DIGEST)
    assert (read_file(folder, DIGEST), hash_file(folder, DIGEST), state_of(folder, DIGEST)) == (None, None, None)


def test_what_else_lies_there_is_passed_over(folder: Path) -> None:
    assert list(every_file(folder)) == []
    path = kept(folder)
    for stray in (folder / "note", path.with_name("0.part"), path.with_name("00" * 32), path.with_name(path.name.upper())):
        stray.write_bytes(b"")
    (folder / "zz").mkdir()
    assert list(every_file(folder)) == [DIGEST]


def test_a_folder_that_is_none_is_said_by_name(folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(MediaUnwritable):
        prepare(folder, DATA)
