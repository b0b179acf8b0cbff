"""Put finished labels where they are asked for: all of them, or nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ledger.errors import Conflict


class FolderTaken(Conflict):
    title = "there is something of this name already"
    default_hint = "nothing was written; name a folder that does not exist"


class SecretsThere(Conflict):
    title = "a file of secrets is never written over: what it holds can be read nowhere else"
    default_hint = "nothing was drawn; name another file"


def refuse_taken(target: Path) -> None:
    """Return if nothing is at `target`.

    Raises:
        SecretsThere.
    """
    if target.exists() or target.is_symlink():
        raise SecretsThere(seen=str(target), wanted="a name that is free")


def release_file(target: Path, pieces: Iterable[bytes], *, secret: bool = False) -> None:
    """Write `pieces` to a file beside `target` and let it take its place once it is whole and durable.

    Args:
        secret: nobody but the owner may read it.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not secret:
            unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def release_folder(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write `files`, name and content, to a folder beside `target` that takes its name once all are in it.

    Raises:
        FolderTaken.
    """
    if target.exists():
        raise FolderTaken(seen=str(target), wanted="a name that is free")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as unfinished:
        whole = Path(unfinished) / "labels"
        whole.mkdir()
        for name, content in files:
            (whole / name).write_bytes(content)
        whole.rename(target)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
