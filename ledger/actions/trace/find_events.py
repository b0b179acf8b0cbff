"""Find the events that name an identifier, as far as whoever asks may read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from msgspec import UNSET, DecodeError
from sqlalchemy import Connection

from ledger.actions.capture.event_rows import indexed_identifiers
from ledger.actions.trace.asking import EntryRights
from ledger.evidence.authority import RecordClass
from ledger.evidence.commitment import commit
from ledger.evidence.instant import Instant
from ledger.storage.bulk import chunks
from ledger.storage.entries import StoredBatch, StoredRecord, read_batch, read_batches_at, read_records
from ledger.storage.identifier_index import positions_naming
from ledger.storage.position import Position, pack, unpack
from ledger.trade.epcis import syntax
from ledger.trade.epcis.event import AnyEvent, read_event
from ledger.trade.epcis.roles import Role, identifiers_in
from ledger.trade.genealogy import LIMIT
from ledger.trade.identifiers import canonical
from ledger.trade.membership import TracedEvent
from ledger.trade.reading import Reader

_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event that may be read: its bytes, its typed form, and the batch it was said in."""

    position: Position
    body: bytes
    event: AnyEvent
    batch: StoredBatch
    salt: bytes | None = None

    @property
    def event_id(self) -> str | None:
        return self.event.event_id if isinstance(self.event.event_id, str) else None


class _Looked(NamedTuple):
    """A record that the index named; `event` is None where its body is no event any more."""

    record: StoredRecord
    event: AnyEvent | None
    items: frozenset[str]


class EventFinder:
    """Answers `genealogy.trace`. What it met stays in `found`, `withheld` (not for this reader), `withdrawn` and `damaged`.

    Damaged is a record whose content is gone or changed although no entry of the log says so.

    Whoever holds the code of the start of a trace may read what the trace reaches; so with a code in hand, every
    identifier that the walk asks for counts as one more code.
    """

    def __init__(self, connection: Connection, reader: Reader, *, origin: str, newest: int = LIMIT + 1) -> None:
        """`newest`: of one identifier's records at most so many are read, the newest; `cut` says that there were more."""
        self._connection, self._reader, self._origin, self._newest = connection, reader, origin, newest
        self.cut = False
        self.found: dict[Position, FoundEvent] = {}
        self.withheld: dict[Position, str] = {}
        self.withdrawn: set[Position] = set()
        self.damaged: set[Position] = set()
        self._looked: dict[int, _Looked] = {}
        self._rights: dict[int, EntryRights] = {}

    def __call__(self, identifier: str) -> Iterator[TracedEvent]:
        """The events naming `identifier`, without those that their issuers declared erroneous."""
        events = list(self._readable(identifier))
        wrong = {(e.batch.issuer, e.event_id) for e in events if e.event.error_declaration is not UNSET and e.event_id}
        for event in events:
            self.found[event.position] = event
            if event.event.error_declaration is not UNSET or (event.batch.issuer, event.event_id) in wrong:
                self.withdrawn.add(event.position)
            else:
                yield traced(event)

    def _readable(self, identifier: str) -> Iterator[FoundEvent]:
        reader = self._reader
        if reader.codes:
            reader = replace(reader, codes=reader.codes | {identifier})
        positions = positions_naming(self._connection, identifier)
        self.cut |= len(positions) > self._newest
        for looked in self._look_up(positions[-self._newest :]):
            record, event = looked.record, looked.event
            rights = self._rights_in(record.position.entry)
            if rights.batch.record_class != RecordClass.EPCIS.value:
                continue  # what else is said of it: `find_statements`
            # The index holds 64 bits of a hash: only the body says what the event really names.
            if event is None or record.body is None or identifier not in looked.items:
                self._note_damage(record)
                continue
            if rights.allows_naming(looked.items, reader):
                self.withheld.pop(record.position, None)
                yield FoundEvent(record.position, record.body, event, rights.batch, record.salt)
            elif record.position not in self.found:
                self.withheld[record.position] = event.type

    def _look_up(self, positions: Sequence[int]) -> Iterator[_Looked]:
        """The records at packed positions in log order; each is read once however many things it names."""
        for chunk in chunks([packed for packed in positions if packed not in self._looked], _ROWS):
            self._read_rights(unpack(packed).entry for packed in chunk)
            for record in read_records(self._connection, chunk):
                event = self._event(record)
                items = frozenset[str]() if event is None else indexed_identifiers(event)
                self._looked[pack(*record.position)] = _Looked(record, event, items)
        return (self._looked[packed] for packed in positions if packed in self._looked)

    def _read_rights(self, entries: Iterable[int]) -> None:
        wanted = sorted(set(entries) - self._rights.keys())
        for entry, batch in read_batches_at(self._connection, wanted).items():
            self._rights[entry] = EntryRights(self._connection, self._reader, entry, batch)

    def _rights_in(self, entry: int) -> EntryRights:
        if entry not in self._rights:
            self._rights[entry] = EntryRights(self._connection, self._reader, entry)
        return self._rights[entry]

    def _event(self, record: StoredRecord) -> AnyEvent | None:
        try:
            return None if record.body is None else read_event(record.body)
        except (DecodeError, UnicodeDecodeError):
            return None  # it was an event when it was indexed

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
    event = found.event
    by_role: dict[Role, list[str]] = {}
    for named in identifiers_in(event):
        by_role.setdefault(named.role, []).append(canonical(named.identifier) or named.identifier)
    return TracedEvent(
        position=found.position,
        type=event.type,  # type: ignore[arg-type] # the tag is one of the five
        event_time=time_of(event),
        action=getattr(event, "action", None),
        parent=next(iter(by_role.get(Role.PARENT, ())), None),
        children=_all(by_role, Role.CHILD, Role.CHILD_CLASS),
        inputs=_all(by_role, Role.INPUT, Role.INPUT_CLASS),
        outputs=_all(by_role, Role.OUTPUT, Role.OUTPUT_CLASS),
        others=_all(by_role, Role.EPC, Role.CLASS),
        transformation=next(iter(by_role.get(Role.TRANSFORMATION, ())), None),
    )


def time_of(event: AnyEvent) -> Instant:
    """When it happened, as its issuer says."""
    moment = syntax.read_moment(event.event_time)
    if moment is None:
        raise ValueError("an accepted event has no such day")
    return syntax.instant_of(moment)


def _all(by_role: dict[Role, list[str]], *roles: Role) -> tuple[str, ...]:
    found: Iterable[str] = (identifier for role in roles for identifier in by_role.get(role, ()))
    return tuple(dict.fromkeys(found))
