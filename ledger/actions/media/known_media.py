"""What a process remembers of the files beside the ledger, so that a page need not hash twenty megabytes each time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.storage.media_files import hash_file, state_of

_KNOWN_MAX: Final = 65_536
_DECODED_AT_ONCE: Final = 2


@dataclass
class KnownMedia:
    """Which files were intact when they were last read. Threads may share it.

    A file counts as read as long as device, inode, size and both its times are what they were; the time of the last
    change of an inode is the system's own, and no program sets it back.
    """

    decoding: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_DECODED_AT_ONCE))
    """A picture of fifty million pixels takes 200 MB while it is made small: only so many at one time."""

    _known: dict[bytes, tuple[tuple[int, ...], bool]] = field(default_factory=dict)

    def intact(self, folder: Path, digest: bytes) -> bool | None:
        """Whether the file's bytes hash to its name; None where there is no file."""
        state = state_of(folder, digest)
        if state is None:
            return None
        known = self._known.get(digest)
        if known is not None and known[0] == state:
            return known[1]
        found = hash_file(folder, digest)
        if found is None:
            return None
        # Whoever changes it while it is read changes its state too, and it is read again the next time.
        if len(self._known) >= _KNOWN_MAX:
            self._known.clear()
        self._known[digest] = (tuple(state), found == digest)
        return found == digest
