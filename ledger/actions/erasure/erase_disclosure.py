"""Erase one disclosure of a record: the withheld field can never be opened again, the record stays as it was signed."""

from __future__ import annotations

from ledger.actions.open_ledger import Ledger
from ledger.storage.database import writing
from ledger.storage.disclosures import empty_disclosure
from ledger.storage.entries import read_record
from ledger.storage.position import Position, pack


def erase_disclosure(ledger: Ledger, position: Position, digest: bytes, ground: str) -> None:
    """Let go of the disclosure with this digest, for good; `ground` is kept for who asks where it went.

    It is the operator's deed, like the forgetting of a file: nothing that was signed changes, so nobody else signs it.

    Raises:
        EntryAbsent, RecordAbsent: there is no such record.
        DisclosureAbsent: none of this digest is kept for it.
    """
    with writing(ledger.engine) as connection:
        read_record(connection, position)
        empty_disclosure(connection, pack(*position), digest, ground)
