"""Rules of law in a pack: each says its rule in our own words, cites its source and tells how far that was verified."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from ledger.trade.escrow.money import MINOR_MAX
from ledger.trade.escrow.pack_table import PackMalformed, Table
from ledger.trade.escrow.trigger import FINDING_CODES, Trigger, TriggerMalformed, parse_trigger

T = TypeVar("T")

RULE_ID: Final = r"[a-z][a-z0-9_]{0,63}"

_TIMES_MAX: Final = 100


class Verified(StrEnum):
    """How far a rule was checked: the text of the law, a summary by others, or not yet."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of law, to be read and cited by people: `id` is unique in its pack."""

    id: str
    says: str
    cite: str
    verified: Verified


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A punitive sum beside the refund: `times` the price or `or_times_loss` the loss, at least `floor_minor`.

    It is always a claim against the merchant, never a debit by itself.
    """

    id: str
    trigger: Trigger
    excluded: frozenset[str]
    times: int
    or_times_loss: int
    floor_minor: int

    def holds(self, findings: frozenset[str]) -> bool:
        """Whether the findings bring the rule about, and none of its exceptions applies."""
        return self.trigger.holds(findings) and not self.excluded & findings


def read_multiplier(table: Table, rules: dict[str, Rule]) -> Multiplier:
    """Read one `[[multiplier]]` and keep its rule."""
    text = table.text("trigger")
    try:
        trigger = parse_trigger(text)
    except TriggerMalformed as reason:
        raise PackMalformed(seen=text, wanted=reason.wanted, pointer=f"{table.pointer}/trigger") from reason
    found = Multiplier(
        id=table.text("id", shape=RULE_ID),
        trigger=trigger,
        excluded=table.codes("excluded", FINDING_CODES),
        times=table.number("times", at_least=1, at_most=_TIMES_MAX),
        or_times_loss=table.number("or_times_loss", at_most=_TIMES_MAX),
        floor_minor=table.number("floor_minor", at_most=MINOR_MAX),
    )
    return close_rule(table, found, found.id, rules)


def close_rule(table: Table, value: T, rule_id: str, rules: dict[str, Rule]) -> T:
    """Return `value` after the table's rule was kept under `rule_id` and nothing is left in it.

    Raises:
        PackMalformed: a rule without its words, its source or how far it was verified, an id used twice, or a key too many.
    """
    if rule_id in rules:
        raise PackMalformed(seen=rule_id, wanted="an id of its own", pointer=table.pointer)
    verified = Verified(table.one_of("verified", tuple(Verified)))
    rules[rule_id] = Rule(rule_id, table.text("says"), table.text("cite"), verified)
    table.end()
    return value
