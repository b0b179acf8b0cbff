"""The container of a bundle: read by standard tools, in one form only, and never larger in memory than it says."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.log import export_zip
from ledger.actions.log.export_zip import (
    MEMBER_BYTES_MAX,
    RATIO_MAX,
    BundleFileMalformed,
    BundleFileTooLarge,
    BundleReader,
    BundleWriter,
    Member,
    MemberDamaged,
)

TEXT = b"entry after entry, " * 20
NOISE = random.Random(7).randbytes(500)
PARTS = {"checkpoint": TEXT, "tile/0/000.p/5": NOISE, "records/0": b"", "policy": b"quorum none\n"}


def bundle(parts: dict[str, bytes] = PARTS) -> bytes:
    file = io.BytesIO()
    writer = BundleWriter(file)
    for name, content in parts.items():
        writer.add(name, content)
    writer.finish()
    return file.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    reader = BundleReader(io.BytesIO(data))
    return {name: reader.read(name) for name in reader.members}


def claimed(member: Member, data: bytes, *, ends: Callable[[int, int, int], bytes] = export_zip._ends) -> bytes:
    """A file of one member whose directory says what `member` does."""
    held = member.local + data
    return held + member.central + ends(1, len(member.central), len(held))


def test_what_was_written_is_read_here_and_by_the_standard_library() -> None:
    data = bundle()
    assert read(data) == PARTS
    with zipfile.ZipFile(io.BytesIO(data)) as standard:
        assert standard.testzip() is None
        assert {name: standard.read(name) for name in standard.namelist()} == PARTS
    assert bundle() == data
    assert read(bundle({})) == {}


@given(st.dictionaries(st.from_regex(r"[!-~]{1,40}", fullmatch=True), st.binary(max_size=300), max_size=6))
def test_any_members_come_back(parts: dict[str, bytes]) -> None:
    assert read(bundle(parts)) == parts


def test_what_shrinks_like_a_bomb_is_stored_and_comes_back() -> None:
    data = bundle({"records/0": bytes(1 << 20)})
    assert len(data) > 1 << 20
    assert read(data) == {"records/0": bytes(1 << 20)}


def test_every_changed_byte_is_refused() -> None:
    data = bundle()
    for at in range(len(data)):
        bent = data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]
        with pytest.raises((BundleFileMalformed, BundleFileTooLarge, MemberDamaged)):
            read(bent)


def test_every_truncation_and_every_byte_too_many_is_refused() -> None:
    data = bundle()
    for end in range(len(data)):
        with pytest.raises((BundleFileMalformed, BundleFileTooLarge)):
            read(data[:end])
    for bent in (data + b"\0", b"\0" + data, data + data):
        with pytest.raises((BundleFileMalformed, BundleFileTooLarge)):
            read(bent)


@given(st.binary(max_size=400))
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises((BundleFileMalformed, BundleFileTooLarge)):
        read(data)


def test_a_name_twice_is_refused() -> None:
    file = io.BytesIO()
    writer = BundleWriter(file)
    writer.add("checkpoint", b"one")
    writer.add("checkpoint", b"two")
    writer.finish()
    with pytest.raises(BundleFileMalformed):
        read(file.getvalue())


def test_more_members_than_anybody_reads_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_zip, "DIRECTORY_BYTES_MAX", 200)
    with pytest.raises(BundleFileTooLarge):
        bundle()
    whole = bundle({"checkpoint": TEXT})
    monkeypatch.setattr(export_zip, "DIRECTORY_BYTES_MAX", 60)
    with pytest.raises(BundleFileTooLarge):
        read(whole)


@pytest.mark.parametrize("flags", [0x1, 0x8, 0x40, 0x800])
def test_encrypted_and_otherwise_flagged_members_are_refused(flags: int) -> None:
    data = bytearray(bundle({"policy": NOISE}))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, 6, flags)
    struct.pack_into("<H", data, central + 8, flags)
    with pytest.raises(BundleFileMalformed):
        read(bytes(data))


def test_a_file_by_another_writer_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("checkpoint", TEXT)
    with pytest.raises((BundleFileMalformed, BundleFileTooLarge)):
        read(file.getvalue())


def deflated(content: bytes) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packing.compress(content) + packing.flush()


@pytest.mark.parametrize("size", [RATIO_MAX * 2_000, MEMBER_BYTES_MAX + 1, 0xFFFF_FFFF])
def test_a_bomb_that_says_its_size_is_refused_before_it_is_unpacked(size: int) -> None:
    data = deflated(bytes(1 << 20))
    with pytest.raises(BundleFileTooLarge):
        read(claimed(Member("records/0", 8, 0, len(data), size, 0), data))


def test_a_bomb_that_lies_about_its_size_is_cut_off() -> None:
    data = deflated(bytes(1 << 24))
    reader = BundleReader(io.BytesIO(claimed(Member("records/0", 8, 0, len(data), 1_000, 0), data)))
    with pytest.raises(MemberDamaged):
        reader.read("records/0")


def test_members_that_overlap_are_refused() -> None:
    data = deflated(NOISE)
    first = Member("records/0", 8, zlib.crc32(NOISE), len(data), len(NOISE), 0)
    second = Member("records/1", 8, zlib.crc32(NOISE), len(data), len(NOISE), 0)
    held, rows = first.local + data, first.central + second.central
    with pytest.raises(BundleFileMalformed):
        read(held + rows + export_zip._ends(2, len(rows), len(held)))


def test_a_total_and_a_directory_beyond_all_bounds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bundle()
    monkeypatch.setattr(export_zip, "TOTAL_BYTES_MAX", sum(map(len, PARTS.values())) - 1)
    with pytest.raises(BundleFileTooLarge, match="unpacked"):
        read(data)
    monkeypatch.setattr(export_zip, "DIRECTORY_BYTES_MAX", 100)
    with pytest.raises(BundleFileTooLarge, match="directory"):
        read(data)


def test_a_member_is_held_to_the_length_its_reader_has_room_for() -> None:
    reader = BundleReader(io.BytesIO(bundle()))
    with pytest.raises(BundleFileTooLarge):
        reader.read("checkpoint", bytes_max=len(TEXT) - 1)
    with pytest.raises(MemberDamaged):
        reader.read("tile/0/001")


def test_writing_needs_one_member_at_a_time() -> None:
    class Counting(io.BytesIO):
        longest = 0

        def write(self, data: object) -> int:
            self.longest = max(self.longest, len(data))  # type: ignore[arg-type]
            return super().write(data)  # type: ignore[arg-type]

    file = Counting()
    writer = BundleWriter(_as_file(file))
    for number in range(50):
        writer.add(f"records/{number}", NOISE)
    writer.finish()
    assert file.longest <= len(NOISE)


def _as_file(file: io.BytesIO) -> BinaryIO:
    return file
