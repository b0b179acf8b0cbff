"""Tree heads: C2SP checkpoints, signed by a log and cosigned by witnesses.

<origin>
<size, decimal>
<base64 root>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import Malformed, Untrusted
from ledger.evidence.key import (
    NOTE_KEY_TYPES,
    KeyRefused,
    KeyType,
    SignatureWrong,
    SigningKey,
    VerifierKey,
    index_keys,
    refuse_key_name,
)
from ledger.evidence.merkle import DIGEST_BYTES, EMPTY_ROOT, Digest
from ledger.evidence.note import NoteUnsigned, SignatureLine, SignedNote, sign_note
from ledger.evidence.spelling import SIZE_LIMIT, format_base64, parse_base64, parse_size

_TIME_BYTES = 8
_ED25519_BYTES, _MLDSA44_BYTES = 64, 2_420
_NAME_BYTES_MAX = 255


class CheckpointMalformed(Malformed):
    title = "a checkpoint is not in its one accepted form"


class CheckpointOfAnotherLog(Untrusted):
    title = "a checkpoint is of another log than the one asked for"


class CosignatureMalformed(Malformed):
    title = "a cosignature is not a time and a signature"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: three lines, none after them.

    C2SP lets more lines follow, but no witness vouches for them, so none are written or read here.

    Args:
        origin: the log's name, in the rule of key names.
        size: number of entries, below 2**63.
        root: RFC 6962 root over their leaf hashes; the empty root at size 0.

    Raises:
        CheckpointMalformed, KeyNameMalformed: the values make no checkpoint.

    Source: C2SP tlog-checkpoint.
    """

    origin: str
    size: int
    root: Digest

    def __post_init__(self) -> None:
        refuse_key_name(self.origin)
        if not 0 <= self.size < SIZE_LIMIT or len(self.root) != DIGEST_BYTES:
            raise CheckpointMalformed(
                seen=f"size {self.size}, root of {len(self.root)} bytes", wanted="a size below 2**63, 32 bytes"
            )
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointMalformed(seen=f"size 0 with root {self.root.hex()}", wanted="the empty root")

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{format_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read exactly what `text` prints.

        Raises:
            CheckpointMalformed, KeyNameMalformed, SizeMalformed, Base64Malformed: it is spelled otherwise.
        """
        lines = text.split("\n", 4)
        if len(lines) != 4 or lines[3]:
            raise CheckpointMalformed(seen=text, wanted="three lines: origin, size, root")
        return cls(lines[0], parse_size(lines[1]), parse_base64(lines[2], length=DIGEST_BYTES))


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey], *, time_s: int = 0) -> SignedNote:
    """Return the checkpoint signed by the log: one line per key that signs notes, then one per ML-DSA-44 key.

    Args:
        keys: all named like the origin; at least one that signs notes.
        time_s: when it is published, in POSIX seconds; an ML-DSA-44 line states it, as a cosignature over the whole tree.

    Raises:
        KeyRefused: a key of another name, or that only a witness has; or none that signs notes.
        CosignatureMalformed: an ML-DSA-44 key and no time, or one out of range.
    """
    for key in keys:
        if key.verifier.name != checkpoint.origin or key.verifier.type is KeyType.COSIGNATURE:
            seen = f"key {key.verifier.name} of type {key.verifier.type.name}"
            raise KeyRefused(seen=seen, wanted=f"a log key named {checkpoint.origin}")
    by_text = [key for key in keys if key.verifier.type in NOTE_KEY_TYPES]
    if not by_text:
        raise KeyRefused(seen=f"{len(keys)} keys that sign tree heads only", wanted="beside them a key that signs notes")
    note = sign_note(checkpoint.text, by_text)
    heads = [cosign(note, key, time_s) for key in keys if key.verifier.type is KeyType.MLDSA44]
    return SignedNote(note.text, (*note.signatures, *heads))


def open_checkpoint(data: bytes, *, origin: str, log_keys: Sequence[VerifierKey]) -> tuple[Checkpoint, SignedNote]:
    """Return a checkpoint that a log signed, and the note it came in.

    Of the note's lines only those by `log_keys` have been verified; cosignatures are the caller's to check.

    Args:
        data: the signed note.
        origin: the log it must be of.
        log_keys: keys any one of which speaks for the log; the others' lines must verify where present.

    Raises:
        CheckpointOfAnotherLog, NoteUnsigned, SignatureWrong, KeysCollide: it is not to be trusted.
        NoteMalformed, NoteTooLarge, CheckpointMalformed, ...: it does not parse.
    """
    note = SignedNote.parse(data)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise CheckpointOfAnotherLog(seen=checkpoint.origin, wanted=origin)
    known = index_keys(log_keys)
    by_log = [(line, known[line.name, line.key_id]) for line in note.signatures if (line.name, line.key_id) in known]
    for line, key in by_log:
        if key.type in NOTE_KEY_TYPES:
            key.verify(note.text.encode(), line.signature)
        else:
            cosignature_time(note, line, key)
    if not by_log:
        seen = ", ".join(f"{line.name}+{line.key_id.hex()}" for line in note.signatures)
        wanted = " or ".join(f"{key.name}+{key.key_id.hex()}" for key in log_keys)
        raise NoteUnsigned(seen=seen, wanted=f"a signature by {wanted}")
    return checkpoint, note


def cosign(note: SignedNote, key: SigningKey, time_s: int) -> SignatureLine:
    """Return the line by which a cosigner says that this is the largest consistent head it has seen at `time_s`.

    The caller has verified the log's signature and the consistency with what it cosigned before.

    Args:
        note: a checkpoint.
        key: of type COSIGNATURE or MLDSA44.
        time_s: POSIX seconds, above 0.

    Raises:
        KeyRefused: a key of another type. CosignatureMalformed: a time out of range.
    """
    if not 0 < time_s < SIZE_LIMIT:
        raise CosignatureMalformed(seen=f"time {time_s}", wanted="POSIX seconds above 0, below 2**63")
    signature = key.sign(_cosigned_message(note, key.verifier, time_s))
    return SignatureLine(key.verifier.name, key.verifier.key_id, time_s.to_bytes(_TIME_BYTES, "big") + signature)


def cosignature_time(note: SignedNote, line: SignatureLine, key: VerifierKey) -> int:
    """Verify one cosignature line of `note` and return its time in POSIX seconds.

    The time is the cosigner's claim. It is 0 where an ML-DSA-44 cosigner says only that the head is consistent.

    Raises:
        SignatureWrong: the line is not by `key`, or does not verify.
        CosignatureMalformed: too short for a time, or a time out of range.
        KeyRefused: a key of a type that makes no cosignatures.

    Source: C2SP tlog-cosignature.
    """
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise SignatureWrong(seen=f"a line of {line.name}+{line.key_id.hex()}", wanted=f"{key.name}+{key.key_id.hex()}")
    time_s, signature = int.from_bytes(line.signature[:_TIME_BYTES], "big"), line.signature[_TIME_BYTES:]
    if not signature or time_s >= SIZE_LIMIT or (time_s == 0 and key.type is KeyType.COSIGNATURE):
        raise CosignatureMalformed(seen=f"{len(line.signature)} bytes, time {time_s}", wanted="a time above 0, below 2**63")
    key.verify(_cosigned_message(note, key, time_s), signature)
    return time_s


def claimed_time(line: SignatureLine) -> int | None:
    """The time that a line states if it is a cosignature: POSIX seconds, nothing verified; None where it cannot be one."""
    stated = len(line.signature) - _TIME_BYTES in (_ED25519_BYTES, _MLDSA44_BYTES)
    return int.from_bytes(line.signature[:_TIME_BYTES], "big") if stated else None


def _cosigned_message(note: SignedNote, key: VerifierKey, time_s: int) -> bytes:
    match key.type:
        case KeyType.COSIGNATURE:
            return f"cosignature/v1\ntime {time_s}\n{note.text}".encode()
        case KeyType.MLDSA44:
            return _subtree_message(Checkpoint.parse(note.text), key.name, time_s)
        case _:
            raise KeyRefused(seen=f"a key of type {key.type.name}", wanted="a key that cosigns: COSIGNATURE or MLDSA44")


def _subtree_message(checkpoint: Checkpoint, cosigner: str, time_s: int) -> bytes:
    # A whole tree is the subtree from 0 to its size.
    return b"".join(
        [
            b"subtree/v1\n\0",
            _short(cosigner),
            time_s.to_bytes(8, "big"),
            _short(checkpoint.origin),
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        ]
    )


def _short(name: str) -> bytes:
    encoded = name.encode()
    if len(encoded) > _NAME_BYTES_MAX:
        raise CosignatureMalformed(seen=f"a name of {len(encoded)} bytes", wanted=f"at most {_NAME_BYTES_MAX}")
    return bytes([len(encoded)]) + encoded
