"""The terms of an order line, read back from the record of its agreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from ledger.evidence.record import read_record as read_record_json
from ledger.storage.entries import read_record
from ledger.storage.position import unpack
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.line import Terms
from ledger.trade.escrow.pack import shipped_packs

_KNOWN_MAX: Final = 20_000
"""Terms take about 3 KB each."""


def read_terms(connection: Connection, position: int) -> Terms:
    """The terms in the OrderAgreed record at a packed position that the journal names.

    Raises:
        RecordAbsent: nothing stands there.
    """
    body = read_record(connection, unpack(position)).body or b""
    agreed = read_escrow_body(read_record_json(body))
    if not isinstance(agreed, OrderAgreed):
        raise AssertionError(f"the journal takes a {type(agreed).__name__} for the terms of a line")
    return Terms.of(agreed, body=body, pack=shipped_packs()[agreed.pack.sha256])


class KnownTerms:
    """Terms that were read once: a committed agreement never changes, so nobody need read it again. Threads may share it."""

    def __init__(self) -> None:
        self._known: dict[int, Terms] = {}

    def read(self, connection: Connection, position: int) -> Terms:
        """As `read_terms`."""
        found = self._known.get(position)
        if found is None:
            found = read_terms(connection, position)
            self.keep({position: found})
        return found

    def keep(self, terms: Mapping[int, Terms]) -> None:
        """Remember terms of committed agreements; where there are too many, all that came before are forgotten."""
        if len(self._known) + len(terms) > _KNOWN_MAX:
            self._known = {}
        self._known.update(terms)


def references_named(bodies: Iterable[EscrowBody]) -> list[str]:
    """The bank references that these records book."""
    return [reference for reference in (getattr(body, "reference", None) for body in bodies) if reference is not None]


def lines_named(bodies: Iterable[EscrowBody]) -> list[str]:
    """The lines that these records are about, each as often as it is named."""
    return [line for line in (getattr(body, "line", None) for body in bodies) if line is not None]
