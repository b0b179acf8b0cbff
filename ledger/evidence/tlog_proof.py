"""The C2SP tlog-proof file: one leaf's inclusion under one checkpoint, with extra bytes that it does not vouch for.

    c2sp.org/tlog-proof@v1
    extra <base64>
    index <index of the leaf>
    <base64 hash>                      from leaf to root, one line each

    <the checkpoint note, verbatim>

Source: C2SP tlog-proof; `extra` is optional there and always present here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.evidence.lines import LineReader
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.spelling import format_base64, parse_base64, parse_size

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_LINES_BEFORE_HASHES: Final = 3


class ProofFileMalformed(Malformed):
    title = "a proof file is not in its one accepted form"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The parts of a proof file, none of them checked."""

    extra: bytes
    index: int
    inclusion: tuple[Digest, ...]
    checkpoint_note: bytes

    def to_bytes(self) -> bytes:
        head = [_HEADER, f"extra {format_base64(self.extra)}", f"index {self.index}", *map(format_base64, self.inclusion)]
        return "\n".join([*head, "", ""]).encode("ascii") + self.checkpoint_note

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """Read exactly what `to_bytes` prints; the checkpoint is not looked into.

        Raises:
            ProofFileMalformed, LineUnexpected, Base64Malformed, SizeMalformed: it is spelled otherwise.
        """
        head, separator, checkpoint_note = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as reason:
            raise ProofFileMalformed(
                seen=head[reason.start : reason.end], wanted="ASCII", pointer=f"byte {reason.start}"
            ) from reason
        if not separator:
            raise ProofFileMalformed(seen="no empty line", wanted="an empty line before the checkpoint")
        reader = LineReader("\n".join(lines[:_LINES_BEFORE_HASHES]))
        reader.take(_HEADER, 0)
        return cls(
            extra=parse_base64(reader.take("extra")[0]),
            index=parse_size(reader.take("index")[0]),
            inclusion=tuple(parse_base64(line, length=DIGEST_BYTES) for line in lines[_LINES_BEFORE_HASHES:]),
            checkpoint_note=checkpoint_note,
        )
