"""Find the events that name an identifier, as far as whoever asks may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import UNSET, Struct
from sqlalchemy import Connection

from ledger.actions.trace.asking import EntryRights
from ledger.actions.trace.decoded_events import DecodedEvent, decode_event, trace_event
from ledger.evidence.authority import RecordClass
from ledger.evidence.commitment import commit
from ledger.storage.entries import StoredBatch, StoredRecord, read_batch, read_batches_at, read_records
from ledger.storage.identifier_index import newest_naming
from ledger.storage.position import Position, pack, unpack
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.genealogy import LIMIT
from ledger.trade.membership import TracedEvent
from ledger.trade.reading import Reader

_ROWS_MIN, _ROWS_MAX = 32, 512
_BYTES_A_NAME: Final = 512
_AHEAD_MAX: Final = 64
_EVENTS: Final = RecordClass.EPCIS.value


class FoundEvent(Struct, frozen=True, gc=False):
    """An event that may be read: its bytes, its typed form, what it says of which things, and the batch it was said in."""

    position: Position
    body: bytes
    event: AnyEvent
    batch: StoredBatch
    salt: bytes | None = None
    said: TracedEvent | None = None

    @property
    def event_id(self) -> str | None:
        return self.event.event_id if isinstance(self.event.event_id, str) else None


class _Looked(Struct, frozen=True, gc=False):
    """A record that the index named; `event` is None where its body is no event any more."""

    record: StoredRecord
    event: DecodedEvent | None


class _Told(Struct, frozen=True, gc=False):
    """An event that this reader may read, under these identifiers."""

    found: FoundEvent
    items: frozenset[str]
    said: TracedEvent


class EventFinder:
    """Answers `genealogy.trace`. What it met stays in `found`, `withheld` (not for this reader), `withdrawn` and `damaged`.

    Damaged is a record whose content is gone or changed although no entry of the log says so.

    Whoever holds the code of the start of a trace may read what the trace reaches; so with a code in hand, every
    identifier that the walk asks for counts as one more code.
    """

    def __init__(
        self, connection: Connection, reader: Reader, *, origin: str, newest: int = LIMIT + 1, names_max: int | None = None
    ) -> None:
        """What is read for one answer is bounded; `cut` says that there was more.

        Args:
            newest: of one identifier's records at most so many are read, the newest.
            names_max: once the records that were read name so many things, no more are read: one event about ten thousand
                items costs as much as many about one. A large record counts as if it named more.
        """
        self._connection, self._reader, self._origin, self._newest = connection, reader, origin, newest
        self._names_left = names_max
        self.cut = False
        self.found: dict[Position, FoundEvent] = {}
        self.withheld: dict[Position, str] = {}
        self.withdrawn: set[Position] = set()
        self.damaged: set[Position] = set()
        self._positions: dict[str, list[int]] = {}
        self._looked: dict[int, _Looked] = {}
        self._told: dict[int, _Told] = {}
        self._rights: dict[int, EntryRights] = {}

    def look_ahead(self, identifiers: Sequence[str]) -> None:
        """Look for events of several things at once; those of which there are many are left for when they are asked for."""
        if len(identifiers) < 2 or not self._has_room():
            return
        found = newest_naming(self._connection, identifiers, record_classes=(_EVENTS,), most=_AHEAD_MAX + 1)
        few = {
            identifier: positions for identifier, positions in found.items() if len(positions) <= min(_AHEAD_MAX, self._newest)
        }
        self._positions.update(few)
        self._look_up(sorted({packed for positions in few.values() for packed in positions}))

    def __call__(self, identifier: str) -> list[TracedEvent]:
        """The events naming `identifier`, without those that their issuers declared erroneous."""
        told = self._readable(identifier)
        declared = [one.found for one in told if one.found.event.error_declaration is not UNSET]
        if not declared:
            return [one.said for one in told]
        wrong = {(found.batch.issuer, found.event_id) for found in declared if found.event_id}
        sound: list[TracedEvent] = []
        for one in told:
            found = one.found
            if found.event.error_declaration is not UNSET or (found.batch.issuer, found.event_id) in wrong:
                self.withdrawn.add(found.position)
            else:
                sound.append(one.said)
        return sound

    def _readable(self, identifier: str) -> list[_Told]:
        positions = self._naming(identifier)
        known = [told for packed in positions if (told := self._told.get(packed)) is not None and identifier in told.items]
        if len(known) == len(positions):
            return known  # as of most members: the events of what holds them were read before
        self._look_up(positions)
        found: list[_Told] = []
        for packed in positions:
            told = self._told.get(packed)
            # The index holds 64 bits of a hash: only the body says what the event really names.
            if told is None or identifier not in told.items:
                told = self._read(packed, identifier)
            if told is not None:
                found.append(told)
        return found

    def _read(self, packed: int, identifier: str) -> _Told | None:
        """What the record at `packed` tells this reader of `identifier`; notes where that is nothing."""
        looked = self._looked.get(packed)
        if looked is None:
            return None  # there is no such record, or no room for it
        record, event = looked.record, looked.event
        rights = self._rights_in(record.position.entry)
        if rights.batch.record_class != _EVENTS:
            return None  # what else is said of it: `find_statements`
        if event is None or record.body is None or identifier not in event.items:
            self._note_damage(record)
            return None
        if not rights.allows_held:
            self.withheld[record.position] = event.event.type
            return None
        position, said = record.position, event.at(record.position)
        found = self.found[position] = FoundEvent(position, record.body, event.event, rights.batch, record.salt, said)
        told = self._told[packed] = _Told(found, event.items, said)
        return told

    def _naming(self, identifier: str) -> Sequence[int]:
        """Packed positions of the newest records that may be events of `identifier`, in log order."""
        positions = self._positions.get(identifier)
        if positions is None:
            most = self._newest + 1
            positions = newest_naming(self._connection, [identifier], record_classes=(_EVENTS,), most=most)[identifier]
            self._positions[identifier] = positions
        self.cut |= len(positions) > self._newest
        return positions if len(positions) <= self._newest else positions[-self._newest :]

    def _look_up(self, positions: Sequence[int]) -> None:
        """Read the records at packed positions, the newest first; each is read once however many things it names."""
        wanted = [packed for packed in reversed(positions) if packed not in self._looked]
        start, rows = 0, _ROWS_MIN
        while start < len(wanted):
            if not self._has_room():
                self.cut = True
                return
            chunk, start, rows = wanted[start : start + rows], start + rows, min(_ROWS_MAX, 2 * rows)
            self._read_rights(unpack(packed).entry for packed in chunk)
            for record in reversed(read_records(self._connection, chunk)):
                if self._has_room():
                    self._look_at(record)
                else:
                    self.cut = True

    def _look_at(self, record: StoredRecord) -> None:
        event = None if record.body is None else decode_event(record.body)
        self._looked[pack(*record.position)] = _Looked(record, event)
        if self._names_left is not None:
            named = 1 if event is None else len(event.items)
            self._names_left -= max(1, named, len(record.body or b"") // _BYTES_A_NAME)

    def _has_room(self) -> bool:
        return self._names_left is None or self._names_left > 0

    def _read_rights(self, entries: Iterable[int]) -> None:
        wanted = sorted(set(entries) - self._rights.keys())
        for entry, batch in read_batches_at(self._connection, wanted).items():
            self._rights[entry] = EntryRights(self._connection, self._reader, entry, batch)

    def _rights_in(self, entry: int) -> EntryRights:
        if entry not in self._rights:
            self._rights[entry] = EntryRights(self._connection, self._reader, entry)
        return self._rights[entry]

    def _note_damage(self, record: StoredRecord) -> None:
        """An indexed record that does not name what it was indexed under: a chance of the hash, or not what was signed."""
        if record.body is None or record.salt is None:
            self.damaged.add(record.position)
            return
        issuer = read_batch(self._connection, record.position.entry).issuer
        if commit(origin=self._origin, issuer=issuer, salt=record.salt, body=record.body) != record.commitment:
            self.damaged.add(record.position)


def traced(found: FoundEvent) -> TracedEvent:
    """What an event says about which things, under their canonical names."""
    return trace_event(found.position, found.event) if found.said is None else found.said
