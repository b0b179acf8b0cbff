"""Read the disclosures of a record: the fields that its issuer withheld, for whom the table of rights lets open them."""

from __future__ import annotations

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, EntryRights, reader_of
from ledger.actions.trace.read_record import open_record
from ledger.storage.database import reading
from ledger.storage.disclosures import KeptDisclosure, disclosures_of
from ledger.storage.entries import read_record
from ledger.storage.position import Position, pack


def read_disclosures(ledger: Ledger, position: Position, asking: Asking) -> list[KeptDisclosure]:
    """What was disclosed of the record at `position`, in the order in which it came; what was erased since says so.

    Raises:
        ReadingForbidden: the body may be public, what was withheld from it is not.
        what `read_record` raises.
    """
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        record = open_record(connection, state, position, asking)
        EntryRights(connection, reader_of(connection, state, asking), position.entry).refuse_opening(position.place, record.body)
        return disclosures_of(connection, pack(*position))


def every_disclosure_at(ledger: Ledger, position: Position) -> list[KeptDisclosure]:
    """The same for whoever has the data directory in hand, and so may read all of it anyway.

    Raises:
        EntryAbsent, RecordAbsent.
    """
    with reading(ledger.engine) as connection:
        read_record(connection, position)
        return disclosures_of(connection, pack(*position))
