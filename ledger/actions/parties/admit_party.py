"""Admit a party: with a key of its own, or with one that the operator makes and holds for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.errors import Misused
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.storage.api_keys import issue_api_key
from ledger.storage.database import writing
from ledger.storage.held_keys import keep_key
from ledger.trade.parties.bodies import PartyAdmitted
from ledger.trade.parties.body_parts import FirstKey
from ledger.trade.parties.possession import prove_possession


class AdmissionUnclear(Misused):
    title = "a party is admitted either with its own key or under the operator's custody"


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is admitted. `key` is the party's own; None means that the operator makes and holds one.

    Attributes:
        name: full name, or one without `/`, which stands for `<host of the origin>/party/<name>`.
        proof: raw signature by `key` that proves possession; without it the key counts as unproven until first used.
    """

    name: str
    roles: Sequence[str]
    territory: str
    key: VerifierKey | None = None
    proof: bytes | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """The party's full name, its API key (shown this once), and the entry that admitted it."""

    party: str
    api_key: str
    sequenced: Sequenced


def admit_party(ledger: Ledger, admission: Admission, *, key_expires: Instant | None = None) -> Admitted:
    """Write `PartyAdmitted` with the keys the operator holds, and issue a first API key.

    Raises:
        PartyKnown, KeyUsedBefore, KeyFormRefused, PossessionUnproven and other refusals of the fold.
        NoHeldKey: governance has its keys elsewhere; its parties must sign the admission themselves.
    """
    party, sequenced = write_admission(ledger, admission)
    with writing(ledger.engine) as connection:
        api_key = issue_api_key(connection, party=party, name="first", now=ledger.clock(), expires=key_expires)
    return Admitted(party, api_key, sequenced)


def write_admission(ledger: Ledger, admission: Admission) -> tuple[str, Sequenced]:
    """Write `PartyAdmitted` and return the party's full name; no API key is issued.

    Raises:
        what `admit_party` raises.
    """
    party = full_name(ledger.origin, admission.name)
    made = SigningKey.generate(party) if admission.key is None else None
    state = ledger.state()
    body = PartyAdmitted(
        party=party,
        roles=tuple(sorted(set(admission.roles))),
        territory=admission.territory,
        custody="self" if made is None else "operator",
        keys=(_first_key(admission, made, origin=state.origin, first_entry=state.first_entry, party=party),),
        label=admission.label,
    )
    issuer, *signers = held_signers(ledger, state, body)
    if made is not None:
        # Kept before the admission: a key that the ledger admits and nobody holds would be of no use.
        with writing(ledger.engine) as connection:
            keep_key(connection, ledger.seal, made)
    return party, record_governance(ledger, body, issuer=issuer, signers=signers)


def full_name(origin: str, name: str) -> str:
    """`name` if it has a `/`, else `<host of the origin>/party/<name>`."""
    return name if "/" in name else f"{origin.partition('/')[0]}/party/{name}"


def _first_key(admission: Admission, made: SigningKey | None, *, origin: str, first_entry: bytes, party: str) -> FirstKey:
    if made is not None:
        return FirstKey(made.verifier, prove_possession(made, origin=origin, first_entry=first_entry, party=party))
    if admission.key is None:
        raise AdmissionUnclear(wanted="--key VKEY or --custody operator")
    return FirstKey(admission.key, admission.proof)
