"""The chained log entry: what the tree's leaves are the hashes of.

    suyuan.entry/v1
    prev <base64 leaf hash of the entry before; 32 zero bytes for entry 0>
    time 2026-11-20T08:00:00.142Z
    register <size> <base64 root>
    <the batch note, verbatim>

`prev` makes the hash chain: altering any entry breaks every later link as well as the tree.

Source: docs/FORMATS.md, "Entry"; hashing after RFC 6962 section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ledger.errors import Malformed, TooLarge
from ledger.evidence.batch import SignedBatch
from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.evidence.lines import LineReader
from ledger.evidence.merkle import DIGEST_BYTES, EMPTY_ROOT, Digest, leaf_hash
from ledger.evidence.register import Register
from ledger.evidence.spelling import SIZE_LIMIT, format_base64, parse_base64, parse_size

ENTRY_BYTES_MAX: Final = 65_535
"""What the two-byte length of an entry bundle can say."""

GENESIS: Final[Digest] = bytes(DIGEST_BYTES)
"""Stands where entry 0 would name the entry before it, and the ledger's first entry."""

_HEADER: Final = "suyuan.entry/v1"
_HEADER_LINES: Final = 4


class EntryMalformed(Malformed):
    title = "an entry is not in its one accepted form"


class EntryTooLarge(TooLarge):
    title = "an entry does not fit a bundle"


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of the log. The note is kept verbatim and read only by `signed`.

    Args:
        prev: leaf hash of the entry before, 32 bytes; `GENESIS` in entry 0.
        time: when the log took it.
        register_size, register_root: the key register valid for this entry.
        note: the batch note, byte for byte.

    Raises:
        EntryMalformed: a hash or the size out of range.
        EntryTooLarge: over 65,535 bytes in all.
    """

    prev: Digest
    time: Instant
    register_size: int
    register_root: Digest
    note: bytes
    _printed: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.prev) != DIGEST_BYTES or len(self.register_root) != DIGEST_BYTES:
            raise EntryMalformed(seen="a hash of another length", wanted=f"{DIGEST_BYTES} bytes each")
        if not 0 <= self.register_size < SIZE_LIMIT:
            raise EntryMalformed(seen=f"register size {self.register_size}", wanted="0 to below 2**63")
        if self.register_size == 0 and self.register_root != EMPTY_ROOT:
            raise EntryMalformed(seen=f"register 0 with root {self.register_root.hex()}", wanted="the empty root")
        object.__setattr__(self, "_printed", self._header().encode("ascii") + self.note)
        length = len(self._printed)
        if length > ENTRY_BYTES_MAX:
            raise EntryTooLarge(seen=f"{length} bytes", wanted=f"at most {ENTRY_BYTES_MAX}")

    def to_bytes(self) -> bytes:
        return self._printed

    def leaf_hash(self) -> Digest:
        """Return `SHA-256(0x00 ‖ entry)`: the leaf of the tree and the next entry's `prev`."""
        return leaf_hash(self.to_bytes())

    def signed(self) -> SignedBatch:
        """Return the batch note, parsed; raises what `SignedBatch.parse` raises."""
        return SignedBatch.parse(self.note)

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Read exactly what `to_bytes` prints.

        Raises:
            LineUnexpected: a line is missing, out of place or has other values.
            EntryMalformed, EntryTooLarge, Base64Malformed, SizeMalformed, InstantMalformed.
        """
        if len(data) > ENTRY_BYTES_MAX:
            raise EntryTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {ENTRY_BYTES_MAX}")
        *header, note = data.split(b"\n", _HEADER_LINES)
        try:
            lines = LineReader(b"\n".join(header).decode("ascii"))
        except UnicodeDecodeError as reason:
            raise EntryMalformed(seen=data[: reason.end], wanted="ASCII", pointer=f"byte {reason.start}") from reason
        lines.take(_HEADER, 0)
        prev, time, (size, root) = lines.take("prev")[0], lines.take("time")[0], lines.take("register", 2)
        return cls(
            prev=parse_base64(prev, length=DIGEST_BYTES),
            time=parse_instant(time),
            register_size=parse_size(size),
            register_root=parse_base64(root, length=DIGEST_BYTES),
            note=note,
        )

    def _header(self) -> str:
        lines = (
            _HEADER,
            f"prev {format_base64(self.prev)}",
            f"time {format_instant(self.time)}",
            f"register {self.register_size} {format_base64(self.register_root)}",
        )
        return "".join(f"{line}\n" for line in lines)


def link(previous: Digest, *, admitted: Instant, register: Register, note: bytes) -> Entry:
    """Return the entry that follows `previous`.

    Pure: the same values give the same bytes on every machine.

    Args:
        previous: leaf hash of the entry before; `GENESIS` before entry 0.
        admitted: when the log takes it: the later of its clock and the time of the entry before.
        register: all keys valid for this entry; the empty one for entry 0.
        note: the batch note exactly as received.

    Raises:
        EntryTooLarge: the entry would not fit a bundle.
    """
    return Entry(prev=previous, time=admitted, register_size=register.size, register_root=register.root, note=note)
