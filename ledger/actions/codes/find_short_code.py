"""From the short code that somebody types to the item's address."""

from __future__ import annotations

from ledger.actions.open_ledger import Ledger
from ledger.errors import Absent
from ledger.storage.database import reading
from ledger.storage.serials import SerialIssue, issue_of_serial
from ledger.trade.digital_link import DigitalLink
from ledger.trade.identifiers import application_values
from ledger.trade.serials import read_short_code


class ShortCodeUnknown(Absent):
    title = "no product here has this short code"
    default_hint = "compare every character with the label; if it is the same, this server knows nothing of the item"


def find_short_code(ledger: Ledger, text: str) -> DigitalLink:
    """The item with its lot, if any, whose short code `text` is.

    A code that is well spelt costs one look-up and, unknown, gets one answer, whatever it was: there is nothing to be
    learnt from guessing.

    Raises:
        ShortCodeMalformed, ShortCodeMistyped: it is spelt wrong, which everybody can compute.
        ShortCodeUnknown: no such number was issued.
    """
    serial = read_short_code(text)
    with reading(ledger.engine) as connection:
        issue = issue_of_serial(connection, serial)
    if issue is None:
        raise ShortCodeUnknown(wanted="a code as printed on a label")
    return item_of(issue, serial)


def item_of(issue: SerialIssue, serial: str) -> DigitalLink:
    """The item that carries a serial number of a drawing, its lot named too."""
    values = application_values(issue.product)
    if values is None:
        raise AssertionError(f"{issue.product} was kept as a product")
    lot = () if issue.lot is None else (("10", issue.lot),)
    return DigitalLink((values[0], *lot, ("21", serial)))
