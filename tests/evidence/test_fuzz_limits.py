"""Parsers at their limits: the largest inputs that they look at, and what they hold in memory meanwhile."""

from __future__ import annotations

import tracemalloc
from base64 import b64encode
from collections.abc import Callable

import pytest

from ledger.errors import SuyuanError
from ledger.evidence.add_checkpoint import REQUEST_BYTES_MAX, AddCheckpoint
from ledger.evidence.add_log import INTRODUCTION_BYTES_MAX, AddLog
from ledger.evidence.batch import BATCH_BYTES_MAX, Batch
from ledger.evidence.bodies import decode_bodies
from ledger.evidence.entry import ENTRY_BYTES_MAX, Entry
from ledger.evidence.fork import FORK_BYTES_MAX, ForkEvidence
from ledger.evidence.note import NOTE_BYTES_MAX, SignedNote
from ledger.evidence.policy import POLICY_CHARACTERS_MAX, Policy
from ledger.evidence.proof_file import PROOF_BYTES_MAX, ProofFile, proof_in_page
from ledger.evidence.receipt import RECEIPT_BYTES_MAX, Receipt
from ledger.evidence.record import RECORD_BYTES_MAX, read_record
from ledger.evidence.register import KeyLine
from ledger.evidence.tile import TileAddress, decode_bundle
from tests.evidence.proof_world import honest_proof, told_ledger

TIMES_MAX = 80
SPARE_BYTES = 4 << 20
"""Memory that a parser may take: so many times what it was given, and this beside it. Escapes in JSON cost the most."""

HASH_LINE = b64encode(bytes(32)) + b"\n"
PROOF_HEAD = b"c2sp.org/tlog-proof@v1\nextra "
KEYS = told_ledger().policy().text.splitlines(keepends=True)[0]


def filled(head: bytes, unit: bytes, tail: bytes, size: int) -> bytes:
    """`unit` again and again between head and tail, up to `size` bytes."""
    return head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


def text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: parse(data.decode())


HOSTILE = {
    "note of line feeds": (SignedNote.parse, filled(b"", b"\n", b"", NOTE_BYTES_MAX)),
    "note of empty lines": (SignedNote.parse, filled(b"", b"a\n\n", "— a AAAA\n".encode(), NOTE_BYTES_MAX)),
    "note of signature lines": (SignedNote.parse, filled(b"a\n\n", "— a AAAAAAA=\n".encode(), b"", NOTE_BYTES_MAX)),
    "note too large": (SignedNote.parse, bytes(NOTE_BYTES_MAX + 1)),
    "request of hashes": (AddCheckpoint.parse, filled(b"old 1\n", HASH_LINE, b"\nx", REQUEST_BYTES_MAX)),
    "request of short lines": (AddCheckpoint.parse, filled(b"old 1\n", b"\r\n", b"\n\nx", REQUEST_BYTES_MAX)),
    "introduction of keys": (AddLog.parse, filled(b"", KEYS.encode(), b"\nx", INTRODUCTION_BYTES_MAX)),
    "introduction of vouchers": (AddLog.parse, filled(KEYS.encode(), b"vouched AAAAAAA=\n", b"\nx", INTRODUCTION_BYTES_MAX)),
    "batch of signers": (text(Batch.parse), filled(b"suyuan.batch/v1\nlog a b\nissuer a\n", b"signer a\n", b"", 1 << 20)),
    "batch of one line": (text(Batch.parse), filled(b"suyuan.batch/v1\nlog ", b" ", b"\n", 1 << 20)),
    "entry of lines": (Entry.parse, filled(b"suyuan.entry/v1\n", b"prev a\n", b"", ENTRY_BYTES_MAX)),
    "key line of roles": (text(KeyLine.parse), filled(b"key a ", b"a,", b" - -", 1 << 20)),
    "policy of keys": (text(Policy.parse), filled(b"", KEYS.encode(), b"", POLICY_CHARACTERS_MAX // 16)),
    "policy of one group": (text(Policy.parse), filled(b"group a all", b" b", b"\n", POLICY_CHARACTERS_MAX)),
    "policy of comments": (text(Policy.parse), filled(b"", b"#\n", b"", POLICY_CHARACTERS_MAX // 8)),
    "receipt of hashes": (Receipt.parse, filled(PROOF_HEAD + b"\nindex 1\n", HASH_LINE, b"\nx", RECEIPT_BYTES_MAX)),
    "receipt without end": (Receipt.parse, filled(PROOF_HEAD, b"A", b"", RECEIPT_BYTES_MAX)),
    "proof of brackets": (ProofFile.parse, filled(b'{"format":', b"[", b"", PROOF_BYTES_MAX)),
    "proof of blanks": (ProofFile.parse, filled(b"", b" ", b"{}", PROOF_BYTES_MAX)),
    "proof of records": (ProofFile.parse, filled(b'{"records":[', b'{"position":[1,1]},', b"]}", PROOF_BYTES_MAX // 8)),
    "page of proofs": (proof_in_page, filled(b"", b'<script type="application/json" id="proof">', b"</script>", 1 << 22)),
    "fork of brackets": (ForkEvidence.parse, filled(b"", b"[", b"", FORK_BYTES_MAX)),
    "fork of numbers": (ForkEvidence.parse, filled(b"[", b"1,", b"1]", FORK_BYTES_MAX // 4)),
    "record of brackets": (read_record, filled(b'{"a":', b"[", b"}", RECORD_BYTES_MAX)),
    "record of objects": (read_record, filled(b'{"a":[', b"{},", b"{}]", RECORD_BYTES_MAX)),
    "record of digits": (read_record, filled(b'{"a":', b"9", b"}", RECORD_BYTES_MAX)),
    "record of backslashes": (read_record, filled(b'{"ab":"', b"\\", b'"}', RECORD_BYTES_MAX)),
    "record of one name": (read_record, filled(b"{", b'"a":1,', b'"a":1}', RECORD_BYTES_MAX)),
    "bundle of nothing": (decode_bundle, bytes(1 << 24)),
    "bodies of erased records": (decode_bodies, filled(b"\xff" * 4, b"\0\0\0\0\1", b"", 1 << 22)),
    "bodies of a length": (decode_bodies, filled(b"\xff\xff\xff\xfe", b"\0", b"", BATCH_BYTES_MAX >> 4)),
    "tile address": (text(TileAddress.parse), filled(b"tile/0/", b"x999/", b"999", 1 << 20)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_largest_input_is_refused_by_name_in_little_memory(name: str) -> None:
    read, data = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(SuyuanError) as refusal:
            read(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(str(refusal.value)) < 1_000
    assert peak < TIMES_MAX * len(data) + SPARE_BYTES


def test_what_is_honest_and_large_is_read() -> None:
    blanks = honest_proof().policy.text + "\n" * 10_000
    assert Policy.parse(blanks) == honest_proof().policy
    body = filled(b'{"a":[', b'{"b":1.5},', b"0]}", RECORD_BYTES_MAX)
    assert len(read_record(body)["a"]) > 100_000
    note = filled(b"", b"line\n", "\n— a AAAAAAA=\n".encode(), NOTE_BYTES_MAX)
    assert SignedNote.parse(note).to_bytes() == note
