"""The index rows that records must have, for many events at once: the same keys that `index_rows` gives one by one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from ledger.actions.capture.index_rows import once_key, subject_keys
from ledger.audit.index_rows import IndexRows, key_row, rows_from_digests, rows_of
from ledger.audit.said import SaidEvents
from ledger.storage.position import pack
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.identifiers import canonical, ladder
from ledger.trade.plain_links import plain_links

_BLOCK_BYTES: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
_LOT: Final = "/10/"
_SERIAL: Final = "/21/"


class KeptKeys:
    """Makes rows of identifiers, and of what may be said only once where the server's secret is known."""

    def __init__(self, secret: bytes | None) -> None:
        self._secret = secret
        if secret is not None:
            block = (sha256(secret).digest() if len(secret) > _BLOCK_BYTES else secret).ljust(_BLOCK_BYTES, b"\0")
            self._inner, self._outer = sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))

    def of_events(self, index: int, issuer: str, events: SaidEvents) -> IndexRows:
        """The rows of events of one entry.

        Raises:
            EpcisUnreadable: a member with identifiers is of another kind than the standard has there.
        """
        first = pack(index, 0)
        names, places = events.identifiers()
        plain = plain_links(names)
        if plain is None:
            pairs = [(text, at) for name, at in zip(names, places, strict=True) for text in _found_under(name.decode())]
            plain, places = [text for text, _ in pairs], [at for _, at in pairs]
        # Hashed one by one: to call for each is most of what the hash of a name costs.
        identifiers = rows_from_digests([sha256(name).digest() for name in plain], [first + place for place in places])
        if self._secret is None:
            return IndexRows(b"", identifiers)
        once = self._once(events.once(issuer))
        return IndexRows(rows_from_digests(once, [first + place for place in events.places()]), identifiers)

    def of_dossier(self, index: int, place: int, said: DossierBody) -> IndexRows:
        """The rows of one dossier record."""
        packed = pack(index, place)
        once = None if self._secret is None else once_key(self._secret, said)
        return IndexRows(b"" if once is None else key_row(once, packed), rows_of(subject_keys(said), packed))

    def _once(self, said: Sequence[bytes]) -> list[bytes]:
        digests = []
        inner_of, outer_of = self._inner.copy, self._outer.copy
        for what in said:
            inner, outer = inner_of(), outer_of()
            inner.update(what)
            outer.update(inner.digest())
            digests.append(outer.digest())
        return digests


def _found_under(spelt: str) -> set[bytes]:
    """As in `indexed_identifiers`: the canonical spelling, and the lot that an item's own address shows."""
    found = {(canonical(spelt) or spelt).encode()}
    if _LOT in spelt and _SERIAL in spelt:
        found.update(rung.encode() for rung in ladder(spelt) if _LOT in rung)
    return found
