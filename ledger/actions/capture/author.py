"""Who says a document: a party whose key the operator holds, or one that signed the batch note itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.errors import Unprocessable
from ledger.evidence.authority import ReadRule, RecordClass, refuse_unauthorised
from ledger.evidence.batch import SignedBatch
from ledger.evidence.commitment import SeedMalformed
from ledger.evidence.disclosure import Disclosure
from ledger.evidence.spelling import parse_base64
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import PartyNotActive
from ledger.trade.parties.state import Governance

_SEED_BYTES: Final = 32


class NoteClassWrong(Unprocessable):
    title = "events are posted under a note of class epcis"


class ProceedWithOwnNote(Unprocessable):
    title = "a note signs all of its records, so it cannot proceed without some of them"
    default_hint = "leave GS1-Capture-Error-Behaviour out, or say rollback"


@dataclass(frozen=True, slots=True)
class HeldAuthor:
    """The operator signs for `party`; `read` says who may read the records.

    Attributes:
        pad_to: how many records the batch has in the end, empty ones counted; 0 for as many as say something.
        disclosures: of fields that its records withhold.
    """

    party: str
    read: ReadRule
    pad_to: int = 0
    disclosures: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnAuthor:
    """The issuer's own signed note, and the seed of its salts."""

    signed: SignedBatch
    seed: bytes
    disclosures: tuple[Disclosure, ...] = ()

    @property
    def party(self) -> str:
        return self.signed.batch.issuer


Author = HeldAuthor | OwnAuthor


def read_own_note(note: bytes, seed: bytes, disclosures: tuple[Disclosure, ...] = ()) -> OwnAuthor:
    """Read the parts `note` and `seed` of a request; `disclosures` are of fields that its records withhold.

    Raises:
        SeedMalformed, NoteClassWrong, and what `SignedBatch.parse` raises.
    """
    seed, signed = read_seed(seed), SignedBatch.parse(note)
    if signed.batch.klass is not RecordClass.EPCIS:
        raise NoteClassWrong(seen=signed.batch.klass.value, wanted="class epcis")
    return OwnAuthor(signed, seed, disclosures)


def read_seed(seed: bytes) -> bytes:
    """The 32 bytes of a seed that is sent as they are or in base64.

    Raises:
        SeedMalformed, Base64Malformed.
    """
    if len(seed) != _SEED_BYTES:
        seed = parse_base64(seed.strip().decode("ascii", "replace"))
    if len(seed) != _SEED_BYTES:
        raise SeedMalformed(wanted="32 bytes", seen=f"{len(seed)} bytes")
    return seed


def refuse_author(state: Governance, author: Author) -> None:
    """Refuse at once who could not write anyway; the turn in the log checks again.

    Raises:
        PartyUnknown, PartyNotActive, RoleMayNotSign.
    """
    refuse_standing(state, (author.party,) if isinstance(author, HeldAuthor) else author.signed.batch.parties, RecordClass.EPCIS)


def refuse_standing(state: Governance, parties: Iterable[str], klass: RecordClass) -> None:
    """Return if each of `parties` is active and has a role that may sign records of this class.

    Raises:
        PartyUnknown, PartyNotActive, RoleMayNotSign.
    """
    for name in parties:
        party = state.party(name)
        if party.standing is not Standing.ACTIVE:
            raise PartyNotActive(seen=f"{name} is {party.standing}", wanted="an active party")
        refuse_unauthorised(party.roles, klass)
