"""What was erased, kept beside the guard: a backup that is older than an erasure must not bring the content back to life.

    <entry>/<place> <erasing entry> <ground>
    <entry>/<place> sd:<base64url digest> <ground>      a disclosure that was erased by itself

One line each, ascending, in `<guard>.erased` in every folder of the guard. Source: docs/FORMATS.md, "Erasure".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ledger.actions.log.guard import Guard
from ledger.errors import Malformed, Unavailable
from ledger.evidence.disclosure import format_base64url, parse_base64url
from ledger.evidence.merkle import DIGEST_BYTES
from ledger.storage.guard_file import locked
from ledger.storage.position import Position

_LINE: Final = re.compile(
    r"(?P<entry>0|[1-9][0-9]{0,13})/(?P<place>0|[1-9][0-9]{0,4}) "
    r"(?:(?P<by>[1-9][0-9]{0,13})|sd:(?P<digest>[A-Za-z0-9_-]{43})) (?P<ground>[a-z-]{1,40})",
    re.ASCII,
)
_OWNER_ONLY: Final = 0o600


class ErasureListMalformed(Malformed):
    title = "the list of what was erased is not in its one accepted form"
    default_hint = "it was damaged or written by hand; another folder of the guard may hold a good one"


class ErasureListUnusable(Unavailable):
    title = "the list of what was erased cannot be read or written beside the guard"
    default_hint = "what was erased stays erased; the list is needed when an older backup is restored"


class ListedErasure(NamedTuple):
    """A record that entry `by_entry` erased, or the one disclosure with `digest` of a record."""

    position: Position
    by_entry: int | None
    digest: bytes | None
    ground: str

    def __str__(self) -> str:
        what = str(self.by_entry) if self.digest is None else f"sd:{format_base64url(self.digest)}"
        return f"{self.position.entry}/{self.position.place} {what} {self.ground}"

    @classmethod
    def parse(cls, line: str) -> ListedErasure:
        """Read exactly what `str` prints.

        Raises:
            ErasureListMalformed.
        """
        found = _LINE.fullmatch(line)
        digest = parse_base64url(found["digest"]) if found is not None and found["digest"] else None
        if found is None or (found["digest"] and (digest is None or len(digest) != DIGEST_BYTES)):
            raise ErasureListMalformed(seen=line, wanted="<entry>/<place> <erasing entry> <ground>")
        by_entry = int(found["by"]) if found["by"] else None
        return cls(Position(int(found["entry"]), int(found["place"])), by_entry, digest, found["ground"])


def list_files(guard: Guard) -> tuple[Path, ...]:
    """Where the lists of a ledger lie, one in each folder of its guard."""
    return tuple(folder / f"{guard.name.removesuffix('.guard')}.erased" for folder in guard.folders)


def read_lists(guard: Guard) -> list[ListedErasure]:
    """Everything that any copy of the list holds, in log order.

    Raises:
        ErasureListMalformed, ErasureListUnusable.
    """
    found = {erased for file in list_files(guard) for erased in _read(file)}
    return sorted(found, key=lambda one: (one.position, str(one)))


def complete_lists(guard: Guard, erased: Sequence[ListedErasure]) -> None:
    """Let every copy of the list hold `erased` too; durable when this returns. What they held before stays.

    Raises:
        ErasureListMalformed, ErasureListUnusable.
    """
    for file in list_files(guard):
        if set(erased) <= set(_read(file)):
            continue
        with locked(file.parent, file.name):
            _write(file, {*_read(file), *erased})


def _read(file: Path) -> list[ListedErasure]:
    try:
        text = file.read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as reason:
        raise ErasureListUnusable(seen=f"{file}: {reason}") from reason
    return [ListedErasure.parse(line) for line in text.splitlines()]


def _write(file: Path, erased: Iterable[ListedErasure]) -> None:
    fresh = file.with_name(f".{file.name}.new")
    lines = sorted(erased, key=lambda one: (one.position, str(one)))
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write("".join(f"{line}\n" for line in lines).encode("ascii"))
            opened.flush()
            os.fsync(descriptor)
        fresh.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as reason:
        raise ErasureListUnusable(seen=f"{file}: {reason.strerror}") from reason
