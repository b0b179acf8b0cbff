"""Who asks to read, and whether the table of reading rights lets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from sqlalchemy import Connection

from ledger.actions.capture.event_rows import indexed_identifiers
from ledger.actions.capture.index_rows import names_in
from ledger.actions.trace.entry_signers import signers_of
from ledger.evidence.authority import EVENT_TYPES, ReadRule, RecordClass
from ledger.evidence.record import read_record, type_of
from ledger.storage.entries import StoredBatch, iterate_records, read_batch, read_entry
from ledger.storage.grants import issuers_granting
from ledger.storage.position import Position
from ledger.trade.epcis.event import read_event
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance
from ledger.trade.reading import ANYONE, Reader, ReadingForbidden, RecordFacts, may_open, may_read, opened_by


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: a party known by its API key, the holder of an item's code, both, or anybody.

    Attributes:
        code: an identifier with its serial or lot, in any spelling.
    """

    party: str | None = None
    code: str | None = None


ANYBODY = Asking()


def reader_of(connection: Connection, state: Governance, asking: Asking) -> Reader:
    """What the table of reading rights needs of whoever asks.

    A suspended or expelled party keeps reading what it issued or signed itself; its roles and its grants open nothing.
    """
    codes = frozenset[str]() if asking.code is None else opened_by(asking.code)
    party = None if asking.party is None else state.party(asking.party)
    if party is None:
        return Reader(codes=codes) if codes else ANYONE
    if party.standing is not Standing.ACTIVE:
        return Reader(party.name, codes=codes)
    return Reader(party.name, frozenset(party.roles), issuers_granting(connection, party.name), codes)


class EntryRights:
    """What one reader may read of one entry. Bodies are looked into only where a code could decide."""

    def __init__(self, connection: Connection, reader: Reader, entry: int, batch: StoredBatch | None = None) -> None:
        """`batch`: of that entry, where the caller has read it already."""
        self._connection, self._reader, self._entry = connection, reader, entry
        self.batch: StoredBatch = read_batch(connection, entry) if batch is None else batch

    def refuse(self, place: int, body: bytes) -> None:
        """Return if the reader may read the record at `place`, whose bytes are `body`.

        Raises:
            ReadingForbidden: it may not.
        """
        if not self._whole:
            may_read(self._facts(self._items(place, body)), self._reader)

    def refuse_opening(self, place: int, body: bytes) -> None:
        """Return if the reader may open what was withheld from the record at `place`, whose bytes are `body`.

        Raises:
            ReadingForbidden: it may not.
        """
        may_open(self._facts(self._items(place, body)), self._reader)

    def allows(self, place: int, body: bytes) -> bool:
        """The same as an answer, for who only counts what is withheld."""
        return self._whole or self.allows_naming(self._items(place, body))

    def allows_naming(self, items: frozenset[str]) -> bool:
        """Whether the reader may read a record of this entry that names `items`."""
        try:
            may_read(self._facts(items), self._reader)
        except ReadingForbidden:
            return False
        return True

    @cached_property
    def allows_held(self) -> bool:
        """Whether the reader, if it has codes in hand, may read those records of the entry that name one of them; if not, all."""
        held = frozenset(islice(self._reader.codes, 1))
        return self.allows_naming(held)

    @cached_property
    def _whole(self) -> bool:
        """Whether every record of the entry may be read, whatever it names."""
        return self.allows_naming(frozenset())

    def _facts(self, items: frozenset[str]) -> RecordFacts:
        batch = self.batch
        return RecordFacts(RecordClass(batch.record_class), ReadRule(batch.read), batch.issuer, self._signers, items)

    @cached_property
    def _signers(self) -> frozenset[str]:
        if self._reader.party is None:
            return frozenset()
        return frozenset(signers_of(read_entry(self._connection, self._entry)))

    def _items(self, place: int, body: bytes) -> frozenset[str]:
        if not self._reader.codes or not body:
            return frozenset()
        if self.batch.record_class == RecordClass.EPCIS.value and type_of(read_record(body)) not in EVENT_TYPES:
            # The document record names what its events name.
            return frozenset().union(*self._items_of_others(place))
        return names_in(body)

    def _items_of_others(self, place: int) -> Iterable[frozenset[str]]:
        for record in iterate_records(self._connection, self._entry):
            if record.body and record.position.place != place:
                yield indexed_identifiers(read_event(record.body))


def name(position: Position) -> str:
    """A position as errors print it."""
    return f"record {position.entry}/{position.place}"
