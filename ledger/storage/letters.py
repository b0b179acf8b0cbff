"""What buyers wrote about a line: kept beside the ledger, which holds the SHA-256 of it as evidence."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Connection, text

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest


def keep_letter(connection: Connection, *, line: str, words: str, now: Instant) -> Digest:
    """Keep `words` and return the SHA-256 of their UTF-8 bytes; the same again changes nothing. The caller commits."""
    digest = hashlib.sha256(words.encode()).digest()
    connection.execute(_KEEP, {"digest": digest, "line": line, "text": words, "created": int(now)})
    return digest


def letters_about(connection: Connection, line: str) -> dict[Digest, str]:
    """Digest to words of everything kept about a line, oldest first."""
    return {bytes(digest): words for digest, words in connection.execute(_OF_LINE, {"line": line})}


_KEEP: Final = text(
    "INSERT INTO escrow_letters (digest, line, text, created) VALUES (:digest, :line, :text, :created) "
    "ON CONFLICT (digest, line) DO NOTHING"
)
_OF_LINE: Final = text("SELECT digest, text FROM escrow_letters WHERE line = :line ORDER BY created, digest")
