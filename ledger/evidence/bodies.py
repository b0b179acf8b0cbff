"""The bodies of one entry in bulk, as the server answers them and the audit reads them.

    u32 length, context bytes                           length 0xFFFFFFFF: the batch has no context
    then for each record, in order of place:
    u32 place, u8 state                                 state 0 present, 1 erased, 2 withheld from this reader
    state 0 only: 16-byte salt, u32 length, body

Integers are big-endian. The media type is `application/octet-stream`. Source: docs/FORMATS.md, "Bodies in bulk".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final, NamedTuple

from ledger.errors import Malformed
from ledger.evidence.batch import RECORDS_MAX
from ledger.evidence.commitment import SALT_BYTES

_LENGTH: Final = struct.Struct(">I")
_RECORD: Final = struct.Struct(">IB")
_NO_CONTEXT: Final = 0xFFFF_FFFF


class BodiesMalformed(Malformed):
    title = "bodies in bulk do not follow their format"


class BodyState(IntEnum):
    PRESENT = 0
    ERASED = 1
    WITHHELD = 2


class PlacedBody(NamedTuple):
    """One record of a batch; `salt` and `body` are empty unless it is present."""

    place: int
    state: BodyState
    salt: bytes = b""
    body: bytes = b""


def encode_bodies(context: bytes | None, records: Iterable[PlacedBody]) -> Iterator[bytes]:
    """Yield the answer piece by piece, so that a batch of 64 MiB need not be joined."""
    yield _LENGTH.pack(_NO_CONTEXT) if context is None else _LENGTH.pack(len(context)) + context
    for record in records:
        yield _RECORD.pack(record.place, record.state)
        if record.state is BodyState.PRESENT:
            yield record.salt + _LENGTH.pack(len(record.body))
            yield record.body


def decode_bodies(data: bytes) -> tuple[bytes | None, list[PlacedBody]]:
    """Return the context bytes and the records in order of place.

    Raises:
        BodiesMalformed: cut short, an unknown state, or places that do not ascend below `RECORDS_MAX`.
    """
    length, at = _length(data, 0)
    context = None
    if length != _NO_CONTEXT:
        context, at = _take(data, at, length)
    records: list[PlacedBody] = []
    before = -1
    while at < len(data):
        record, at = _record(data, at)
        # The limit also bounds what is held in memory: records that are not present take five bytes each.
        if not before < record.place < RECORDS_MAX:
            seen = f"place {record.place} after {before}"
            raise BodiesMalformed(seen=seen, wanted=f"places in ascending order, below {RECORDS_MAX}")
        before = record.place
        records.append(record)
    return context, records


def _record(data: bytes, at: int) -> tuple[PlacedBody, int]:
    head, at = _take(data, at, _RECORD.size)
    place, state = _RECORD.unpack(head)
    if state not in BodyState.__members__.values():
        raise BodiesMalformed(seen=f"state {state}", wanted="0, 1 or 2")
    if state != BodyState.PRESENT:
        return PlacedBody(place, BodyState(state)), at
    salt, at = _take(data, at, SALT_BYTES)
    length, at = _length(data, at)
    body, at = _take(data, at, length)
    return PlacedBody(place, BodyState.PRESENT, salt, body), at


def _length(data: bytes, at: int) -> tuple[int, int]:
    head, at = _take(data, at, _LENGTH.size)
    return int(_LENGTH.unpack(head)[0]), at


def _take(data: bytes, at: int, length: int) -> tuple[bytes, int]:
    end = at + length
    if end > len(data):
        raise BodiesMalformed(seen=f"{len(data)} bytes", wanted=f"at least {end}")
    return data[at:end], end
