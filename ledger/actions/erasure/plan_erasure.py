"""Before a record is erased: who must sign, who of them the operator can sign for, and what will go."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from ledger.actions.erasure.open_matter import LedgerNow
from ledger.actions.log.erasing import files_named, record_to_erase
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.record_governance import holds_key
from ledger.storage.database import reading
from ledger.storage.disclosures import disclosures_of
from ledger.storage.entries import read_record
from ledger.storage.position import Position, pack
from ledger.trade.parties.bodies import RecordErased
from ledger.trade.parties.fold import refuse_closed
from ledger.trade.parties.refusals import ErasedRecordUnknown
from ledger.trade.parties.signers import ErasedRecord, Seat, alternatives_of, seats_needed, who_may_sit
from ledger.trade.parties.state import Governance


@dataclass(frozen=True, slots=True)
class SeatToTake:
    """A seat that `needed` of `parties` must take; the operator holds valid keys of those in `held`."""

    seat: Seat
    needed: int
    parties: tuple[str, ...]
    held: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        return len(self.held) >= self.needed

    @property
    def signing(self) -> tuple[str, ...]:
        """Who would sign for it: those whose keys are held before others."""
        return (*self.held, *(party for party in self.parties if party not in self.held))[: self.needed]


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure takes.

    Attributes:
        record: issuer and class of the record, and whether an open dispute or recall asks for the threshold.
        ways: the alternatives of the table of signers; one is enough.
        body_bytes, disclosures, files: what goes: the length of the body, and how many of the others.
    """

    body: RecordErased
    record: ErasedRecord
    ways: tuple[tuple[SeatToTake, ...], ...]
    body_bytes: int
    disclosures: int
    files: int

    @property
    def way(self) -> tuple[SeatToTake, ...]:
        """The first way whose keys are all held, else the one that lacks the fewest seats."""
        return min(self.ways, key=lambda seats: sum(not seat.is_held for seat in seats))

    @property
    def is_held(self) -> bool:
        """Whether the operator can sign for everybody whom it takes."""
        return all(seat.is_held for seat in self.way)

    @property
    def parties(self) -> tuple[str, ...]:
        """Who would sign: the issuer of the note first, then its signers in ascending order."""
        named = tuple(chain.from_iterable(seat.signing for seat in self.way))
        return (*named[:1], *sorted(named[1:]))

    @property
    def missing(self) -> tuple[SeatToTake, ...]:
        """The seats that only others can take."""
        return tuple(seat for seat in self.way if not seat.is_held)


def plan_erasure(ledger: Ledger, position: Position, ground: str) -> ErasurePlan:
    """What it takes to erase the record at `position`; nothing is written.

    Raises:
        ErasedRecordUnknown, RecordNotErasable, RecordErasedBefore: nobody can erase it.
        LedgerIsClosed: an erasure is a record, and this ledger takes none.
    """
    body = RecordErased(ledger.origin, *position, ground)
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        refuse_closed(state)
        record = record_to_erase(connection, body, LedgerNow(state))
        alternatives = alternatives_of(state, body, record)
        if record is None:
            raise ErasedRecordUnknown(seen=f"{position.entry}/{position.place}")
        content = read_record(connection, position).body or b""
        disclosures = sum(kept.disclosure is not None for kept in disclosures_of(connection, pack(*position)))
    ways = tuple(tuple(_seat(ledger, state, body, record, seat) for seat in seats) for seats in alternatives)
    return ErasurePlan(body, record, ways, len(content), disclosures, len(files_named(content)))


def _seat(ledger: Ledger, state: Governance, body: RecordErased, record: ErasedRecord, seat: Seat) -> SeatToTake:
    parties = tuple(party for party in who_may_sit(state, body, seat, record) if state.keys_of(party))
    held = tuple(party for party in parties if holds_key(ledger, state, party))
    return SeatToTake(seat, seats_needed(state, seat), parties, held)
