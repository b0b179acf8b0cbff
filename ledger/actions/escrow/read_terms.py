"""The terms of an order line, read back from the record of its agreement."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from ledger.evidence.record import read_record as read_record_json
from ledger.storage.entries import read_record
from ledger.storage.position import unpack
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.line import Terms
from ledger.trade.escrow.pack import shipped_packs


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


def lines_named(bodies: Iterable[EscrowBody]) -> list[str]:
    """The lines that these records are about, each as often as it is named."""
    return [line for line in (getattr(body, "line", None) for body in bodies) if line is not None]
