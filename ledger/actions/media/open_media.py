"""Open a file beside the ledger to whoever may read a record that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.media.read_media import MediaAbsent, StoredMedia, read_media
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, EntryRights, reader_of
from ledger.actions.trace.find_statements import FoundStatement
from ledger.actions.trace.gather_item import gather_item
from ledger.errors import Malformed, SuyuanError
from ledger.evidence.authority import DOSSIER_CLASSES
from ledger.evidence.record import read_record, type_of
from ledger.storage.database import reading
from ledger.storage.entries import read_records
from ledger.storage.identifier_index import positions_naming
from ledger.storage.media import is_keeper
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.dossier.bodies.base import DossierBody, media_subject
from ledger.trade.dossier.bodies.described import MediaDescribed
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.identifiers import canonical
from ledger.trade.reading import ANYONE, Reader

_NAMING_MAX: Final = 256
_CLASSES: Final = frozenset(klass.value for klass in DOSSIER_CLASSES)


def find_naming(connection: Connection, ledger: Ledger, digest: bytes, asking: Asking) -> tuple[FoundStatement, ...]:
    """The descriptions of a file that whoever asks may read, in log order; empty where there is none.

    Whoever holds the code of an item may read what its page shows.
    """
    state = ledger.governance.load(connection)
    reader = reader_of(connection, state, asking)
    found = _of_keepers(connection, _naming(connection, digest, reader))
    if found or asking.code is None:
        return found
    try:
        link = parse_digital_link(canonical(asking.code) or asking.code)
    except Malformed:
        return ()
    gathered = gather_item(connection, ledger, link, party=asking.party)
    said = (one for one in gathered.said.values() if isinstance(one.body, MediaDescribed) and one.body.media == digest)
    return _of_keepers(connection, said)


@dataclass(frozen=True, slots=True)
class OpenedMedia:
    """A file for one reader. `public`: anybody may see it. `naming`: the descriptions that this reader may read."""

    file: StoredMedia
    public: bool
    naming: tuple[FoundStatement, ...]


def open_media(ledger: Ledger, digest: bytes, asking: Asking) -> OpenedMedia:
    """The file, if a record that names it is open to whoever asks, or they sent it in themselves.

    Raises:
        MediaAbsent: also where it is there, but not for this reader.
        MediaLost, MediaChanged.
    """
    with reading(ledger.engine) as connection:
        naming = find_naming(connection, ledger, digest, asking)
        public = bool(naming) and bool(_of_keepers(connection, _naming(connection, digest, ANYONE)))
        sent = asking.party is not None and is_keeper(connection, asking.party, digest)
    if not naming and not sent:
        raise MediaAbsent(seen=media_subject(digest))
    return OpenedMedia(read_media(ledger, digest), public, naming)


def _of_keepers(connection: Connection, naming: Iterable[FoundStatement]) -> tuple[FoundStatement, ...]:
    """Only who sent a file in may open it to others: its hash may stand in records that all can read."""
    return tuple(
        one for one in naming if isinstance(one.body, MediaDescribed) and is_keeper(connection, one.batch.issuer, one.body.media)
    )


def _naming(connection: Connection, digest: bytes, reader: Reader) -> Iterator[FoundStatement]:
    rights: dict[int, EntryRights] = {}
    for record in read_records(connection, positions_naming(connection, media_subject(digest))[:_NAMING_MAX]):
        entry = record.position.entry
        held = rights.get(entry) or rights.setdefault(entry, EntryRights(connection, reader, entry))
        if held.batch.record_class not in _CLASSES or not record.body:
            continue
        body = _read(record.body)
        # The hash itself is no code: whoever knows it has not the item in the hand.
        if isinstance(body, MediaDescribed) and body.media == digest and held.allows_naming(frozenset({body.about})):
            yield FoundStatement(record.position, record.body, body, held.batch)


def _read(data: bytes) -> DossierBody | None:
    """None for what is no record any more: the audit names it."""
    try:
        said = read_record(data)
        return read_dossier_body(said) if type_of(said) == MediaDescribed.__name__ else None
    except SuyuanError:
        return None
