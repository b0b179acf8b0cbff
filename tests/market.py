"""A small market of held keys: a tea merchant, its bank, carrier, inspector and arbiter, a clock; and orders of buyers."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.escrow.submit_records import RecordVerdict, submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Clock, Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import Founding, found_ledger
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.journal_reading import read_line
from ledger.trade.alliance.bodies import AllyAdmitted
from ledger.trade.escrow.bodies.agreement import FeeSchedule, OrderAgreed, Retention, RulePackPin, SamplingPlan
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.pack import Pack, adopted_name, shipped_packs
from ledger.trade.parties.bodies import PolicyAdopted
from ledger.trade.parties.body_parts import RulePack
from ledger.trade.parties.governance_body import GovernanceBody

ORIGIN = "ledger.example/main"
HOST = "ledger.example/party"
MANIFEST = sha256(b"manifest").digest()
PROOF = sha256(b"a proof").digest()
SERIAL = sha256(b"https://id.gs1.org/01/09521234000013/21/T1").digest()
PARTIES = (
    ("tea", "merchant", "CN", "Cloud Garden Teas", None),
    ("bank", "bank", "SG", "Harbour Bank", "custodian"),
    ("carrier", "carrier", "SG", "Straits Parcel", "carrier"),
    ("inspector", "inspector", "SG", None, "inspector"),
    ("arbiter", "arbiter", "SG", None, "arbiter"),
    ("clock", "operator", "-", None, None),
)


def found_market(data: Path, clock: Clock) -> tuple[Ledger, dict[str, str]]:
    """A ledger with the parties of the market in their seats, every rule pack adopted, and their API keys."""
    ledger = found_ledger(data, Founding(ORIGIN), clock=clock)
    keys = {
        name: admit_party(ledger, Admission(name, (role,), territory, label=label)).api_key
        for name, role, territory, label, _ in PARTIES
    }
    for name, _, _, _, seat in PARTIES:
        if seat is not None:
            _govern(ledger, AllyAdmitted(f"{HOST}/{name}", seat, ("-",)))
    packs = tuple(RulePack(adopted_name(pack.name), pack.digest) for pack in _packs().values())
    _govern(ledger, PolicyAdopted(contexts=(), rule_packs=packs))
    publish_checkpoint(ledger)
    return ledger, keys


def _govern(ledger: Ledger, body: GovernanceBody) -> None:
    issuer, *signers = held_signers(ledger, ledger.state(), body)
    record_governance(ledger, body, issuer=issuer, signers=signers)


def _packs() -> dict[str, Pack]:
    return {pack.territory: pack for pack in shipped_packs().values()}


@dataclass
class Market:
    """Says records for whoever must sign them, each in a batch of its own, and sees them accepted."""

    ledger: Ledger
    keys: dict[str, str] = field(default_factory=dict)
    references: int = 0

    def line(self, name: str) -> Line:
        with reading(self.ledger.engine) as connection:
            return read_line(connection, name).line

    def agree(self, buyer: str, *, order: str = "tea", number: int = 1, territory: str = "SG", **changes: Any) -> str:
        """Merchant and buyer agree a line; its name."""
        body = self.terms(buyer, order=order, number=number, territory=territory, **changes)
        self.say(body.to_body(), "tea", buyer)
        return body.line

    def terms(self, buyer: str, *, order: str = "tea", number: int = 1, territory: str = "SG", **changes: Any) -> OrderAgreed:
        pack, now = _packs()[territory], self.ledger.clock()
        inspected = changes.pop("inspected", False)
        minor = changes.pop("minor", 12_900)
        fields: dict[str, Any] = {
            "line": f"{HOST}/tea/{order}/{number}",
            "buyer": buyer,
            "custodian": f"{HOST}/bank",
            "price": Money(pack.currency, minor),
            "payout_currency": None,
            "territory": territory,
            "pack": RulePackPin(pack.name, pack.digest),
            "fees": FeeSchedule(100, 50, 25, 30),
            "offer_until": Instant(now + 5 * DAY_MS),
            "ship_by": Instant(now + 10 * DAY_MS),
            "deliver_by": Instant(now + 40 * DAY_MS),
            "goods_class": "general",
            "manifest": MANIFEST,
            "carriers": (f"{HOST}/carrier",),
            "inspector": f"{HOST}/inspector" if inspected else None,
            "reinspector": None,
            "sampling": SamplingPlan(8, 1, Instant(now + 30 * DAY_MS)) if inspected else None,
            "retention": Retention(0, 0),
            "arbiters": (f"{HOST}/arbiter",),
            "fund": None,
            "psp": None,
            "second_hand": False,
            "serial": SERIAL,
            "disclosure": None,
        }
        return OrderAgreed(**(fields | changes))

    def do(self, record: str, line: str, *by: str, **fields: Any) -> None:
        """Say a record about a line and see it accepted."""
        head = self.line(line).address(ORIGIN)
        self.say(BODIES[record](line=line, prev=head, **fields).to_body(), *by)  # type: ignore[call-arg]

    def say(self, data: bytes, *by: str) -> RecordVerdict:
        issuer, *signers = [name if "/" in name else f"{HOST}/{name}" for name in by]
        written = submit_held(self.ledger, [data], issuer=issuer, signers=signers, queue=OwnTurn(self.ledger))
        (verdict,) = written.verdicts
        assert verdict.refusal is None, (verdict.type, verdict.refusal, verdict.reason)
        return verdict

    def cash(self, line: str, minor: int | None = None) -> dict[str, Any]:
        self.references += 1
        moved = self.line(line)
        return {"money": Money(moved.currency, minor or 12_900), "reference": f"REF {self.references}"}

    def fund(self, line: str, minor: int | None = None) -> None:
        self.do("FundsReceived", line, "bank", **self.cash(line, minor))

    def ship(self, line: str) -> None:
        self.do("GoodsDispatched", line, "tea", "carrier", serials=MANIFEST, event=PROOF)

    def deliver(self, line: str) -> None:
        self.do("GoodsDelivered", line, "carrier", serials=MANIFEST, proof=PROOF)

    def delivered(self, buyer: str, **changes: Any) -> str:
        """A line that was paid, sent and handed over."""
        name = self.agree(buyer, **changes)
        self.fund(name)
        self.ship(name)
        self.deliver(name)
        return name

    def publish(self) -> None:
        publish_checkpoint(self.ledger)
        assert newest_checkpoint(self.ledger) is not None
