"""What lies in an export bundle: the names of its members in their one order, the manifest that lists them, and the frames.

suyuan.bundle/v1
origin <origin>
size <entries>
checkpoints <number>
<empty line>
<SHA-256 in hex>  <name>        one a member, in the order of the file, but for the manifest itself

The lines below the empty one are those of `sha256sum`. Source: docs/FORMATS.md, "Export bundle".
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ledger.errors import Malformed
from ledger.evidence.key import refuse_key_name
from ledger.evidence.note import NOTE_BYTES_MAX
from ledger.evidence.spelling import parse_size
from ledger.evidence.tile import bundles_of, tiles_of

MANIFEST: Final = "manifest"
CHECKPOINT: Final = "checkpoint"
POLICY: Final = "policy"
POLICY_BYTES_MAX: Final = 1 << 20
CHUNK_BYTES: Final = 4 << 20
"""A member of checkpoints or records ends before it grows beyond this, unless a single one of them is larger."""
CHUNK_RECORDS_MAX: Final = 256
MANIFEST_BYTES_MAX: Final = 64 << 20
HEAD_BYTES_MAX: Final = 512
ROW_BYTES: Final = 67
"""Of a row of the manifest, beside the name in it."""
NOTES_BYTES_MAX: Final = CHUNK_BYTES + NOTE_BYTES_MAX + 12
"""Of a member of checkpoints, and of an answer with several of them."""

_HEAD: Final = "suyuan.bundle/v1\norigin {}\nsize {}\ncheckpoints {}\n\n"
_SHAPE: Final = re.compile(r"suyuan\.bundle/v1\norigin ([^\n]*)\nsize ([0-9]*)\ncheckpoints ([0-9]*)\n\n")
_ROW: Final = re.compile(r"([0-9a-f]{64})  ([!-~]{1,255})")
_NUMBERED: Final = re.compile(r"(checkpoints|records)/([0-9]{1,19})")
_NOTE: Final = struct.Struct(">QI")
_PART: Final = struct.Struct(">I")


class BundleContentMalformed(Malformed):
    title = "a bundle does not hold what a bundle holds, in the order in which it holds it"
    default_hint = "it was changed after it was written; fetch it again, or export it again"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself; an audit believes none of it, and compares it with the members.

    Args:
        size: entries in the bundle; that of its newest checkpoint.
        checkpoints: how many it holds.
        digests: (SHA-256 in hex, name) of every other member, in the order of the file.
    """

    origin: str
    size: int
    checkpoints: int
    digests: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.digests]

    def to_bytes(self) -> bytes:
        rows = "".join(f"{digest}  {name}\n" for digest, name in self.digests)
        return (_HEAD.format(self.origin, self.size, self.checkpoints) + rows).encode("ascii")

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read exactly what `to_bytes` prints, with the members in the one order.

        Raises:
            BundleContentMalformed, KeyNameMalformed, SizeMalformed: it is spelled otherwise, or lists other members.
        """
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError as reason:
            raise BundleContentMalformed(seen=f"byte {reason.start}", wanted="ASCII", pointer=MANIFEST) from reason
        head = _SHAPE.match(text)
        if head is None:
            raise BundleContentMalformed(seen=repr(text[:60]), wanted="the head of a manifest", pointer=MANIFEST)
        refuse_key_name(head[1])
        rows = [_row(line) for line in text[head.end() :].split("\n")[:-1]]
        manifest = cls(head[1], parse_size(head[2]), parse_size(head[3]), tuple(rows))
        if manifest.to_bytes() != data:
            raise BundleContentMalformed(seen="other bytes", wanted="what it prints", pointer=MANIFEST)
        _refuse_other_names(manifest)
        return manifest


def _row(line: str) -> tuple[str, str]:
    row = _ROW.fullmatch(line)
    if row is None:
        raise BundleContentMalformed(seen=repr(line[:100]), wanted="a digest and a name", pointer=MANIFEST)
    return row[1], row[2]


def _refuse_other_names(manifest: Manifest) -> None:
    """Which members there are follows from the size, but for where checkpoints and records are cut."""
    names = iter([*manifest.names, MANIFEST])
    following = _expect(next(names), CHECKPOINT, names)
    following = _numbered(following, "checkpoints", names, ends=manifest.size + 1)
    for address in chain(bundles_of(manifest.size), tiles_of(manifest.size)):
        following = _expect(following, address.path, names)
    following = _numbered(following, "records", names, ends=manifest.size)
    if following == POLICY:
        following = next(names)
    if following != MANIFEST or next(names, None) is not None:
        raise BundleContentMalformed(seen=following, wanted="no other member", pointer=MANIFEST)


def _expect(seen: str, wanted: str, names: Iterator[str]) -> str:
    if seen != wanted:
        raise BundleContentMalformed(seen=seen, wanted=wanted, pointer=MANIFEST)
    return next(names)


def _numbered(following: str, kind: str, names: Iterator[str], *, ends: int) -> str:
    """Pass over members that are named by the first thing in them, ascending; return the name after them."""
    before = -1
    while (number := number_of(following, kind)) is not None:
        if not before < number < ends or (kind == "records" and before == -1 and number):
            raise BundleContentMalformed(seen=following, wanted=f"{kind} in ascending order, below {ends}", pointer=MANIFEST)
        before, following = number, next(names)
    if before == -1 and (kind == "checkpoints" or ends):
        raise BundleContentMalformed(seen=following, wanted=f"at least one member {kind}/…", pointer=MANIFEST)
    return following


def number_of(name: str, kind: str) -> int | None:
    """The number in a name such as `records/512`; None where it is another name."""
    parts = _NUMBERED.fullmatch(name)
    if parts is None or parts[1] != kind or str(int(parts[2])) != parts[2]:
        return None
    return int(parts[2])


def frame_note(size: int, note: bytes) -> bytes:
    return _NOTE.pack(size, len(note)) + note


def notes_in(data: bytes, *, name: str) -> Iterator[tuple[int, bytes]]:
    """(size, note) of each checkpoint in a member.

    Raises:
        BundleContentMalformed: it ends inside one, or holds more than `CHUNK_RECORDS_MAX`.
    """
    at = count = 0
    while at < len(data):
        count += 1
        if at + _NOTE.size > len(data) or count > CHUNK_RECORDS_MAX:
            seen = "too many checkpoints" if count > CHUNK_RECORDS_MAX else "an end inside a checkpoint"
            raise BundleContentMalformed(seen=seen, pointer=name)
        size, length = _NOTE.unpack_from(data, at)
        start, at = at + _NOTE.size, at + _NOTE.size + length
        if at > len(data):
            raise BundleContentMalformed(seen="an end inside a checkpoint", pointer=name)
        yield size, data[start:at]


def frame_records(commitments: bytes, bodies: bytes) -> bytes:
    """The records of one entry: its commitments as served, then its bodies in bulk."""
    return b"".join((_PART.pack(len(commitments)), commitments, _PART.pack(len(bodies)), bodies))


def records_in(data: bytes, *, name: str) -> Iterator[tuple[bytes, bytes]]:
    """(commitments, bodies in bulk) of each entry in a member.

    Raises:
        BundleContentMalformed: it ends inside one, or holds more than `CHUNK_RECORDS_MAX`.
    """
    at = count = 0
    while at < len(data):
        count += 1
        if count > CHUNK_RECORDS_MAX:
            raise BundleContentMalformed(seen="too many entries", wanted=f"at most {CHUNK_RECORDS_MAX}", pointer=name)
        commitments, at = _part(data, at, name)
        bodies, at = _part(data, at, name)
        yield commitments, bodies


def _part(data: bytes, at: int, name: str) -> tuple[bytes, int]:
    start = at + _PART.size
    end = start + (_PART.unpack_from(data, at)[0] if start <= len(data) else 0)
    if max(start, end) > len(data):
        raise BundleContentMalformed(seen="an end inside the records of an entry", pointer=name)
    return data[start:end], end
