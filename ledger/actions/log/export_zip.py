"""The container of an export bundle: a ZIP file in one accepted form, so that standard tools unpack it and nothing hides in it.

Members stand one after the other from the first byte, then the directory, then the three end records; every number is written
out, times are 1980-01-01, nothing is split, encrypted, commented or described afterwards. A reader prints each of these headers
again and compares, so that a file has no byte that is not looked at.

Source: docs/FORMATS.md, "Export bundle"; PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from ledger.errors import Malformed, TooLarge

RATIO_MAX: Final = 100
"""What shrinks further than this is stored as it is: a reader may then take a higher ratio for a bomb."""

MEMBER_BYTES_MAX: Final = 96 << 20
"""Room for the largest batch with its salts and commitments."""

DIRECTORY_BYTES_MAX: Final = 64 << 20
"""Room for the members of a log of over 60 million entries; a reader holds all rows in memory."""

TOTAL_BYTES_MAX: Final = 1 << 42

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_WIDE_OFFSET: Final = struct.Struct("<2HQ")
_WIDE_END: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_END: Final = struct.Struct("<4s4H2IH")
_ENDS_BYTES: Final = _WIDE_END.size + _LOCATOR.size + _END.size
_VERSION: Final = 45  # the first one that has 64-bit numbers
_DATE: Final = 0x21  # 1980-01-01, the earliest that can be written
_STORED, _DEFLATED = 0, 8
_RAW_DEFLATE: Final = -15
_NAME_BYTES_MAX: Final = 255
_DIRECTORY_WANTED: Final = f"a directory of at most {DIRECTORY_BYTES_MAX} bytes"


class BundleFileMalformed(Malformed):
    title = "a bundle is not a ZIP file in the one form that is read here"
    default_hint = "it was cut short or changed; fetch it again, or export it again"


class BundleFileTooLarge(TooLarge):
    title = "a bundle holds, or claims to hold, more than a bundle may"


class MemberDamaged(Malformed):
    title = "a member of a bundle is not what its directory says"
    default_hint = "it was changed after it was written; fetch it again, or export it again"


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the directory.

    Args:
        packed, size: bytes in the file, and unpacked.
        offset: of its local header, from the first byte of the file.
    """

    name: str
    method: int
    checksum: int
    packed: int
    size: int
    offset: int

    @property
    def local(self) -> bytes:
        name = self.name.encode("ascii")
        numbers = (_VERSION, 0, self.method, 0, _DATE, self.checksum, self.packed, self.size, len(name), 0)
        return _LOCAL.pack(b"PK\x03\x04", *numbers) + name

    @property
    def central(self) -> bytes:
        name = self.name.encode("ascii")
        sizes = (self.checksum, self.packed, self.size, len(name), _WIDE_OFFSET.size)
        head = _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, 0, self.method, 0, _DATE, *sizes, 0, 0, 0, 0, 0xFFFF_FFFF)
        return head + name + _WIDE_OFFSET.pack(1, _WIDE_OFFSET.size - 4, self.offset)

    @property
    def end(self) -> int:
        """Where the next member begins."""
        return self.offset + _LOCAL.size + len(self.name) + self.packed


def _ends(members: int, directory_bytes: int, directory_at: int) -> bytes:
    numbers = (_WIDE_END.size - 12, _VERSION, _VERSION, 0, 0, members, members, directory_bytes, directory_at)
    locator = _LOCATOR.pack(b"PK\x06\x07", 0, directory_at + directory_bytes, 1)
    end = _END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0)
    return _WIDE_END.pack(b"PK\x06\x06", *numbers) + locator + end


class BundleWriter:
    """Writes members one after the other; holds one of them, and the directory, in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._members = file, list[Member]()
        self._directory_bytes = 0

    def add(self, name: str, content: bytes) -> None:
        """Append a member; the caller gives every name once.

        Raises:
            BundleFileTooLarge: nobody would read so many members.
        """
        packing = zlib.compressobj(6, zlib.DEFLATED, _RAW_DEFLATE)
        packed = packing.compress(content) + packing.flush()
        # What shrinks by more than a bomb does is legitimate, but only as itself.
        method = _DEFLATED if len(packed) < len(content) <= RATIO_MAX * len(packed) else _STORED
        data = packed if method == _DEFLATED else content
        offset = self._members[-1].end if self._members else 0
        member = Member(name, method, zlib.crc32(content), len(data), len(content), offset)
        self._directory_bytes += len(member.central)
        if self._directory_bytes > DIRECTORY_BYTES_MAX:
            raise BundleFileTooLarge(seen=f"{len(self._members)} members before {name}", wanted=_DIRECTORY_WANTED)
        self._file.write(member.local)
        self._file.write(data)
        self._members.append(member)

    def finish(self) -> None:
        """Write the directory; the file is whole then."""
        at = self._members[-1].end if self._members else 0
        length = 0
        for member in self._members:
            length += self._file.write(member.central)
        self._file.write(_ends(len(self._members), length, at))


def is_any_bundle(file: BinaryIO) -> bool:
    """Whether a file begins or ends as a bundle does: one damaged in one place, or cut short, still does; others do not."""
    begins = file.read(4)
    length = file.seek(0, os.SEEK_END)
    file.seek(max(length - _END.size, 0))
    ends = file.read(4)
    file.seek(0)
    return b"PK\x03\x04".startswith(begins) or ends == b"PK\x05\x06"


class BundleReader:
    """Reads members by name; holds the directory, and what is being read, in memory.

    Raises:
        BundleFileMalformed, BundleFileTooLarge: the file is not one that `BundleWriter` writes.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.members: dict[str, Member] = {}
        directory, at, count = self._directory()
        total = place = 0
        while place < len(directory):
            member, place = _member(directory, place)
            follows = next(reversed(self.members.values())).end if self.members else 0
            if member.offset != follows or member.name in self.members:
                raise BundleFileMalformed(seen=f"{member.name} at byte {member.offset}", wanted=f"another one at byte {follows}")
            total += member.size
            self.members[member.name] = member
        last = next(reversed(self.members.values())).end if self.members else 0
        if last != at or len(self.members) != count:
            raise BundleFileMalformed(seen=f"{len(self.members)} members up to byte {last}", wanted=f"{count} up to byte {at}")
        if total > TOTAL_BYTES_MAX:
            raise BundleFileTooLarge(seen=f"{total} bytes unpacked", wanted=f"at most {TOTAL_BYTES_MAX}")

    def read(self, name: str, *, bytes_max: int = MEMBER_BYTES_MAX) -> bytes:
        """Return the content of one member.

        Raises:
            MemberDamaged: it is not there, or its bytes are not those of the directory.
            BundleFileTooLarge: it is larger than what it may hold.
        """
        member = self.members.get(name)
        if member is None:
            raise MemberDamaged(seen="no such member", pointer=name)
        if member.size > bytes_max:
            raise BundleFileTooLarge(seen=f"{member.size} bytes", wanted=f"at most {bytes_max}", pointer=name)
        self._file.seek(member.offset)
        head = self._file.read(len(member.local))
        data = self._file.read(member.packed)
        content = data if member.method == _STORED else _inflated(data, member)
        if head != member.local or len(content) != member.size or zlib.crc32(content) != member.checksum:
            raise MemberDamaged(seen=f"{len(content)} bytes", wanted=f"{member.size} with their checksum", pointer=name)
        return content

    def _directory(self) -> tuple[bytes, int, int]:
        """(bytes of the directory, where it begins, how many members it says)."""
        length = self._file.seek(0, os.SEEK_END)
        if length < _ENDS_BYTES:
            raise BundleFileMalformed(seen=f"{length} bytes", wanted=f"at least {_ENDS_BYTES}")
        self._file.seek(length - _ENDS_BYTES)
        ends = self._file.read(_ENDS_BYTES)
        *_, count, size, at = _WIDE_END.unpack_from(ends)
        if at + size + _ENDS_BYTES != length or ends != _ends(count, size, at):
            raise BundleFileMalformed(seen="its last bytes", wanted="the end records of a whole file")
        if size > DIRECTORY_BYTES_MAX:
            raise BundleFileTooLarge(seen=f"a directory of {size} bytes", wanted=_DIRECTORY_WANTED)
        self._file.seek(at)
        return self._file.read(size), at, count


def _member(directory: bytes, at: int) -> tuple[Member, int]:
    """One row of the directory, and where the next one begins."""
    if at + _CENTRAL.size > len(directory):
        raise BundleFileMalformed(seen="a directory that ends inside a row", pointer=f"byte {at}")
    fields = _CENTRAL.unpack_from(directory, at)
    method, checksum, packed, size, name_bytes = fields[4], *fields[7:11]
    end = at + _CENTRAL.size + name_bytes + _WIDE_OFFSET.size
    if end > len(directory) or not 0 < name_bytes <= _NAME_BYTES_MAX:
        raise BundleFileMalformed(seen=f"a name of {name_bytes} bytes", pointer=f"byte {at}")
    name = directory[at + _CENTRAL.size : end - _WIDE_OFFSET.size].decode("ascii", "replace")
    *_, offset = _WIDE_OFFSET.unpack_from(directory, end - _WIDE_OFFSET.size)
    member = Member(name, method, checksum, packed, size, offset)
    if not name.isascii() or method not in (_STORED, _DEFLATED) or member.central != directory[at:end]:
        raise BundleFileMalformed(seen=repr(name), wanted="a plain member in the one form", pointer=f"byte {at}")
    if size > MEMBER_BYTES_MAX or (method == _DEFLATED and size > RATIO_MAX * packed):
        wanted = f"at most {MEMBER_BYTES_MAX}, and {RATIO_MAX} times what it is packed in"
        raise BundleFileTooLarge(seen=f"{size} bytes from {packed}", wanted=wanted, pointer=name)
    if method == _STORED and size != packed:
        raise BundleFileMalformed(seen=f"{packed} bytes for {size}", wanted="as many", pointer=name)
    return member, end


def _inflated(data: bytes, member: Member) -> bytes:
    """At most one byte more than the directory says, whatever the stream would give."""
    unpacking = zlib.decompressobj(_RAW_DEFLATE)
    try:
        content = unpacking.decompress(data, member.size + 1)
    except zlib.error as reason:
        raise MemberDamaged(seen=f"{reason}", wanted="deflated bytes", pointer=member.name) from reason
    if not unpacking.eof or unpacking.unused_data:
        raise MemberDamaged(seen="another end than that of its stream", wanted="one whole stream", pointer=member.name)
    return content
