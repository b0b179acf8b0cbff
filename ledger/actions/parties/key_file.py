"""A party's own private key in a file that only its owner can read.

    PRIVATE+KEY+<name>+<8 hex digits of key ID>+<base64 of type byte and private key>

One line with LF, as other implementations of signed notes write it. Source: docs/FORMATS.md, "Keys".
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from ledger.errors import Conflict, Malformed, Misused
from ledger.evidence.key import NOTE_KEY_TYPES, KeyType, SigningKey
from ledger.evidence.spelling import format_base64, parse_base64

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077
_BYTES_MAX: Final = 1_024
_LINE: Final = re.compile(r"PRIVATE\+KEY\+(?P<name>[^+\n]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+=*)\n?", re.ASCII)


class KeyFileMalformed(Malformed):
    title = "this is not a private key file"
    default_hint = "make one with `suyuan key new NAME --out FILE`"


class KeyFileExists(Conflict):
    title = "there is a file already where the key would go"
    default_hint = "nothing was overwritten; a key that is overwritten is lost"


class KeyFileOpen(Misused):
    title = "others can read this private key file"


def write_key_file(path: Path, key: SigningKey) -> None:
    """Write `key` into a new file, mode 0600.

    Raises:
        KeyFileExists: something is there already; it is left as it is.
    """
    verifier = key.verifier
    secret = format_base64(bytes([verifier.type]) + key.to_private())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError as reason:
        raise KeyFileExists(seen=str(path)) from reason
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"PRIVATE+KEY+{verifier.name}+{verifier.key_id.hex()}+{secret}\n")
        file.flush()
        os.fsync(descriptor)


def read_key_file(path: Path, *, types: Collection[KeyType] = NOTE_KEY_TYPES) -> SigningKey:
    """Read what `write_key_file` wrote. Nothing of the secret is ever shown, whatever is wrong with it.

    Args:
        types: what kind of key it may be.

    Raises:
        KeyFileOpen: others can read the file.
        KeyFileMalformed: something else is in it.
    """
    mode = path.stat().st_mode
    if mode & _OTHERS:
        raise KeyFileOpen(seen=f"mode {mode & 0o777:o} of {path}", wanted="mode 600", hint=f"run: chmod 600 {path}")
    parts = _LINE.fullmatch(path.read_bytes()[:_BYTES_MAX].decode("ascii", "replace"))
    if parts is None:
        raise KeyFileMalformed(seen=str(path), wanted="one line PRIVATE+KEY+<name>+<key ID>+<base64>")
    try:
        typed = parse_base64(parts["key"])
        key = SigningKey.from_private(parts["name"], KeyType(typed[0]), typed[1:])
    except (Malformed, ValueError):
        # Without its cause, which quotes what it could not read.
        raise KeyFileMalformed(seen=str(path), wanted="a private key in base64") from None
    if key.verifier.key_id.hex() != parts["id"] or key.verifier.type not in types:
        wanted = f"the ID of a key of type {' or '.join(sorted(kind.name for kind in types))}"
        raise KeyFileMalformed(seen=f"key ID {parts['id']} in {path}", wanted=wanted)
    return key
