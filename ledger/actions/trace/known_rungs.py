"""Find which of the coarser things that an address names are known by themselves: the lot and the product of an item."""

from __future__ import annotations

from ledger.actions.open_ledger import Ledger
from ledger.storage.database import reading
from ledger.storage.identifier_index import positions_naming
from ledger.trade.digital_link import DigitalLink


def known_rungs(ledger: Ledger, link: DigitalLink) -> tuple[DigitalLink, ...]:
    """The shorter addresses that `link` begins with and that a record names, finest first: its lot, its product.

    Each names something else than the address before it: `/01/{gtin}/22/{variant}` is the product once more, and left out.
    """
    shorter = (DigitalLink(link.keys[:length]) for length in range(len(link.keys) - 1, 0, -1))
    rungs = {one.identifier: one for one in reversed((link, *shorter))}
    rungs.pop(link.identifier, None)
    with reading(ledger.engine) as connection:
        return tuple(one for name, one in reversed(rungs.items()) if positions_naming(connection, name))
