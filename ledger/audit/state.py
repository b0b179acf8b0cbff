"""The auditor's own state between two audits, or between two lives of one: a file that says how far it came and what it knew.

    suyuan.audit-state/v1 LF
    u64 big-endian length of the head, then the head: one JSON object, bytes in base64
    the rows of the indexes, 16 bytes each: batches, events, notes, identifiers; the head says how many bytes of each
    32 bytes: SHA-256 of all before

Source: docs/FORMATS.md, "Audit state".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import BinaryIO, Final, Protocol

import msgspec

from ledger.audit.buckets import Buckets
from ledger.audit.kept_state import KeptFold
from ledger.errors import Conflict, Unprocessable
from ledger.evidence.merkle import Digest

_MAGIC: Final = b"suyuan.audit-state/v1\n"
_LENGTH_BYTES: Final = 8
_READ_BYTES: Final = 1 << 20


class AuditStateDamaged(Unprocessable):
    title = "the state file of an earlier audit cannot be read"
    default_hint = "remove it to audit from the first entry on"


class AuditStateOfAnother(Conflict):
    title = "the state file is of an audit with another policy, or that could read other things"
    default_hint = "give the same policy file, unlock file and kind of source, or remove the state file to audit from entry 0 on"


class StateHead(msgspec.Struct, frozen=True):
    """What a state file says before its rows.

    Args:
        config: SHA-256, in hexadecimal, of all that decides what an audit can see and whom it trusts.
        checkpoint: the same of the checkpoint that was kept beside, or None.
        finished: whether the audit came to its end, clean or incomplete; else it was stopped on the way.
        since: the entry at which that audit itself began.
        size, root: the tree that was folded so far.
        secret: the key of what may be said once, where the server's own is not known.
        rows: bytes of each index, in the order of the file.
    """

    config: str
    checkpoint: str | None
    finished: bool
    since: int
    size: int
    root: Digest
    secret: bytes
    fold: KeptFold
    rows: tuple[int, int, int, int]


class StateKeeper(Protocol):
    """Where a state lies, and when it is worth writing."""

    def open(self) -> BinaryIO | None:
        """The state of an earlier audit, or None."""

    def is_due(self) -> bool:
        """Whether enough was done since the last writing."""

    def save(self, write: Callable[[BinaryIO], None]) -> None:
        """Put a new state in the place of the old one, whole or not at all."""

    def prepare(self, write: Callable[[BinaryIO], None]) -> None:
        """Write the state to go on from one day; it counts when `settle` says so."""

    def settle(self, *, good: bool) -> None:
        """The audit is over: let the prepared state take its place, or no state be left."""


class OpenedState:
    """A state file whose hash holds."""

    def __init__(self, file: BinaryIO, head: StateHead, rows_at: int) -> None:
        self.head, self._file, self._rows_at = head, file, rows_at

    def fill(self, buckets: Sequence[Buckets]) -> None:
        """Give each index its rows back."""
        self._file.seek(self._rows_at)
        for one, length in zip(buckets, self.head.rows, strict=True):
            for piece in _pieces(self._file, length):
                one.add(piece)


def write_state(file: BinaryIO, head: StateHead, buckets: Sequence[Buckets]) -> None:
    """Write a state file; `buckets` in the order of `head.rows`."""
    digest = sha256()

    def put(data: bytes) -> None:
        digest.update(data)
        file.write(data)

    encoded = msgspec.json.encode(head)
    put(_MAGIC + len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded)
    for one in buckets:
        for piece in one.joined():
            put(piece)
    file.write(digest.digest())


def read_state(file: BinaryIO) -> OpenedState:
    """Check the hash of a whole state file, and read its head.

    Raises:
        AuditStateDamaged: it is none, of another version, cut off or altered.
    """
    length = file.seek(0, 2)
    digest = sha256()
    file.seek(0)
    for piece in _pieces(file, max(0, length - digest.digest_size)):
        digest.update(piece)
    if file.read() != digest.digest():
        raise AuditStateDamaged(seen=f"{length} bytes that do not end with their hash", wanted="a whole state file")
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        raise AuditStateDamaged(seen="another first line", wanted=_MAGIC.decode().strip())
    size = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    try:
        head = msgspec.json.decode(file.read(size), type=StateHead)
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        raise AuditStateDamaged(seen=reason, wanted="the head of this version") from reason
    return OpenedState(file, head, file.tell())


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0:
        piece = file.read(min(_READ_BYTES, length))
        if not piece:
            raise AuditStateDamaged(seen="the end of the file", wanted=f"{length} bytes more")
        length -= len(piece)
        yield piece
