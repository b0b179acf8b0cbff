"""Entries: golden bytes, one accepted form, and the chain."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed, SuyuanError
from ledger.evidence.entry import ENTRY_BYTES_MAX, GENESIS, Entry, EntryMalformed, EntryTooLarge, link
from ledger.evidence.instant import parse_instant
from ledger.evidence.lines import LineUnexpected
from ledger.evidence.register import KeyLine, Register
from tests.scenario import GARDEN, key_of, tiny_ledger

_NOTE = b"any note\n\nwith its lines\n"
_TIME = parse_instant("2026-11-20T08:00:00.142Z")
_REGISTER = Register.of([KeyLine(GARDEN, key_of(GARDEN).verifier, "self", ("merchant",), "CN-GZ")])
_ENTRY = link(sha256(b"previous").digest(), admitted=_TIME, register=_REGISTER, note=_NOTE)

_GOLDEN = b"""\
suyuan.entry/v1
prev baBjNSjeqgFE57BYMV8LdT7AuUUWOnK/lqDRgYD53g0=
time 2026-11-20T08:00:00.142Z
register 1 QpTWsYUToGpqV+8482SPOJR72rRMkXWFmMnEvXe+vDY=
any note

with its lines
"""


def test_golden_entry() -> None:
    assert _ENTRY.to_bytes() == _GOLDEN
    assert Entry.parse(_GOLDEN) == _ENTRY
    assert _ENTRY.leaf_hash() == sha256(b"\x00" + _GOLDEN).digest()
    assert _ENTRY.leaf_hash().hex() == "69700c9fb36fd3bddb1fe6543fb2767068a06267aba971f9af3d6d281dffeb4f"


def test_the_first_entry_has_no_predecessor_and_an_empty_register() -> None:
    first = link(GENESIS, admitted=_TIME, register=Register.of(()), note=_NOTE)
    assert first.to_bytes().split(b"\n")[1] == b"prev " + b"A" * 43 + b"="
    assert first.to_bytes().split(b"\n")[3] == b"register 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_the_note_is_kept_byte_for_byte() -> None:
    note = b"\xff\x00\n\n not looked into"
    assert Entry.parse(replace(_ENTRY, note=note).to_bytes()).note == note


def test_each_entry_names_the_one_before() -> None:
    entries = [written.entry for written in tiny_ledger().written]
    assert [entry.prev for entry in entries] == [GENESIS, *(entry.leaf_hash() for entry in entries[:-1])]
    assert [entry.signed().batch.issuer for entry in entries][-1] == GARDEN


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"prev": bytes(31)}, EntryMalformed),
        ({"register_root": bytes(33)}, EntryMalformed),
        ({"register_size": -1}, EntryMalformed),
        ({"register_size": 2**63}, EntryMalformed),
        ({"register_size": 0}, EntryMalformed),
        ({"note": bytes(ENTRY_BYTES_MAX)}, EntryTooLarge),
    ],
)
def test_an_entry_that_breaks_a_rule_cannot_be_built(changes: dict[str, Any], error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        replace(_ENTRY, **changes)


def test_the_largest_entry_fits_exactly() -> None:
    room = ENTRY_BYTES_MAX - len(_ENTRY.to_bytes()) + len(_NOTE)
    largest = replace(_ENTRY, note=b"n" * room)
    assert len(largest.to_bytes()) == ENTRY_BYTES_MAX
    assert Entry.parse(largest.to_bytes()) == largest
    with pytest.raises(EntryTooLarge):
        Entry.parse(largest.to_bytes() + b"n")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b"suyuan.entry/v1", b"suyuan.entry/v2", LineUnexpected),
        (b"suyuan.entry/v1", "süyuan.entry/v1".encode(), EntryMalformed),
        (b"prev ", b"prev  ", LineUnexpected),
        (b"=\ntime", b"\ntime", Malformed),
        (b".142Z", b".142", Malformed),
        (b"register 1 ", b"register 01 ", Malformed),
        (b"register 1 ", b"register ", LineUnexpected),
        (b"time", b"note x\ntime", LineUnexpected),
        (b"\n", b"\r\n", Malformed),
        (_GOLDEN, b"", LineUnexpected),
    ],
)
def test_another_spelling_is_refused(old: bytes, new: bytes, error: type[SuyuanError]) -> None:
    assert old in _GOLDEN
    with pytest.raises(error):
        Entry.parse(_GOLDEN.replace(old, new, 1))


@settings(max_examples=150)
@given(st.integers(0, len(_GOLDEN) * 8 - 1))
def test_a_changed_bit_is_refused_or_another_entry(bit: int) -> None:
    changed = bytearray(_GOLDEN)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        entry = Entry.parse(bytes(changed))
    except Malformed:
        return
    assert entry.to_bytes() == bytes(changed)
    assert entry.leaf_hash() != _ENTRY.leaf_hash()
