"""What people wrote about a label they reported: kept beside the ledger, which holds the SHA-256 of it."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Connection, text

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest


def keep_words(connection: Connection, *, item: bytes, words: str, now: Instant) -> Digest:
    """Keep `words` about an item, given by its key, and return the SHA-256 of their UTF-8 bytes. The caller commits."""
    data = words.encode("utf-8", "replace")
    digest = hashlib.sha256(data).digest()
    connection.execute(_KEEP, {"digest": digest, "item": item, "text": data.decode(), "created": int(now)})
    return digest


def words_about(connection: Connection, item: bytes) -> dict[Digest, str]:
    """Digest to words of all reports about an item, oldest first."""
    return {bytes(digest): words for digest, words in connection.execute(_OF_ITEM, {"item": item})}


def forget_words(connection: Connection, before: Instant) -> int:
    """Forget words written before `before`; their SHA-256 stays in the ledger. The caller commits."""
    return connection.execute(_FORGET, {"before": int(before)}).rowcount


_KEEP: Final = text(
    "INSERT INTO label_words (digest, item, text, created) VALUES (:digest, :item, :text, :created) "
    "ON CONFLICT (digest, item) DO NOTHING"
)
_OF_ITEM: Final = text("SELECT digest, text FROM label_words WHERE item = :item ORDER BY created, digest")
_FORGET: Final = text("DELETE FROM label_words WHERE created < :before")
