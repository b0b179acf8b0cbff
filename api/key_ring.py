"""API keys that this server has found good: whoever shows one again may send a body at once, and is checked with it."""

from __future__ import annotations

import hashlib
from typing import Final

from ledger.storage.api_keys import ApiKey

_KEYS_MAX: Final = 10_000


class KeyRing:
    """Kept by a hash of the whole key. One that no longer holds is on it still: that is seen when its request is carried out."""

    def __init__(self) -> None:
        self._keys: dict[bytes, ApiKey] = {}

    def known(self, presented: str) -> ApiKey | None:
        return self._keys.get(_hash(presented))

    def keep(self, presented: str, key: ApiKey) -> None:
        if len(self._keys) >= _KEYS_MAX:
            self._keys.clear()
        self._keys[_hash(presented)] = key


def _hash(presented: str) -> bytes:
    return hashlib.sha256(presented.encode()).digest()
