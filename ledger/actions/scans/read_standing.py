"""Read where the code of one item stands, and who holds the item, for whoever runs the server."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.actions.open_ledger import Ledger
from ledger.actions.scans.code_standing import code_standing, item_of, ownership_of, statements_of
from ledger.actions.trace.gather_item import gather_item
from ledger.errors import Unprocessable
from ledger.storage.database import reading
from ledger.trade.digital_link import DigitalLink
from ledger.trade.ownership import Ownership
from ledger.trade.scans import CodeStanding


class SerialMissing(Unprocessable):
    title = "only the code of a single item has a standing, and this names none"
    default_hint = "the address of one item ends in /21/ and its serial number"


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """What is known of an item's code, and the records by which it is owned."""

    item: str
    code: CodeStanding
    ownership: Ownership


def read_standing(ledger: Ledger, link: DigitalLink) -> ItemStanding:
    """Where the code of `link` stands now; a number that nothing names is unregistered.

    Raises:
        SerialMissing: it names no single item.
    """
    item = item_of(link)
    with reading(ledger.engine) as connection:
        gathered = gather_item(connection, ledger, link, party=None)
        standing = code_standing(connection, ledger, link, gathered.told, gathered.said.values())
        if item is None or standing is None:
            raise SerialMissing(seen=link.uri(with_attributes=False))
        return ItemStanding(item, standing, ownership_of(ledger, item, statements_of(connection, item)))
