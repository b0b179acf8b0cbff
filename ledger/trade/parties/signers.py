"""The table of signers: which parties together must sign a governance record, by its type.

An alternative is a set of seats that must all be taken; one alternative is enough; nobody may sign who takes no seat of
it. In no alternative can one party take two seats. Source: docs/FORMATS.md, "Governance", "Erasure".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from ledger.evidence.authority import RecordClass
from ledger.trade.parties.bodies import RecordErased
from ledger.trade.parties.body_parts import LEGAL_ORDER
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.refusals import (
    ErasedRecordUnknown,
    RecordErasedBefore,
    RecordNotErasable,
    SignersInsufficient,
    SignersSuperfluous,
)
from ledger.trade.parties.state import Governance


class Seat(Enum):
    """Who can sit there."""

    THRESHOLD = "the threshold of governance keys"
    THRESHOLD_AFTER_LOSS = "the threshold of governance keys once the party has no valid key"
    REGISTRAR = "a registrar"
    OTHER_REGISTRAR = "a registrar other than the party"
    PARTY = "the party itself"
    RECORD_ISSUER = "the issuer of the record"
    DATA_PROTECTION = "a holder of the data-protection role other than the issuer of the record"


DATA_PROTECTION: Final = "data-protection"

Alternative: TypeAlias = tuple[Seat, ...]

_BY_THRESHOLD: Final[tuple[Alternative, ...]] = ((Seat.THRESHOLD,),)
_BY_REGISTRAR: Final[tuple[Alternative, ...]] = ((Seat.REGISTRAR,), (Seat.THRESHOLD,))

SIGNERS: Final[Mapping[str, tuple[Alternative, ...]]] = {
    "GovernanceChanged": _BY_THRESHOLD,
    "LogKeyAdded": _BY_THRESHOLD,
    "LogKeyRetired": _BY_THRESHOLD,
    "WitnessPolicyAdopted": _BY_THRESHOLD,
    "PolicyAdopted": _BY_THRESHOLD,
    "ClockCorrected": _BY_THRESHOLD,
    "LedgerContinued": _BY_THRESHOLD,
    "LedgerClosed": _BY_THRESHOLD,
    "PartyExpelled": _BY_THRESHOLD,
    "RoleGranted": _BY_THRESHOLD,
    "RoleWithdrawn": _BY_THRESHOLD,
    "CustodyChanged": _BY_THRESHOLD,
    "AllyAdmitted": _BY_THRESHOLD,
    "AllyExpelled": _BY_THRESHOLD,
    "FundConstituted": _BY_THRESHOLD,
    "StakeRequired": _BY_THRESHOLD,
    "PartyAdmitted": _BY_REGISTRAR,
    "PartySuspended": _BY_REGISTRAR,
    "PartyReinstated": _BY_REGISTRAR,
    "OwnershipDeclared": _BY_REGISTRAR,
    "PrefixLicensed": _BY_REGISTRAR,
    "PrefixWithdrawn": _BY_REGISTRAR,
    # The threshold beside the party serves a ledger without registrars, and a registrar's own new key.
    "KeyAdded": ((Seat.OTHER_REGISTRAR, Seat.PARTY), (Seat.THRESHOLD, Seat.PARTY), (Seat.THRESHOLD_AFTER_LOSS,)),
    "KeyRevoked": ((Seat.PARTY,), (Seat.THRESHOLD,)),
}
"""Record type -> alternatives. LedgerFounded is judged by `found`, RecordErased by `ERASURE`."""


@dataclass(frozen=True, slots=True)
class ErasureCase:
    """guarded: a class, dispute or recall that needs the threshold too. stand_in: the threshold may replace the issuer."""

    guarded: bool
    stand_in: bool


_TOGETHER: Final[Alternative] = (Seat.RECORD_ISSUER, Seat.DATA_PROTECTION)
_ALL: Final[Alternative] = (*_TOGETHER, Seat.THRESHOLD)
_STAND_IN: Final[Alternative] = (Seat.THRESHOLD, Seat.DATA_PROTECTION)

# The threshold may always sign too: that an open matter asked for it can often be seen in the erased body alone.
ERASURE: Final[Mapping[ErasureCase, tuple[Alternative, ...]]] = {
    ErasureCase(guarded=False, stand_in=False): (_TOGETHER, _ALL),
    ErasureCase(guarded=False, stand_in=True): (_TOGETHER, _ALL, _STAND_IN),
    ErasureCase(guarded=True, stand_in=False): (_ALL,),
    ErasureCase(guarded=True, stand_in=True): (_ALL, _STAND_IN),
}
NEVER_ERASED: Final = frozenset({RecordClass.GOVERNANCE, RecordClass.ESCROW})
GUARDED: Final = frozenset({RecordClass.INSPECTION, RecordClass.RECALL, RecordClass.EVIDENCE})


@dataclass(frozen=True, slots=True)
class ErasedRecord:
    """What the fold must be told of the record at the position that a `RecordErased` names.

    Args:
        issuer: issuer of its batch.
        klass: class of its batch.
        in_open_matter: it is under an open dispute or recall.
        erased_at: the entry that erased it already, or None.
    """

    issuer: str
    klass: RecordClass
    in_open_matter: bool = False
    erased_at: int | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One record before the table: the party it is about, and for an erasure the record it is about."""

    state: Governance
    concerned: str | None
    record: ErasedRecord | None

    @property
    def concerned_lost_all_keys(self) -> bool:
        # Not `valid_keys`: a suspended party still has its keys, and the threshold should take them back first.
        # Of a party that does not exist nothing is left either; the fold says so more exactly than a missing seat could.
        party = self.state.parties.get(self.concerned or "")
        return party is None or not party.unrevoked_keys


_MAY_SIT: Final[Mapping[Seat, Callable[[_Case, str], bool]]] = {
    Seat.THRESHOLD: lambda case, party: party in case.state.seats,
    Seat.THRESHOLD_AFTER_LOSS: lambda case, party: case.concerned_lost_all_keys and party in case.state.seats,
    Seat.REGISTRAR: lambda case, party: party in case.state.registrars,
    Seat.OTHER_REGISTRAR: lambda case, party: party in case.state.registrars and party != case.concerned,
    Seat.PARTY: lambda case, party: party == case.concerned,
    Seat.RECORD_ISSUER: lambda case, party: case.record is not None and party == case.record.issuer,
    Seat.DATA_PROTECTION: lambda case, party: (
        case.record is not None and party != case.record.issuer and DATA_PROTECTION in case.state.party(party).roles
    ),
}
_NEEDS_THRESHOLD: Final = frozenset({Seat.THRESHOLD, Seat.THRESHOLD_AFTER_LOSS})


@dataclass(frozen=True, slots=True)
class _Seating:
    """How far the signers fill one alternative: seats still `missing`, signers `idle` without a seat."""

    missing: tuple[str, ...]
    idle: tuple[str, ...]


def alternatives_of(state: Governance, body: GovernanceBody, record: ErasedRecord | None = None) -> tuple[Alternative, ...]:
    """The seats that must be taken for `body`, by alternative.

    Raises:
        ErasedRecordUnknown, RecordNotErasable, RecordErasedBefore: nobody at all may sign this.
    """
    return _erasure(state, body, record) if isinstance(body, RecordErased) else SIGNERS[type(body).__name__]


def who_may_sit(state: Governance, body: GovernanceBody, seat: Seat, record: ErasedRecord | None = None) -> tuple[str, ...]:
    """The parties that may take a seat now, ascending, whether they have a valid key or not."""
    case = _Case(state, getattr(body, "party", None), record)
    return tuple(party for party in sorted(state.parties) if _MAY_SIT[seat](case, party))


def seats_needed(state: Governance, seat: Seat) -> int:
    """How many parties must take it."""
    return state.threshold if seat in _NEEDS_THRESHOLD else 1


def refuse_signers(state: Governance, body: GovernanceBody, signed: Sequence[str], record: ErasedRecord | None = None) -> None:
    """Return if the parties in `signed`, whose keys have been judged already, are those the table asks for.

    Args:
        state: governance before the entry.
        body: any record but `LedgerFounded`.
        signed: all parties of the batch, each once.
        record: for a `RecordErased`, the record at the position that it names.

    Raises:
        SignersInsufficient: no alternative is complete; `missing` names what the nearest one lacks.
        SignersSuperfluous: one is complete, but somebody signed who takes no seat of it.
        ErasedRecordUnknown, RecordNotErasable, RecordErasedBefore: nobody at all may sign this.
    """
    case = _Case(state, getattr(body, "party", None), record)
    alternatives = alternatives_of(state, body, record)
    nearest = min((_seat(case, seats, signed) for seats in alternatives), key=lambda found: (len(found.missing), len(found.idle)))
    if nearest.missing:
        wanted = "; or ".join(" and ".join(seat.value for seat in seats) for seats in alternatives)
        raise SignersInsufficient(missing=nearest.missing, seen=", ".join(signed), wanted=wanted)
    if nearest.idle:
        raise SignersSuperfluous(seen=", ".join(nearest.idle), wanted="only parties that this record needs")


def _seat(case: _Case, seats: Alternative, signed: Sequence[str]) -> _Seating:
    missing: list[str] = []
    idle = set(signed)
    for seat in seats:
        takers = [party for party in signed if _MAY_SIT[seat](case, party)]
        needed = seats_needed(case.state, seat)
        if len(takers) < needed:
            missing.append(f"{seat.value} ({len(takers)} of {needed})")
        idle.difference_update(takers)
    return _Seating(tuple(missing), tuple(sorted(idle)))


def _erasure(state: Governance, body: RecordErased, record: ErasedRecord | None) -> tuple[Alternative, ...]:
    pointer = f"entry {body.entry}, place {body.place}"
    if record is None:
        raise ErasedRecordUnknown(seen=pointer, wanted="a position before this entry", pointer="/entry")
    if record.klass in NEVER_ERASED:
        raise RecordNotErasable(seen=record.klass, wanted="a class other than governance and escrow", pointer=pointer)
    if record.erased_at is not None:
        raise RecordErasedBefore(seen=f"entry {record.erased_at}", wanted="a record that is still there", pointer=pointer)
    guarded = record.klass in GUARDED or record.in_open_matter
    stand_in = body.ground == LEGAL_ORDER or not state.keys_of(record.issuer)
    return ERASURE[ErasureCase(guarded=guarded, stand_in=stand_in)]
