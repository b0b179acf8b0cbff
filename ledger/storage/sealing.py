"""Sealing of held keys and server secrets with the unlock secret, which lives in a file of its own."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from ledger.errors import Conflict, Misused, Untrusted

_HEADER: Final = "suyuan.unlock/v1"
_NONCE_BYTES: Final = 12
_SECRET_BYTES: Final = 32


class UnlockFileUnusable(Misused):
    title = "the unlock file cannot be used"
    default_hint = "name it with --unlock FILE or SUYUAN_UNLOCK_FILE; `suyuan init` makes one"


class UnlockFileExists(Conflict):
    title = "an unlock file stands here already and is not overwritten"


class SealBroken(Untrusted):
    title = "a held key or secret does not open with this unlock file"
    default_hint = "it was sealed with another unlock file, or its row was changed"


class Seal:
    """Opens and closes sealed values. ChaCha20-Poly1305 (RFC 8439).

    The label is authenticated, so no two values can be swapped.
    """

    def __init__(self, secret: bytes) -> None:
        self._cipher = ChaCha20Poly1305(secret)

    def __repr__(self) -> str:
        return "Seal(…)"

    def close(self, label: str, value: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, label.encode())

    def open(self, label: str, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], label.encode())
        except InvalidTag as reason:
            raise SealBroken(seen=label) from reason


def make_unlock_file(path: Path) -> Seal:
    """Write a fresh unlock secret, readable by its owner only.

    Raises:
        UnlockFileExists: something is there already; it is left as it is.
    """
    secret = os.urandom(_SECRET_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as reason:
        raise UnlockFileExists(seen=str(path)) from reason
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{_HEADER}\n{base64.b64encode(secret).decode()}\n")
        file.flush()
        os.fsync(descriptor)
    return Seal(secret)


def read_unlock_file(path: Path) -> Seal:
    """Read what `make_unlock_file` wrote; a file that others may read is refused."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as reason:
        raise UnlockFileUnusable(seen=str(path), wanted="a readable unlock file") from reason
    if mode & 0o077:
        raise UnlockFileUnusable(seen=f"mode {mode & 0o777:o} of {path}", wanted="mode 600", hint=f"run: chmod 600 {path}")
    header, _, rest = text.partition("\n")
    try:
        secret = base64.b64decode(rest.strip(), validate=True)
    except binascii.Error as reason:
        raise UnlockFileUnusable(seen=str(path), wanted="base64 after the first line") from reason
    if header != _HEADER or len(secret) != _SECRET_BYTES:
        raise UnlockFileUnusable(seen=str(path), wanted=f"a file that begins with {_HEADER} and holds 32 bytes")
    return Seal(secret)
