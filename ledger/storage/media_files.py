"""Files beside the ledger, each under the SHA-256 of its bytes: written whole or not at all, never written over."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ledger.errors import Conflict, Unavailable

MEDIA_FOLDER: Final = "media"
_NAME: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FOLDER: Final = re.compile(r"[0-9a-f]{2}", re.ASCII)
_UNFINISHED: Final = ".part"
_BLOCK: Final = 1 << 20
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600


class MediaChanged(Conflict):
    title = "a file beside the ledger is not the one whose hash was recorded"
    default_hint = "it is not shown; the operator runs `suyuan media check` and puts the original back from a backup"


class MediaUnwritable(Unavailable):
    title = "the file could not be written beside the ledger"
    default_hint = "nothing was kept; see the server's disk"


class FileState(NamedTuple):
    """What tells one state of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int


def path_of(folder: Path, digest: bytes) -> Path:
    """Where the file with this SHA-256 lies: `ab/<all 64 digits>` below `folder`."""
    name = digest.hex()
    return folder / name[:2] / name


def prepare(folder: Path, data: bytes) -> Path:
    """Write `data` durably under a passing name in the folder where it belongs; `place` gives it its own.

    Raises:
        MediaUnwritable.
    """
    target = path_of(folder, hashlib.sha256(data).digest())
    passing = target.parent / f"{secrets.token_hex(8)}{_UNFINISHED}"
    try:
        _make_folder(folder)
        _make_folder(target.parent)
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as reason:
        if passing.is_file():
            passing.unlink()
        raise MediaUnwritable(seen=reason.strerror) from reason
    return passing


def place(folder: Path, passing: Path, digest: bytes) -> None:
    """Give a prepared file its own name. A file that is there already stays; the passing one goes.

    Raises:
        MediaChanged: what is there is something else.
        MediaUnwritable.
    """
    target = path_of(folder, digest)
    try:
        os.link(passing, target)
    except FileExistsError:
        read_file(folder, digest)
    except OSError:  # a file system without hard links: what would be written over has the same bytes, or is refused
        _rename(folder, passing, target, digest)
    finally:
        passing.unlink(missing_ok=True)
    _make_durable(target.parent)


def read_file(folder: Path, digest: bytes) -> bytes | None:
    """The bytes whose SHA-256 is `digest`; None where there is no such file.

    Raises:
        MediaChanged: the file's bytes have another.
    """
    path = path_of(folder, digest)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(data).digest() != digest:
        raise MediaChanged(seen=f"{len(data)} bytes with another hash", wanted=f"sha256:{digest.hex()}")
    return data


def hash_file(folder: Path, digest: bytes) -> bytes | None:
    """The SHA-256 of the file that lies where `digest` belongs; None where there is none. Reads it piece by piece."""
    try:
        with path_of(folder, digest).open("rb") as file:
            found = hashlib.sha256()
            while piece := file.read(_BLOCK):
                found.update(piece)
    except FileNotFoundError:
        return None
    return found.digest()


def state_of(folder: Path, digest: bytes) -> FileState | None:
    """The state of a file as it lies there; None where there is none."""
    try:
        found = path_of(folder, digest).stat()
    except FileNotFoundError:
        return None
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def remove_file(folder: Path, digest: bytes) -> None:
    """Let go of a file for good; it may be gone already."""
    path = path_of(folder, digest)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _make_durable(path.parent)


def every_file(folder: Path) -> Iterator[bytes]:
    """The digest that names each file, in order. What else lies there is passed over."""
    if not folder.is_dir():
        return
    for below in sorted(folder.iterdir()):
        if not _FOLDER.fullmatch(below.name) or not below.is_dir():
            continue
        for path in sorted(below.iterdir()):
            if _NAME.fullmatch(path.name) and path.name.startswith(below.name) and path.is_file():
                yield bytes.fromhex(path.name)


def _rename(folder: Path, passing: Path, target: Path, digest: bytes) -> None:
    if read_file(folder, digest) is not None:
        return
    try:
        passing.rename(target)
    except OSError as reason:
        raise MediaUnwritable(seen=reason.strerror) from reason


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        _make_durable(folder.parent)


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
