"""One copy of the guard: one accepted form, replaced whole, unreadable only by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.checkpoint import Checkpoint
from ledger.storage.guard_file import GuardMalformed, GuardMark, GuardUnusable, guard_name, locked, read_mark, write_mark

FIRST = bytes(range(32))
MARK = GuardMark(FIRST, Checkpoint("ledger.example/main", 7, bytes(32)))
GOLDEN = (
    b"suyuan.guard/v1\n"
    b"first-entry AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    b"ledger.example/main\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
)


def test_the_bytes_of_a_mark() -> None:
    assert MARK.to_bytes() == GOLDEN
    assert GuardMark.parse(GOLDEN) == MARK


@given(st.data())
def test_a_changed_mark_is_another_mark_or_none(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOLDEN) - 1))
    byte = data.draw(st.integers(0, 255))
    changed = GOLDEN[:place] + bytes([byte]) + GOLDEN[place + 1 :]
    try:
        assert GuardMark.parse(changed).to_bytes() == changed
    except GuardMalformed:
        assert changed != GOLDEN


@given(st.binary(max_size=300))
def test_nothing_else_is_a_mark(data: bytes) -> None:
    with pytest.raises(GuardMalformed):
        GuardMark.parse(data)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / guard_name("ledger.example/main", FIRST)
    assert read_mark(file) is None
    write_mark(file, MARK)
    later = GuardMark(FIRST, Checkpoint("ledger.example/main", 8, FIRST))
    write_mark(file, later)
    assert read_mark(file) == later
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_read_or_written_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "guard").mkdir()
    with pytest.raises(GuardUnusable):
        read_mark(tmp_path / "guard")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(GuardUnusable):
        write_mark(tmp_path / "file" / "guard", MARK)
    with pytest.raises(GuardUnusable), locked(tmp_path / "file", "guard"):
        pass
    (tmp_path / "cut").write_bytes(GOLDEN[:-1])
    with pytest.raises(GuardMalformed):
        read_mark(tmp_path / "cut")
