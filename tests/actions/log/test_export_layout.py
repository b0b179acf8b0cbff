"""The manifest of a bundle in its one form, and which members it may list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.log.export_layout import (
    BundleContentMalformed,
    Manifest,
    frame_note,
    frame_records,
    notes_in,
    number_of,
    records_in,
)
from ledger.errors import Malformed

NAMES = (
    "checkpoint",
    "checkpoints/3",
    "checkpoints/200",
    "tile/entries/000",
    "tile/entries/001.p/4",
    "tile/0/000",
    "tile/0/001.p/4",
    "tile/1/000.p/1",
    "records/0",
    "records/100",
)


def manifest(*names: str, size: int = 260) -> Manifest:
    return Manifest("ledger.example/main", size, 7, tuple(("0" * 64, name) for name in names))


def test_a_manifest_prints_and_is_read_back() -> None:
    for one in (manifest(*NAMES), manifest(*NAMES, "policy"), manifest("checkpoint", "checkpoints/0", size=0)):
        assert Manifest.parse(one.to_bytes()) == one
    text = manifest(*NAMES).to_bytes().decode()
    assert text.startswith(
        "suyuan.bundle/v1\norigin ledger.example/main\nsize 260\ncheckpoints 7\n\n" + "0" * 64 + "  checkpoint\n"
    )


@pytest.mark.parametrize(
    "names",
    [
        (),
        NAMES[1:],
        (*NAMES[:-1], "records/0"),
        NAMES[:8] + NAMES[9:],
        NAMES[:8],
        NAMES[:1] + NAMES[3:],
        (NAMES[0], *NAMES[2:0:-1], *NAMES[3:]),
        NAMES[:3] + NAMES[4:],
        (*NAMES[:4], "tile/entries/001.p/5", *NAMES[5:]),
        (*NAMES, "records/260"),
        (*NAMES, "records/0100"),
        (*NAMES, "policy", "policy"),
        (*NAMES, "manifest"),
        (*NAMES, "../../etc/passwd"),
        (*NAMES, "/etc/passwd"),
        ("policy", *NAMES),
        (*NAMES, "checkpoints/201"),
    ],
)
def test_other_members_than_those_of_the_size_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(BundleContentMalformed):
        Manifest.parse(manifest(*names).to_bytes())


@pytest.mark.parametrize("size", [0, 259, 261, 1 << 20, (1 << 63) - 1])
def test_another_size_than_that_of_the_members_is_refused(size: int) -> None:
    with pytest.raises(BundleContentMalformed):
        Manifest.parse(manifest(*NAMES, size=size).to_bytes())


def test_every_changed_byte_of_a_manifest_is_refused_or_says_something_else() -> None:
    one = manifest(*NAMES)
    data = one.to_bytes()
    for at in range(len(data)):
        bent = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            read = Manifest.parse(bent)
        except Malformed:
            continue
        assert (read != one, read.to_bytes()) == (True, bent)


@given(st.binary(max_size=300))
def test_garbage_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Malformed):
        Manifest.parse(data)
    for parse in (notes_in, records_in):
        try:
            assert list(parse(data, name="records/0")) or not data
        except BundleContentMalformed:
            continue


@given(st.lists(st.tuples(st.integers(0, 1 << 40), st.binary(max_size=50)), max_size=5))
def test_frames_of_checkpoints_come_back_and_every_cut_inside_one_is_named(notes: list[tuple[int, bytes]]) -> None:
    frames = [frame_note(*one) for one in notes]
    data = b"".join(frames)
    assert list(notes_in(data, name="checkpoints/0")) == notes
    ends = {sum(map(len, frames[:count])) for count in range(len(frames) + 1)}
    for end in set(range(len(data))) - ends:
        with pytest.raises(BundleContentMalformed):
            list(notes_in(data[:end], name="checkpoints/0"))


@given(st.lists(st.tuples(st.binary(max_size=70), st.binary(max_size=50)), max_size=5))
def test_frames_of_records_come_back_and_every_cut_inside_one_is_named(parts: list[tuple[bytes, bytes]]) -> None:
    frames = [frame_records(*one) for one in parts]
    data = b"".join(frames)
    assert list(records_in(data, name="records/0")) == parts
    ends = {sum(map(len, frames[:count])) for count in range(len(frames) + 1)}
    for end in set(range(len(data))) - ends:
        with pytest.raises(BundleContentMalformed):
            list(records_in(data[:end], name="records/0"))


@pytest.mark.parametrize(
    ("name", "number"), [("records/0", 0), ("records/512", 512), ("records/", None), ("records/01", None), ("tile/0/000", None)]
)
def test_a_number_has_one_spelling(name: str, number: int | None) -> None:
    assert number_of(name, "records") == number
