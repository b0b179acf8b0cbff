"""A file that appears under its name only when all of it is written."""

from __future__ import annotations

import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and rename it there; what is no file, such as `/dev/stdout`, is written to as it is.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    # A link, as `/dev/stdout` may be one, stays a link.
    whole = path.resolve()
    beside = whole.with_name(f".{whole.name}.{secrets.token_hex(8)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(whole)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
