"""The types of escrow records with their members and an example, and the rule packs, as they stand in docs/ESCROW.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Final, get_args, get_type_hints

from ledger.trade.escrow.bodies import agreement
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.pack import Pack, shipped_packs
from tests.house.escrow_examples import example_of
from tests.house.markdown import camel, names, table

_PARTS: Final = (agreement.RulePackPin, agreement.FeeSchedule, agreement.SamplingPlan, agreement.Retention)
_SHARED: Final = frozenset(field.name for field in fields(LineBody))

_NUMBERS: Final = (
    ("right to withdraw, days", "withdrawal_days"),
    ("refund after withdrawal, days", "refund_days"),
    ("late claims, days", "conformity_days"),
    ("burden of proof with the merchant, days", "burden_of_proof_days"),
    ("second inspection, working days", "reinspection_working_days"),
    ("payment, days", "payment_days"),
    ("late dispatch, days of grace", "dispatch_grace_days"),
    ("lost, days after the promised delivery", "delivery_days"),
    ("inspection by the second body, days", "inspection_days"),
    ("silence is acceptance, days", "acceptance_days"),
    ("to send goods back, days", "return_days"),
    ("merchant's reply to a return, working days", "merchant_reply_working_days"),
    ("answer in a dispute, days", "answer_days"),
    ("negotiation, days", "negotiation_days"),
    ("evidence after escalation, days", "evidence_days"),
    ("ruling, working days", "ruling_working_days"),
    ("appeal, days", "appeal_days"),
    ("ruling on appeal, days", "appeal_ruling_days"),
    ("review of a legal hold, days", "hold_review_days"),
    ("chargebacks, days", "chargeback_days"),
    ("first limit, minor units", "small_minor"),
    ("second limit, minor units", "large_minor"),
    ("cover, basis points of the stake", "cover_share_bp"),
)


def record_sections() -> str:
    """A heading, a sentence, the members and an example for every type of record."""
    parts = [f"### {part.__name__}, a part\n\n{_said(part)}{_members(part, frozenset())}" for part in _PARTS]
    return "\n\n".join([*(_section(name, shape) for name, shape in BODIES.items()), *parts])


def _section(name: str, shape: type) -> str:
    own = _members(shape, _SHARED if issubclass(shape, LineBody) else frozenset())
    return f"### {name}\n\n{_said(shape)}{own}\n\n```json\n{example_of(name)}\n```"


def _said(shape: type) -> str:
    said = " ".join((shape.__doc__ or "").split())
    return f"{said}\n\n" if said else ""


def _members(shape: type, shared: frozenset[str]) -> str:
    hints = get_type_hints(shape, include_extras=True)
    rows = [
        (f"`{camel(field.name)}`", get_args(hints[field.name])[1].wanted) for field in fields(shape) if field.name not in shared
    ]
    return table(("Member", "Value"), rows) if rows else "No member of its own."


def pack_tables() -> str:
    """What differs between the rule packs, what is the same in all, and the digests by which terms pin them."""
    packs = sorted(shipped_packs().values(), key=attrgetter("name"))
    rows = [*_numbers(packs), *_words(packs)]
    differing = [row for row in rows if len(set(row[1:])) > 1]
    same = [row[:2] for row in rows if len(set(row[1:])) == 1]
    digests = [(f"`{pack.name}`", pack.currency, f"`{pack.digest.hex()}`") for pack in packs]
    return "\n\n".join(
        (
            table(("", *(pack.territory for pack in packs)), differing),
            table(("In every pack", ""), same),
            table(("Pack", "Currency", "SHA-256 of its file"), digests),
        )
    )


def _numbers(packs: list[Pack]) -> Iterator[tuple[str, ...]]:
    for says, name in _NUMBERS:
        yield (says, *(f"{getattr(pack, name):,}" for pack in packs))


def _words(packs: list[Pack]) -> Iterator[tuple[str, ...]]:
    yield ("no right to withdraw from", *(_list(pack.withdrawal_excluded) for pack in packs))
    yield ("the fund may pay first, without trustees, for", *(_list(pack.first_claimed_classes) for pack in packs))
    yield ("findings on which a fund may pay first", *(_list(pack.prima_facie) for pack in packs))
    yield ("fees of at most, in basis points", *(_caps(pack) for pack in packs))


def _caps(pack: Pack) -> str:
    return ", ".join(f"{name} {cap:,}" for name, cap in pack.fee_caps_bp.items())


def _list(found: frozenset[str]) -> str:
    return names(sorted(found)) or "–"
