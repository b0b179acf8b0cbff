"""Parsers outside `ledger.evidence` of what comes from other programs: witnesses, logs, bundles and files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ledger.actions.log.export_layout import Manifest, frame_note, frame_records, notes_in, records_in
from ledger.actions.log.witnesses.answer import conflict_in, cosignatures_in
from ledger.actions.parties.key_file import read_key_file, write_key_file
from ledger.actions.witness.decide import Asked
from ledger.actions.witness.known_logs import log_keys_in
from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.checkpoint import Checkpoint, cosign
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import WitnessLine
from ledger.evidence.tile import bundles_of, tiles_of
from ledger.storage.guard_file import GuardMark
from ledger.storage.sealing import make_unlock_file, read_unlock_file
from tests.evidence.proof_world import told_ledger
from tests.fuzz.target import Target
from tests.scenario import WITNESS, WITNESS_KEY, TinyLedger, key_of


@cache
def outside_targets() -> tuple[Target, ...]:
    ledger = told_ledger()
    return (*_of_witnesses(ledger), *_of_bundles(ledger), *_of_files(ledger))


def _of_witnesses(ledger: TinyLedger) -> Iterable[Target]:
    note = SignedNote.parse(ledger.checkpoint(witnessed=False))
    keys = [WITNESS_KEY, key_of(WITNESS, KeyType.MLDSA44)]
    lines = [str(cosign(note, key, 1_800_000_000)).encode() for key in keys]
    witnesses = [WitnessLine(f"w{number}", key.verifier) for number, key in enumerate(keys)]
    answers = [lines[0] + b"\n", b"\n".join([*lines, b""])]
    asked = [AddCheckpoint(size, proof, note.to_bytes()).to_bytes() for size, proof in ((0, ()), (3, (bytes(32),)))]
    yield Target("answer of a witness", lambda data: cosignatures_in(data, note, witnesses), None, answers)
    yield Target("conflict of a witness", lambda data: conflict_in(data, asked_from=3), None, [b"0\n", b"9223372036854775807\n"])
    yield Target("request to our witness", Asked.parse, None, asked)


def _of_bundles(ledger: TinyLedger) -> Iterable[Target]:
    head = Checkpoint.parse(SignedNote.parse(ledger.checkpoint()).text)
    addresses = [address.path for address in (*bundles_of(head.size), *tiles_of(head.size))]
    names = ["checkpoint", "checkpoints/1", "checkpoints/4", *addresses, "records/0", "records/3"]
    manifest = Manifest(head.origin, head.size, 3, tuple(("0a" * 32, name) for name in names)).to_bytes()
    notes = frame_note(1, ledger.checkpoint(size=1)) + frame_note(4, ledger.checkpoint(size=4))
    records = frame_records(bytes(32), b"\xff\xff\xff\xff") + frame_records(b"", b"")
    yield Target("manifest", Manifest.parse, Manifest.to_bytes, [manifest, manifest.replace(b"records/3", b"policy")])
    yield Target("checkpoints of a bundle", lambda data: [*notes_in(data, name="x")], _frames(frame_note), [b"", notes])
    yield Target("records of a bundle", lambda data: [*records_in(data, name="x")], _frames(frame_records), [b"", records])


def _frames(frame: Callable[..., bytes]) -> Callable[[Any], bytes]:
    return lambda found: b"".join(frame(*parts) for parts in found)


def _of_files(ledger: TinyLedger) -> Iterable[Target]:
    head = Checkpoint.parse(SignedNote.parse(ledger.checkpoint()).text)
    policy = ledger.policy().text.encode()
    keys = [_written(lambda path, key=key: write_key_file(path, key)) for key in _signing_keys()]
    yield Target("guard", GuardMark.parse, GuardMark.to_bytes, [GuardMark(ledger.first_entry, head).to_bytes()])
    yield Target("logs of a policy file", log_keys_in, None, [policy, policy.replace(b"first-entry", b"#")])
    yield Target("key file", lambda data: _reading(read_key_file, data), None, keys)
    yield Target("unlock file", lambda data: _reading(read_unlock_file, data), None, [_written(make_unlock_file)])


def _signing_keys() -> list[SigningKey]:
    return [SigningKey.from_private("a.example/b", kind, bytes(range(32))) for kind in (KeyType.ED25519, KeyType.ECDSA_P256)]


def _written(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "file")
        return (Path(folder) / "file").read_bytes()


def _reading(read: Callable[[Path], object], data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.touch(0o600)
        path.write_bytes(data)
        return read(path)
