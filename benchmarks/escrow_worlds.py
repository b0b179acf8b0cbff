"""A founded ledger whose alliance is seated and whose parties hold their own keys, and batches that they sign themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.made_orders import TERRITORY, Order, Seats, pack
from ledger.actions.capture.sign_own import OwnNote, sign_note
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignedBatch
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.trade.alliance.bodies import AllyAdmitted
from ledger.trade.escrow.pack import adopted_name
from ledger.trade.parties.bodies import PolicyAdopted
from ledger.trade.parties.body_parts import RulePack

ORIGIN: Final = "ledger.example/escrow"
PAIRS: Final = 8
"""So many buyers and merchants: order n is between the n-th of each, counted round."""

_ROLES: Final = {"custodian": "bank", "carrier": "carrier", "arbiter": "arbiter"}
_ARBITERS: Final = 3


@dataclass(frozen=True, slots=True)
class EscrowWorld:
    """An open ledger, and what the parties know: their keys and API keys, by full name."""

    ledger: Ledger
    keys: dict[str, SigningKey]
    api_keys: dict[str, str]

    def seats(self, number: int) -> Seats:
        """The parties of order `number`."""
        pair = number % PAIRS
        arbiters = [_full(f"arbiter{place}") for place in range(_ARBITERS)]
        return Seats(_full(f"buyer{pair}"), _full(f"merchant{pair}"), _full("custodian"), _full("carrier"), arbiters)

    def sign(self, records: Sequence[bytes], signers: Sequence[str], *, now: Instant) -> OwnNote:
        """One batch of `records`, signed by all `signers`, the issuer first, with their own keys."""
        state = self.ledger.state()
        keys = [self.keys[party] for party in signers]
        return sign_note(
            records,
            keys,
            origin=state.origin,
            first_entry=state.first_entry,
            klass=RecordClass.ESCROW,
            read=ReadRule.PARTIES,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Posted:
    """A batch that is ready to be posted: about every line of `order`, at its step `number`."""

    order: Order
    number: int
    records: Sequence[bytes]
    signed: SignedBatch
    seed: bytes


def found_escrow_world(data: Path) -> EscrowWorld:
    """Found a ledger in `data`, admit every party with a key of its own, seat the allies, adopt the rule pack."""
    ledger = found_ledger(data, Founding(ORIGIN))
    world = EscrowWorld(ledger, {}, {})
    for pair in range(PAIRS):
        _admit(world, f"buyer{pair}", "buyer")
        _admit(world, f"merchant{pair}", "merchant")
    for seat, name in (
        ("custodian", "custodian"),
        ("carrier", "carrier"),
        *(("arbiter", f"arbiter{n}") for n in range(_ARBITERS)),
    ):
        _admit(world, name, _ROLES[seat])
        _govern(ledger, AllyAdmitted(_full(name), seat, ("-",)))
    pinned = pack()
    _govern(ledger, PolicyAdopted((), (RulePack(adopted_name(pinned.name), pinned.digest),)))
    return world


def sign_step(world: EscrowWorld, order: Order, number: int, entry_before: int | None) -> Posted:
    """Sign step `number` of `order`, whose step before stands at `entry_before`."""
    records = order.records(number, entry_before)
    own = world.sign(records, order.signers(order.steps[number]), now=order.agreed_at)
    return Posted(order, number, records, SignedBatch.parse(own.note), own.seed)


def _admit(world: EscrowWorld, name: str, role: str) -> None:
    key = SigningKey.generate(_full(name))
    admitted = admit_party(world.ledger, Admission(name, [role], TERRITORY, key=key.verifier))
    world.keys[admitted.party], world.api_keys[admitted.party] = key, admitted.api_key


def _govern(ledger: Ledger, body: AllyAdmitted | PolicyAdopted) -> None:
    issuer, *signers = held_signers(ledger, ledger.state(), body)
    record_governance(ledger, body, issuer=issuer, signers=signers)


def _full(name: str) -> str:
    return f"{ORIGIN.partition('/')[0]}/party/{name}"
