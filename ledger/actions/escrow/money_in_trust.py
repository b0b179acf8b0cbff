"""Whether a buyer's money for an item is or was held in trust: all that a stranger who scans it is told."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from ledger.actions.open_ledger import Ledger
from ledger.evidence.merkle import Digest
from ledger.storage.database import reading
from ledger.storage.journal_reading import lines_of_serial
from ledger.trade.digital_link import DigitalLink
from ledger.trade.identifiers import canonical, is_class_identifier


class Trust(StrEnum):
    """What stands about an item in the escrow; never how much, and never whose."""

    NONE = "none"
    HELD = "held"
    WAS_HELD = "was held"


def money_in_trust(ledger: Ledger, link: DigitalLink) -> Trust:
    """Look for order lines whose terms name this item as their `serial`.

    A line that was agreed and never paid says nothing: two parties can agree whatever they like. Products and lots are no items.
    """
    identifier = link.uri(with_attributes=False)
    serial = serial_of(identifier)
    if serial is None or is_class_identifier(identifier):
        return Trust.NONE
    with reading(ledger.engine) as connection:
        lines = lines_of_serial(connection, serial)
    if any(line.boxed() for line in lines):
        return Trust.HELD
    return Trust.WAS_HELD if any(line.received for line in lines) else Trust.NONE


def serial_of(identifier: str) -> Digest | None:
    """What an OrderAgreed names as `serial`: the SHA-256 of the item's canonical identifier, whatever spelling is given."""
    found = canonical(identifier)
    return None if found is None else hashlib.sha256(found.encode()).digest()
