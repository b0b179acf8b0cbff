"""Territory rule packs: the buyer's law and the alliance's own terms as data, pinned by the SHA-256 of their bytes.

A pack is a TOML file. `[law.…]`, `[[multiplier]]` and `[[provision]]` are law: each says its rule in our own words, cites it
and tells how far that was verified. `[alliance]` is contract. Where the law of a territory fixes a number, the alliance's
terms do not have it; where the law is silent, they must: every number stands in a pack exactly once.

Only rules that a machine can apply have fields here; the provisions are kept for people, who cite them by their id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from ledger.evidence.merkle import Digest
from ledger.trade.escrow.allocation import BASIS_POINTS
from ledger.trade.escrow.currencies import EXPONENTS
from ledger.trade.escrow.money import MINOR_MAX
from ledger.trade.escrow.pack_rules import RULE_ID, Multiplier, Rule, Verified, close_rule, read_multiplier
from ledger.trade.escrow.pack_table import PackMalformed, Table, read_toml
from ledger.trade.escrow.trigger import FINDING_CODES

_ADOPTED: Final = "pack/"
SCHEMA: Final = "suyuan-rule-pack/1"
FEES: Final = ("platform", "inspection", "tax", "spread")
GOODS_CLASSES: Final = frozenset(
    {
        "digital_download",
        "durable",
        "food",
        "fresh_food",
        "general",
        "made_to_order",
        "periodical",
        "perishable",
        "unsealed_hygiene",
        "unsealed_media",
        "unsuitable_confirmed",
    }
)
"""What the goods of a line are, one of these. `perishable` is what spoils and is no food, `food` keeps, `fresh_food` does not;
`unsuitable_confirmed`: by nature not to be sent back, and the buyer confirmed that when buying."""

_NAME: Final = r"[A-Z]{2}@20[0-9]{2}\.[1-9][0-9]{0,3}"


@dataclass(frozen=True, slots=True)
class Pack:
    """One territory's rules in one version. Days are calendar days unless the name says working days; 0 is no such right.

    Attributes:
        digest: SHA-256 of the file's bytes, which is how terms pin a pack.
        withdrawal_before_dispatch: the buyer may also withdraw while the goods are not sent.
        burden_of_proof_days: so long after delivery the merchant must show that a fault was not there.
        burden_of_proof_classes: only for these goods; empty for all.
        conformity_days: so long after delivery a late claim may be opened.
        first_claimed_classes: goods for which whoever is claimed from first pays first.
        prima_facie: findings on which the fund pays first without waiting for a ruling.
        small_minor, large_minor: amounts from which a release asks for more signers, in minor units of `currency`.
        rules: every rule of law of the file, by id.
    """

    name: str
    territory: str
    currency: str
    digest: Digest
    holidays: frozenset[date]
    withdrawal_days: int
    withdrawal_excluded: frozenset[str]
    withdrawal_before_dispatch: bool
    refund_days: int
    reinspection_working_days: int
    burden_of_proof_days: int
    burden_of_proof_classes: frozenset[str]
    conformity_days: int
    first_claimed_pays: bool
    first_claimed_classes: frozenset[str]
    prima_facie: frozenset[str]
    payment_days: int
    dispatch_grace_days: int
    acceptance_days: int
    inspection_days: int
    merchant_reply_working_days: int
    return_days: int
    answer_days: int
    negotiation_days: int
    evidence_days: int
    ruling_working_days: int
    appeal_days: int
    appeal_ruling_days: int
    delivery_days: int
    hold_review_days: int
    chargeback_days: int
    small_minor: int
    large_minor: int
    fee_caps_bp: Mapping[str, int] = field(hash=False)
    cover_share_bp: int
    multipliers: tuple[Multiplier, ...]
    rules: Mapping[str, Rule] = field(hash=False)


def parse_pack(data: bytes) -> Pack:
    """Read a pack from the bytes of its file; what is not exactly in its form is refused.

    Raises:
        PackMalformed: no TOML, an unknown or missing key, a wrong type, a number out of range, or rules that contradict
            each other; `pointer` is the place.
    """
    root = read_toml(data)
    if root.text("schema") != SCHEMA:
        raise PackMalformed(wanted=SCHEMA, pointer="/schema")
    name, currency = root.text("name", shape=_NAME), root.one_of("currency", EXPONENTS)
    territory = name.partition("@")[0]
    holidays = root.dates("holidays")
    law, alliance = root.table("law"), root.table("alliance")
    rules: dict[str, Rule] = {}
    values = {**_read_law(law, alliance, rules), **_read_alliance(alliance)}
    multipliers = tuple(read_multiplier(table, rules) for table in root.tables("multiplier"))
    for provision in root.tables("provision"):
        rule_id = provision.text("id", shape=RULE_ID)
        close_rule(provision, rule_id, rule_id, rules)
    for table in (law, alliance, root):
        table.end()
    pack = Pack(
        name=name, territory=territory, currency=currency, digest=sha256(data).digest(), holidays=holidays,
        multipliers=multipliers, rules=rules, **values,
    )  # fmt: skip
    _refuse_contradictions(pack)
    return pack


@cache
def shipped_packs() -> Mapping[Digest, Pack]:
    """Every pack that comes with this release, by its digest. What is in use is decided by the terms that pin it."""
    folder = files(__package__).joinpath("packs")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    packs = [parse_pack(folder.joinpath(name).read_bytes()) for name in names]
    return {pack.digest: pack for pack in packs}


_TERM_DAYS: Final = (
    "payment_days",
    "dispatch_grace_days",
    "acceptance_days",
    "inspection_days",
    "merchant_reply_working_days",
    "return_days",
    "answer_days",
    "negotiation_days",
    "evidence_days",
    "ruling_working_days",
    "appeal_days",
    "appeal_ruling_days",
    "delivery_days",
    "hold_review_days",
    "chargeback_days",
)


def _read_law(law: Table, alliance: Table, rules: dict[str, Rule]) -> dict[str, Any]:
    def law_or_terms(name: str, key: str, term: str) -> int:
        rule = law.table_if_there(name)
        return alliance.number(term, at_least=1) if rule is None else close_rule(rule, rule.number(key, at_least=1), name, rules)

    withdrawal_days, excluded = _read_withdrawal(law, rules)
    proof = law.table_if_there("burden_of_proof")
    proof_days, proof_classes = 0, frozenset[str]()
    if proof is not None:
        proof_classes = proof.codes("classes", GOODS_CLASSES)
        proof_days = close_rule(proof, proof.number("days", at_least=1), "burden_of_proof", rules)
    first = law.table_if_there("first_claimed")
    first_classes = frozenset[str]()
    if first is not None:
        first_classes = close_rule(first, first.codes("classes", GOODS_CLASSES), "first_claimed", rules)
    return {
        "withdrawal_days": withdrawal_days,
        "withdrawal_excluded": excluded,
        "withdrawal_before_dispatch": withdrawal_days > 0,
        "refund_days": law_or_terms("refund", "days", "refund_days"),
        "reinspection_working_days": law_or_terms("reinspection", "working_days", "reinspection_working_days"),
        "conformity_days": law_or_terms("conformity", "days", "conformity_days"),
        "burden_of_proof_days": proof_days,
        "burden_of_proof_classes": proof_classes,
        "first_claimed_pays": bool(first_classes),
        "first_claimed_classes": first_classes,
    }


def _read_withdrawal(law: Table, rules: dict[str, Rule]) -> tuple[int, frozenset[str]]:
    right, exclusions = law.table_if_there("withdrawal"), law.table_if_there("withdrawal_exclusions")
    days = 0 if right is None else close_rule(right, right.number("days"), "withdrawal", rules)
    if exclusions is None:
        return days, frozenset()
    classes = close_rule(exclusions, exclusions.codes("classes", GOODS_CLASSES), "withdrawal_exclusions", rules)
    if days == 0:
        raise PackMalformed(wanted="a right to withdraw to except from", pointer=exclusions.pointer)
    if rules["withdrawal_exclusions"].verified is Verified.UNVERIFIED:
        # What nobody has checked may give a right, but never takes one away by itself.
        raise PackMalformed(seen="unverified", wanted="a verified rule", pointer=f"{exclusions.pointer}/verified")
    return days, classes


def _read_alliance(alliance: Table) -> dict[str, Any]:
    fees = alliance.table("fee_caps_bp")
    values: dict[str, Any] = {name: alliance.number(name, at_least=1) for name in _TERM_DAYS}
    values["prima_facie"] = alliance.codes("prima_facie", FINDING_CODES)
    values["small_minor"] = alliance.number("small_minor", at_least=1, at_most=MINOR_MAX)
    values["large_minor"] = alliance.number("large_minor", at_least=1, at_most=MINOR_MAX)
    values["cover_share_bp"] = alliance.number("cover_share_bp", at_most=BASIS_POINTS)
    values["fee_caps_bp"] = {name: fees.number(name, at_most=BASIS_POINTS) for name in FEES}
    fees.end()
    return values


def _refuse_contradictions(pack: Pack) -> None:
    if pack.acceptance_days < pack.withdrawal_days:
        # Silence would count as acceptance while the buyer may still withdraw.
        raise PackMalformed(
            seen=pack.acceptance_days, wanted=f"at least {pack.withdrawal_days}", pointer="/alliance/acceptance_days"
        )
    if pack.conformity_days < pack.burden_of_proof_days:
        raise PackMalformed(
            seen=pack.conformity_days, wanted=f"at least {pack.burden_of_proof_days}", pointer="/alliance/conformity_days"
        )
    if pack.small_minor >= pack.large_minor:
        raise PackMalformed(seen=pack.large_minor, wanted=f"more than {pack.small_minor}", pointer="/alliance/large_minor")


def adopted_name(pack: str) -> str:
    """The name under which governance adopts a rule pack: `SG@2026.1` as `pack/sg-2026.1`."""
    return f"{_ADOPTED}{pack.lower().replace('@', '-')}"


def is_adoptable(name: str, digest: Digest) -> bool:
    """Whether governance may adopt these bytes under this name: a name of a rule pack means a pack that ships here.

    Two releases must never judge one order differently because one of them knows a pack and the other does not.
    """
    if not name.startswith(_ADOPTED):
        return True
    pack = shipped_packs().get(digest)
    return pack is not None and adopted_name(pack.name) == name
