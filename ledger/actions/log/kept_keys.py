"""The index rows that records must have, for many events at once: the same keys that `index_rows` gives one by one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from ledger.actions.capture.index_rows import once_key, subject_keys
from ledger.audit.index_rows import IndexRows, key_row, rows_of
from ledger.audit.source import SaidRecord
from ledger.storage.position import pack
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.epcis.spelt import spelt_in
from ledger.trade.identifiers import canonical, ladder
from ledger.trade.plain_links import plain_links

_KEY_BYTES: Final = 8
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

    def of_events(self, index: int, issuer: str, events: Sequence[SaidRecord]) -> IndexRows:
        """The rows of events of one entry.

        Raises:
            EpcisUnreadable: a member with identifiers is of another kind than the standard has there.
        """
        first = pack(index, 0)
        places = [(first + place).to_bytes(_KEY_BYTES, "big") for place, _, _ in events]
        names: list[str] = []
        where: list[bytes] = []
        for at, (_, _, record) in zip(places, events, strict=True):
            spelt = spelt_in(record)
            names += spelt
            where += [at] * len(spelt)
        plain = plain_links(names)
        if plain is None:
            pairs = [(text, at) for name, at in zip(names, where, strict=True) for text in _found_under(name)]
            plain, where = [text for text, _ in pairs], [at for _, at in pairs]
        identifiers = {sha256(name).digest()[:_KEY_BYTES] + at for name, at in zip(plain, where, strict=True)}
        once = [] if self._secret is None else self._once(issuer, events, places)
        return IndexRows(once, list(identifiers))

    def of_dossier(self, index: int, place: int, said: DossierBody) -> IndexRows:
        """The rows of one dossier record."""
        packed = pack(index, place)
        once = None if self._secret is None else once_key(self._secret, said)
        return IndexRows([] if once is None else [key_row(once, packed)], rows_of(subject_keys(said), packed))

    def _once(self, issuer: str, events: Sequence[SaidRecord], places: Sequence[bytes]) -> list[bytes]:
        rows = []
        named, unnamed = issuer.encode() + b"\0", issuer.encode() + b"\0\0"
        inner_of, outer_of = self._inner.copy, self._outer.copy
        for at, (_, body, record) in zip(places, events, strict=True):
            event_id = record.get("eventID")
            inner, outer = inner_of(), outer_of()
            inner.update(named + event_id.encode() if isinstance(event_id, str) else unnamed + body)
            outer.update(inner.digest())
            rows.append(outer.digest()[:_KEY_BYTES] + at)
        return rows


def _found_under(spelt: str) -> set[bytes]:
    """As in `indexed_identifiers`: the canonical spelling, and the lot that an item's own address shows."""
    found = {(canonical(spelt) or spelt).encode()}
    if _LOT in spelt and _SERIAL in spelt:
        found.update(rung.encode() for rung in ladder(spelt) if _LOT in rung)
    return found
