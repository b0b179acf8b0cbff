"""The frontier of a growing tree: the few hashes that are needed to add to it and to know its root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.evidence.merkle import DIGEST_BYTES, EMPTY_ROOT, Digest, DigestMalformed, join_peaks, node_hash, refuse_lengths
from ledger.evidence.spelling import SIZE_LIMIT


class FrontierMalformed(Malformed):
    title = "a frontier does not hold one hash per perfect subtree of its size"


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed of a tree to grow it: its size and the roots of its perfect subtrees, largest first.

    Bytes: u64 big-endian size, then 32 bytes per one bit of the size.
    """

    size: int
    peaks: tuple[Digest, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.size < SIZE_LIMIT or len(self.peaks) != self.size.bit_count():
            raise FrontierMalformed(
                seen=f"size {self.size} with {len(self.peaks)} hashes", wanted="a hash per one bit of the size"
            )
        refuse_lengths(self.peaks)

    def append(self, leaf: Digest) -> Frontier:
        """Return the frontier with one leaf hash more."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[Digest]) -> Frontier:
        """Return the frontier with these leaf hashes appended in order."""
        size, peaks, node = self.size, list(self.peaks), node_hash
        for leaf in leaves:
            if len(leaf) != DIGEST_BYTES:
                raise DigestMalformed(seen=f"{len(leaf)} bytes", wanted=f"{DIGEST_BYTES} bytes")
            merged, carry = leaf, size
            # As in binary addition: each trailing one of the size is a subtree that now gets its sibling.
            while carry & 1:
                merged = node(peaks.pop(), merged)
                carry >>= 1
            peaks.append(merged)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> Digest:
        """Return the root of the whole tree."""
        return join_peaks(self.peaks) if self.peaks else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Read exactly what `to_bytes` prints.

        Raises:
            FrontierMalformed: the length does not follow from the size.
        """
        size, hashes = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(hashes) != DIGEST_BYTES * size.bit_count():
            raise FrontierMalformed(seen=f"{len(data)} bytes", wanted="8 bytes of size and 32 per one bit of it")
        return cls(size, tuple(hashes[at : at + DIGEST_BYTES] for at in range(0, len(hashes), DIGEST_BYTES)))


EMPTY_FRONTIER: Final = Frontier(0, ())
