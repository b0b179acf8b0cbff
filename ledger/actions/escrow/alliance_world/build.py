"""Found the small alliance through the deeds that serve everybody: admissions, seats, packs, the fund, the first money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ledger.actions.escrow.alliance_world import members
from ledger.actions.escrow.alliance_world.members import FUND, MEMBERS, ORIGIN, Member
from ledger.actions.escrow.sign_records import sign_records
from ledger.actions.escrow.submit_records import submit_signed
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Clock, Ledger
from ledger.actions.parties.admit_party import Admission, admit_party, full_name
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.evidence.authority import ReadRule
from ledger.evidence.batch import SignedBatch
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import Digest
from ledger.trade.alliance.bodies import AllyAdmitted, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.escrow.bodies.fund import FundPaidIn
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.pack import Pack, adopted_name, shipped_packs
from ledger.trade.parties.bodies import PolicyAdopted
from ledger.trade.parties.body_parts import RulePack
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.possession import prove_possession

_SEATS = 3
_THRESHOLD = 2


@dataclass(frozen=True, slots=True)
class AllianceWorld:
    """What was founded. Nothing but this object holds the parties' own keys, and API keys are shown only here.

    Attributes:
        own_keys: by short name, the keys of those who sign for themselves.
        api_keys: by short name, of everybody.
    """

    data: Path
    policy: Path
    first_entry: Digest
    own_keys: Mapping[str, SigningKey] = field(repr=False)
    api_keys: Mapping[str, str] = field(repr=False)


def name_of(short: str) -> str:
    """The full name of a party, as records have it."""
    return full_name(ORIGIN, short)


def pack_named(name: str) -> Pack:
    return next(pack for pack in shipped_packs().values() if pack.name == name)


def build_alliance(data: Path, *, clock: Clock) -> AllianceWorld:
    """Found a ledger in `data` with a governance of three, of whom two must sign, and the whole alliance in it.

    Args:
        clock: of the ledger; the entries bear its time.

    Raises:
        AlreadyFounded, UnlockFileExists: something is there already.
    """
    ledger = found_ledger(data, Founding(ORIGIN, seats=_SEATS, threshold=_THRESHOLD, territory="SG"), clock=clock)
    try:
        own_keys = {
            short: SigningKey.generate(name_of(short), member.key) for short, member in MEMBERS.items() if member.key is not None
        }
        api_keys = {short: _admit(ledger, short, member, own_keys.get(short)) for short, member in MEMBERS.items()}
        for body in _decisions():
            record_by_held_keys(ledger, body)
        _pay_in(ledger, own_keys[members.FUND_BANK])
        publish_checkpoint(ledger)
        first_entry = ledger.state().first_entry
    finally:
        ledger.close()
    return AllianceWorld(data, data / POLICY_FILE, first_entry, MappingProxyType(own_keys), MappingProxyType(api_keys))


def _admit(ledger: Ledger, short: str, member: Member, key: SigningKey | None) -> str:
    state, proof = ledger.state(), None
    if key is not None:
        proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=key.verifier.name)
    own = None if key is None else key.verifier
    admission = Admission(short, [member.role], member.territory, key=own, proof=proof, label=member.label)
    return admit_party(ledger, admission).api_key


def _decisions() -> Iterator[GovernanceBody]:
    """What the governance of the alliance decides, in order."""
    for short, member in MEMBERS.items():
        if member.belongs_to is not None:
            yield OwnershipDeclared(name_of(short), member.belongs_to, (), ())
        for seat, territories in member.seats.items():
            yield AllyAdmitted(name_of(short), seat, territories)
    packs = sorted((adopted_name(name), pack_named(name).digest) for name in members.PACKS)
    yield PolicyAdopted((), tuple(RulePack(name, digest) for name, digest in packs))
    trustees = tuple(name_of(short) for short in members.TRUSTEES)
    bank = name_of(members.FUND_BANK)
    yield FundConstituted(FUND, trustees, members.FUND_THRESHOLD, bank, ("SG", "TW"), members.RESERVES)
    for short, purpose, currency, minor in members.REQUIRED:
        yield StakeRequired(name_of(short), purpose, currency, minor)


def _pay_in(ledger: Ledger, bank: SigningKey) -> None:
    records = [
        FundPaidIn(FUND, purpose, None if party is None else name_of(party), Money(currency, minor), f"IN-{number:04d}").to_body()
        for number, (purpose, party, currency, minor) in enumerate(members.PAID_IN, 1)
    ]
    state = ledger.state()
    own = sign_records(
        records, [bank], origin=state.origin, first_entry=state.first_entry, read=ReadRule.PARTIES, now=ledger.clock()
    )
    written = submit_signed(ledger, records, signed=SignedBatch.parse(own.note), seed=own.seed, queue=OwnTurn(ledger))
    if not written.accepted:
        raise AssertionError(f"the fund's first money is not booked: {written}")
