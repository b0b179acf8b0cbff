"""Read the bodies of one entry in bulk; what is erased or not for this reader says so in its place."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, EntryRights, reader_of
from ledger.evidence.bodies import BodyState, PlacedBody, encode_bodies
from ledger.storage.database import reading
from ledger.storage.entries import iterate_records


def read_bodies(ledger: Ledger, entry: int, asking: Asking) -> bytes:
    """The records of `entry` in the format of `evidence/bodies.py`.

    Joined before it is sent: a slow reader must not keep a transaction open.

    Raises:
        EntryAbsent: the log has no such entry.
    """
    with reading(ledger.engine) as connection:
        rights = EntryRights(connection, reader_of(connection, ledger.governance.load(connection), asking), entry)
        return b"".join(encode_bodies(rights.batch.context, _placed(connection, rights, entry)))


def _placed(connection: Connection, rights: EntryRights, entry: int) -> Iterator[PlacedBody]:
    for record in iterate_records(connection, entry):
        place = record.position.place
        if record.body is None or record.salt is None:
            yield PlacedBody(place, BodyState.ERASED)
        elif rights.allows(place, record.body):
            yield PlacedBody(place, BodyState.PRESENT, record.salt, record.body)
        else:
            yield PlacedBody(place, BodyState.WITHHELD)
