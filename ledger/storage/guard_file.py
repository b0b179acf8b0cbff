"""One copy of the guard: a small file outside the data directory with the highest checkpoint that was ever signed.

suyuan.guard/v1
first-entry <base64 leaf hash of entry 0>
<checkpoint: origin, size, root>
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import Malformed, Unavailable
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.spelling import format_base64, parse_base64

_HEADER: Final = "suyuan.guard/v1"
_FIRST_ENTRY: Final = "first-entry "
_BYTES_MAX: Final = 1_024
_OWNER_ONLY: Final = 0o600


class GuardMalformed(Malformed):
    title = "the guard file is not in its one accepted form"
    default_hint = "it was damaged or written by hand; see docs/OPERATIONS.md, “The guard”"


class GuardUnusable(Unavailable):
    title = "the guard file cannot be read or written, so nothing may be signed"
    default_hint = "see docs/OPERATIONS.md, “The guard”; SUYUAN_GUARD names its folder"


@dataclass(frozen=True, slots=True)
class GuardMark:
    """What one copy holds: which ledger, and the highest checkpoint that was signed for it."""

    first_entry: Digest
    checkpoint: Checkpoint

    def to_bytes(self) -> bytes:
        return f"{_HEADER}\n{_FIRST_ENTRY}{format_base64(self.first_entry)}\n{self.checkpoint.text}".encode()

    @classmethod
    def parse(cls, data: bytes) -> GuardMark:
        """Read exactly what `to_bytes` prints.

        Raises:
            GuardMalformed: it is spelled otherwise.
        """
        try:
            header, first, text = data.decode().split("\n", 2)
            mark = cls(parse_base64(first.removeprefix(_FIRST_ENTRY), length=DIGEST_BYTES), Checkpoint.parse(text))
        except (ValueError, Malformed) as reason:
            raise GuardMalformed(seen=data[:80], wanted=f"{_HEADER}, the first entry and a checkpoint") from reason
        if mark.to_bytes() != data or header != _HEADER:
            raise GuardMalformed(seen=data[:80], wanted=f"{_HEADER}, the first entry and a checkpoint")
        return mark


def guard_name(origin: str, first_entry: Digest) -> str:
    """The name of a ledger's guard file in its folder: the origin for the eye, the first entry to tell ledgers apart."""
    return f"{origin.replace('/', '_')}-{first_entry.hex()[:16]}.guard"


def read_mark(file: Path) -> GuardMark | None:
    """The mark in `file`; None where there is no file.

    Raises:
        GuardMalformed, GuardUnusable.
    """
    try:
        with file.open("rb") as opened:
            return GuardMark.parse(opened.read(_BYTES_MAX))
    except FileNotFoundError:
        return None
    except OSError as reason:
        raise GuardUnusable(seen=f"{file}: {reason.strerror}") from reason


def write_mark(file: Path, mark: GuardMark) -> None:
    """Put `mark` in the place of what `file` held; durable when this returns, whole at every moment.

    Raises:
        GuardUnusable: it could not be made durable; what stands there is the old mark or the new one.
    """
    fresh = file.with_name(f".{file.name}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(mark.to_bytes())
            opened.flush()
            os.fsync(descriptor)
        fresh.replace(file)
        _sync_folder(file.parent)
    except OSError as reason:
        raise GuardUnusable(seen=f"{file}: {reason.strerror}") from reason


def make_folder(folder: Path) -> None:
    """Make a folder for guards, if it is not there.

    Raises:
        GuardUnusable: nothing can be written in it.
    """
    try:
        _make(folder)
    except OSError as reason:
        raise GuardUnusable(seen=f"{folder}: {reason.strerror}") from reason
    if not os.access(folder, os.W_OK | os.X_OK):
        raise GuardUnusable(seen=f"{folder}: nothing can be written in it")


@contextlib.contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock of the guard `name` in `folder`, which is made if it is not there.

    Raises:
        GuardUnusable.
    """
    try:
        _make(folder)
        descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    except OSError as reason:
        raise GuardUnusable(seen=f"{folder}: {reason.strerror}") from reason
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
