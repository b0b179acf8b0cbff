"""Write all that a log shows into one file, for an audit on a machine without a network.

One member after the other, so that a large log needs no more memory than a small one, but for the list of the members.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ledger.actions.log.export_layout import (
    CHECKPOINT,
    CHUNK_BYTES,
    CHUNK_RECORDS_MAX,
    HEAD_BYTES_MAX,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    POLICY,
    POLICY_BYTES_MAX,
    ROW_BYTES,
    Manifest,
    frame_note,
    frame_records,
)
from ledger.actions.log.export_zip import BundleFileTooLarge, BundleWriter
from ledger.audit.leaves import bundles
from ledger.audit.source import BatchRecords, LogSource
from ledger.errors import Conflict, Unavailable, Untrusted
from ledger.evidence.bodies import BodyState, PlacedBody, encode_bodies
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.commitment import SALT_BYTES
from ledger.evidence.merkle import DIGEST_BYTES
from ledger.evidence.note import SignedNote
from ledger.evidence.tile import TileAddress, bundles_of, encode_bundle, tiles_of

_OWNER_ONLY: Final = 0o600


class BundleExists(Conflict):
    title = "there is a file already where the bundle would go"
    default_hint = "nothing was overwritten; choose another name"


class LogNotWhole(Untrusted):
    title = "a part of the log that its newest checkpoint covers is not there, or not what it has to be"
    default_hint = "run `suyuan audit` on it, which names everything that is wrong; what is broken is not exported"


class ErasureUnpublished(Unavailable):
    title = "a record was erased by an entry that no checkpoint covers yet"
    default_hint = "try again when the next checkpoint is published; until then the bundle could not show why the body is gone"


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished bundle: what it is of, how much it holds, and the length of the file."""

    file: Path
    origin: str
    entries: int
    checkpoints: int
    bytes: int


def export_log(
    source: LogSource, file: Path, *, policy: bytes | None = None, progress: Callable[[int, int], None] | None = None
) -> Exported:
    """Write the log up to its newest checkpoint into `file`, which appears only when it is whole, for its owner only.

    Args:
        policy: a policy file to put into it for convenience; whoever audits brings their own.
        progress: told (entries done, entries in all).

    Raises:
        BundleExists: something is there already.
        LogNotWhole, SourceUnreadable, ErasureUnpublished: the source cannot show what the checkpoint covers.
        BundleFileTooLarge: the log is longer than one bundle can hold.
        Absent or Unavailable leaves: the source shows no checkpoint.
    """
    if file.exists():
        raise BundleExists(seen=str(file))
    newest = source.newest()
    checkpoint = Checkpoint.parse(SignedNote.parse(newest).text)
    _refuse_unpublished_erasure(source, checkpoint.size)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as target:
            counted = _Export(source, checkpoint, target).run(newest, policy, progress)
            target.flush()
            os.fsync(target.fileno())
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)
    return Exported(file, checkpoint.origin, checkpoint.size, counted, file.stat().st_size)


def _refuse_unpublished_erasure(source: LogSource, size: int) -> None:
    if source.kept is not None:
        late = next((by for _, by, _ in source.kept.erasures() if by >= size), None)
        if late is not None:
            raise ErasureUnpublished(seen=f"entry {late}, checkpoint {size}", wanted=f"a checkpoint above {late}")


class _Export:
    """One bundle on its way into a file."""

    def __init__(self, source: LogSource, checkpoint: Checkpoint, target: BinaryIO) -> None:
        self._source, self._checkpoint, self._size = source, checkpoint, checkpoint.size
        self._writer, self._digests = BundleWriter(target), list[tuple[str, str]]()
        self._notes, self._manifest_bytes = 0, HEAD_BYTES_MAX

    def run(self, newest: bytes, policy: bytes | None, progress: Callable[[int, int], None] | None) -> int:
        """Write everything; return how many checkpoints."""
        self._add(CHECKPOINT, newest)
        for name, content in _chunks("checkpoints", self._published(newest)):
            self._add(name, content)
        for address in bundles_of(self._size):
            self._add(address.path, encode_bundle(list(self._entries(address))))
        for address in tiles_of(self._size):
            self._add(address.path, self._tile(address))
        for name, content in _chunks("records", self._records(progress)):
            self._add(name, content)
        if policy is not None and len(policy) <= POLICY_BYTES_MAX:
            self._add(POLICY, policy)
        manifest = Manifest(self._checkpoint.origin, self._size, self._notes, tuple(self._digests))
        self._writer.add(MANIFEST, manifest.to_bytes())
        self._writer.finish()
        return self._notes

    def _add(self, name: str, content: bytes) -> None:
        self._manifest_bytes += ROW_BYTES + len(name)
        if self._manifest_bytes > MANIFEST_BYTES_MAX:
            raise BundleFileTooLarge(seen=f"{len(self._digests)} members before {name}", wanted="a log that one bundle can hold")
        self._digests.append((hashlib.sha256(content).hexdigest(), name))
        self._writer.add(name, content)

    def _published(self, newest: bytes) -> Iterator[tuple[int, bytes]]:
        for size, note in self._source.published():
            if size < self._size:
                self._notes += 1
                yield size, frame_note(size, note)
        self._notes += 1
        yield self._size, frame_note(self._size, newest)

    def _entries(self, address: TileAddress) -> Iterator[bytes]:
        start = address.index << 8
        for index, entry in enumerate(self._source.entries(start, start + address.width), start):
            if entry is None:
                raise LogNotWhole(seen="no such entry", pointer=f"entry {index}")
            yield entry

    def _tile(self, address: TileAddress) -> bytes:
        # A data directory holds each tile as wide as the log has grown since.
        held = (self._source.tile(address) or b"")[: address.width * DIGEST_BYTES]
        if len(held) != address.width * DIGEST_BYTES:
            raise LogNotWhole(seen=f"{len(held)} bytes", wanted=f"{address.width * DIGEST_BYTES}", pointer=address.path)
        return held

    def _records(self, progress: Callable[[int, int], None] | None) -> Iterator[tuple[int, bytes]]:
        for start, stop in bundles(self._size):
            for index, records in zip(range(start, stop), self._source.records(start, stop), strict=True):
                yield index, frame_records(*_as_served(index, records))
            if progress is not None:
                progress(stop, self._size)


def _chunks(kind: str, frames: Iterable[tuple[int, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Join frames into members that are named by the number of the first one in them."""
    first, held, length = 0, list[bytes](), 0
    for number, frame in frames:
        if held and (length + len(frame) > CHUNK_BYTES or len(held) == CHUNK_RECORDS_MAX):
            yield f"{kind}/{first}", b"".join(held)
            held, length = [], 0
        if not held:
            first = number
        held.append(frame)
        length += len(frame)
    if held:
        yield f"{kind}/{first}", b"".join(held)


def _as_served(index: int, records: BatchRecords) -> tuple[bytes, bytes]:
    """The commitments joined, and the bodies in bulk."""
    if records.context_unread is not None:
        raise records.context_unread
    commitments = [commitment for commitment in records.commitments if commitment is not None]
    whole = list(records.places) == list(range(len(commitments))) and {DIGEST_BYTES} >= {*map(len, commitments)}
    if not whole or not commitments:
        raise LogNotWhole(seen="its commitments have gaps, or another length", pointer=f"entry {index}")
    rows = zip(records.places, records.salts, records.bodies, strict=True)
    placed = [_placed(index, place, salt, body, records.withheld) for place, salt, body in rows]
    return b"".join(commitments), b"".join(encode_bodies(records.context, placed))


def _placed(index: int, place: int, salt: bytes | None, body: bytes | None, withheld: frozenset[int]) -> PlacedBody:
    if place in withheld:
        return PlacedBody(place, BodyState.WITHHELD)
    if salt is None and body is None:
        # Whether the log erased it is for whoever audits to find out.
        return PlacedBody(place, BodyState.ERASED)
    if salt is None or body is None or len(salt) != SALT_BYTES:
        raise LogNotWhole(seen="a body without its salt, or a salt without its body", pointer=f"entry {index} place {place}")
    return PlacedBody(place, BodyState.PRESENT, salt, body)
