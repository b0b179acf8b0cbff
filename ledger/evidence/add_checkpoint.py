"""What a log asks a witness: to cosign a checkpoint, with the proof that it goes on from the last one cosigned.

old <size of the last checkpoint that this witness cosigned; 0 for none>
<base64 hash of the consistency proof>            0 to 63 lines
<empty line>
<checkpoint, a signed note>

Source: C2SP tlog-witness, "add-checkpoint".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, TooLarge
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.note import NOTE_BYTES_MAX
from ledger.evidence.spelling import SIZE_LIMIT, format_base64, parse_base64, parse_size

PROOF_HASHES_MAX: Final = 63
REQUEST_BYTES_MAX: Final = NOTE_BYTES_MAX + 4_096
SIZE_MEDIA_TYPE: Final = "text/x.tlog.size"
"""Of the answer 409: the size of the last checkpoint that the witness cosigned, and LF."""

_OLD: Final = "old "


class AddCheckpointMalformed(Malformed):
    title = "a request to cosign a checkpoint is not in its one accepted form"


class AddCheckpointTooLarge(TooLarge):
    title = "a request to cosign a checkpoint is larger than one can be"


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign; nothing of it is verified yet.

    Args:
        old_size: what the log believes that the witness cosigned last.
        proof: consistency proof from there to the checkpoint, as RFC 6962 orders it; empty where `old_size` is 0.
        note: the checkpoint, a signed note.

    Raises:
        AddCheckpointMalformed: the values make no request.
    """

    old_size: int
    proof: tuple[Digest, ...]
    note: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old_size < SIZE_LIMIT or any(len(digest) != DIGEST_BYTES for digest in self.proof):
            raise AddCheckpointMalformed(seen=f"old {self.old_size}", wanted="a size below 2**63, and hashes of 32 bytes")
        if len(self.proof) > PROOF_HASHES_MAX:
            raise AddCheckpointMalformed(seen=f"{len(self.proof)} hashes", wanted=f"at most {PROOF_HASHES_MAX}")

    def to_bytes(self) -> bytes:
        head = [f"{_OLD}{self.old_size}\n", *(f"{format_base64(digest)}\n" for digest in self.proof), "\n"]
        return "".join(head).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> AddCheckpoint:
        """Read exactly what `to_bytes` prints; the note is not read here.

        Raises:
            AddCheckpointMalformed, AddCheckpointTooLarge, SizeMalformed, Base64Malformed.
        """
        if len(data) > REQUEST_BYTES_MAX:
            raise AddCheckpointTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {REQUEST_BYTES_MAX}")
        head, separator, note = data.partition(b"\n\n")
        if not separator or not note:
            raise AddCheckpointMalformed(seen=data[:40], wanted="lines, an empty line, and a checkpoint")
        try:
            first, *rest = head.decode("ascii").split("\n")
        except UnicodeDecodeError as reason:
            raise AddCheckpointMalformed(seen=f"byte {data[reason.start]:#04x}", wanted="ASCII before the checkpoint") from reason
        if not first.startswith(_OLD) or len(rest) > PROOF_HASHES_MAX:
            seen = first if not first.startswith(_OLD) else f"{len(rest)} hashes"
            raise AddCheckpointMalformed(seen=seen, wanted=f"`old <size>`, and at most {PROOF_HASHES_MAX} hashes")
        proof = tuple(parse_base64(line, length=DIGEST_BYTES) for line in rest)
        return cls(parse_size(first.removeprefix(_OLD)), proof, note)
