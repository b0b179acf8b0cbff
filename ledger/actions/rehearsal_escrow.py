"""The money's part of the act that the rehearsal adds: a small alliance, two orders, a bank whose statement differs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.actions.escrow.submit_records import submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.forging import EscrowScene
from ledger.storage.journal_reading import read_line
from ledger.trade.alliance.bodies import AllyAdmitted
from ledger.trade.escrow.bodies.agreement import FeeSchedule, OrderAgreed, Retention, RulePackPin, TitleTransferred
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.cash import FundsReceived, StatementReported
from ledger.trade.escrow.bodies.goods import DeliveryAccepted, GoodsDelivered, GoodsDispatched
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.pack import Pack, adopted_name, shipped_packs
from ledger.trade.parties.bodies import PolicyAdopted
from ledger.trade.parties.body_parts import RulePack
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.address import Address

_PACK: Final = "SG@2026.1"
_PRICE: Final = Money("SGD", 9_900)
_BREAK: Final = 100
_MANIFEST: Final = sha256(b"rehearsal: the goods").digest()
_PROOF: Final = sha256(b"rehearsal: the proof").digest()


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who plays: `pack` is the one that both orders pin."""

    merchant: str
    buyer: str
    custodian: str
    carrier: str
    arbiter: str
    pack: Pack


def play_escrow(ledger: Ledger, *, merchant: str, custodian: str) -> EscrowScene:
    """Found an alliance around two parties with held keys, and let an order run to the buyer's acceptance.

    Raises:
        NoHeldKey: the operator does not hold a threshold of the governance keys.
    """
    cast = _cast(ledger, merchant, custodian)
    line, unpaid = (f"{merchant}/rehearsal/{number}" for number in (1, 2))
    serial = sha256(secrets.token_bytes(16)).digest()
    spare = _govern(ledger, AllyAdmitted(cast.arbiter, "arbiter", ("MY", "SG")))
    agreed = _say(ledger, _agreement(ledger, cast, line, serial), (merchant, cast.buyer))
    _say(ledger, _agreement(ledger, cast, unpaid, None), (merchant, cast.buyer))
    first, reference = _head(ledger, line), f"REHEARSAL {secrets.token_hex(4)}"
    paid = _say(ledger, FundsReceived(line, first, _PRICE, reference), (custodian,))
    # The bank repeats itself without having seen its own record: written, and refused for ever.
    refused = _say(ledger, FundsReceived(line, first, _PRICE, f"{reference} B"), (custodian,), refusal="stale_prev")
    _say(ledger, GoodsDispatched(line, _head(ledger, line), _MANIFEST, _PROOF), (merchant, cast.carrier))
    _say(ledger, GoodsDelivered(line, _head(ledger, line), _MANIFEST, _PROOF), (cast.carrier,))
    _say(ledger, DeliveryAccepted(line, _head(ledger, line)), (cast.buyer,))
    titled = _say(ledger, TitleTransferred(line, _head(ledger, line)), (cast.buyer, merchant))
    closing = Money(_PRICE.currency, _PRICE.minor + _BREAK)
    _say(ledger, StatementReported(custodian, closing, ledger.clock(), f"{reference} S"), (custodian,))
    return EscrowScene(
        line=line,
        unpaid=unpaid,
        buyer=cast.buyer,
        custodian=custodian,
        account=f"custody:{custodian}",
        currency=_PRICE.currency,
        spare=spare,
        agreed=agreed,
        paid=paid,
        refused=refused,
        titled=titled,
        reference=reference,
        serial=serial,
    )


def _cast(ledger: Ledger, merchant: str, custodian: str) -> _Cast:
    pack = next(pack for pack in shipped_packs().values() if pack.name == _PACK)
    adopted = RulePack(adopted_name(pack.name), pack.digest)
    if ledger.state().rule_packs.get(adopted.name) != adopted.sha256:
        _govern(ledger, PolicyAdopted((), (adopted,)))
    buyer, carrier, arbiter = (_admit(ledger, role) for role in ("buyer", "carrier", "arbiter"))
    for party, seat in ((custodian, "custodian"), (carrier, "carrier"), (arbiter, "arbiter")):
        _govern(ledger, AllyAdmitted(party, seat, (pack.territory,)))
    return _Cast(merchant, buyer, custodian, carrier, arbiter, pack)


def _admit(ledger: Ledger, role: str) -> str:
    return admit_party(ledger, Admission(f"rehearsal-{secrets.token_hex(4)}-{role}", (role,), "SG")).party


def _govern(ledger: Ledger, body: GovernanceBody) -> int:
    issuer, *signers = held_signers(ledger, ledger.state(), body)
    return record_governance(ledger, body, issuer=issuer, signers=signers).entry


def _agreement(ledger: Ledger, cast: _Cast, line: str, serial: bytes | None) -> OrderAgreed:
    def in_days(days: int) -> Instant:
        return Instant(ledger.clock() + days * DAY_MS)

    return OrderAgreed(
        line=line,
        buyer=cast.buyer,
        custodian=cast.custodian,
        price=_PRICE,
        payout_currency=None,
        territory=cast.pack.territory,
        pack=RulePackPin(cast.pack.name, cast.pack.digest),
        fees=FeeSchedule(0, 0, 0, 0),
        offer_until=in_days(1),
        ship_by=in_days(5),
        deliver_by=in_days(20),
        goods_class="general",
        manifest=_MANIFEST,
        carriers=(cast.carrier,),
        inspector=None,
        reinspector=None,
        sampling=None,
        retention=Retention(0, 0),
        arbiters=(cast.arbiter,),
        fund=None,
        psp=None,
        second_hand=serial is not None,
        serial=serial,
        disclosure=None,
    )


def _say(ledger: Ledger, body: EscrowBody, parties: Sequence[str], *, refusal: str | None = None) -> int:
    """Write one record that these parties sign with their held keys; return its entry."""
    issuer, *signers = parties
    written = submit_held(ledger, [body.to_body()], issuer=issuer, signers=signers, queue=OwnTurn(ledger))
    seen = written.verdicts[0].refusal
    if seen != refusal:
        raise AssertionError(f"the rehearsal's own {type(body).__name__} was judged {seen}, not {refusal}")
    return written.entry


def _head(ledger: Ledger, line: str) -> Address:
    with reading(ledger.engine) as connection:
        return read_line(connection, line).line.address(ledger.origin)
