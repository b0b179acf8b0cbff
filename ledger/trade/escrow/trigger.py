"""When a rule of law applies: a closed expression over finding codes, such as `unsafe AND (producer OR seller_knew)`.

    any  = all  | code " OR " …        AND and OR are mixed only with parentheses, so nobody needs to know
    all  = code | code " AND " …       which of them binds more tightly
    code = [a-z_]+ | "(" … ")"

Nothing is ever evaluated as code; a rule pack cannot compute, only name findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.errors import Malformed

FINDING_CODES: Final = frozenset(
    {
        "counterfeit",
        "food_below_safety_standard",
        "fraud_found",
        "inspection_failed",
        "label_defect_only",
        "not_as_described",
        "not_received",
        "producer",
        "recalled",
        "seller_knew",
        "spoliation",
        "wrong_goods",
    }
)
"""What may be found about an order line. `producer`: the seller made the goods; `seller_knew`: it knew of the fault;
`label_defect_only`: a fault of the label that neither harms nor misleads; `spoliation`: evidence was lost or altered."""

_CHARACTERS_MAX: Final = 500
_NESTING_MAX: Final = 4
_WORD: Final = re.compile(r"[()]|[A-Za-z_]+", re.ASCII)
_SHAPE: Final = re.compile(r"[()A-Za-z_ ]+", re.ASCII)
_OPERATORS: Final = frozenset({"AND", "OR"})


class TriggerMalformed(Malformed):
    title = "a trigger is finding codes joined by AND or by OR, with parentheses where both are used"


@dataclass(frozen=True, slots=True)
class Found:
    code: str

    def holds(self, findings: AbstractSet[str]) -> bool:
        return self.code in findings


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Trigger, ...]

    def holds(self, findings: AbstractSet[str]) -> bool:
        return all(part.holds(findings) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Trigger, ...]

    def holds(self, findings: AbstractSet[str]) -> bool:
        return any(part.holds(findings) for part in self.parts)


Trigger: TypeAlias = Found | AllOf | AnyOf


def parse_trigger(text: str) -> Trigger:
    """Read a trigger of at most 500 characters, with parentheses at most 4 deep.

    Raises:
        TriggerMalformed: another grammar, or a code that is not one of `FINDING_CODES`.
    """
    if len(text) > _CHARACTERS_MAX or not _SHAPE.fullmatch(text):
        raise TriggerMalformed(seen=text, wanted=f"at most {_CHARACTERS_MAX} letters, underscores, spaces and parentheses")
    words = iter(_WORD.findall(text))
    trigger, end = _read_joined(words, depth=0)
    if end != "":
        raise TriggerMalformed(seen=end, wanted="the end")
    return trigger


def _read_joined(words: Iterator[str], *, depth: int) -> tuple[Trigger, str]:
    """Return the expression, and the word after it: `)`, or the empty string at the end."""
    parts = [_read_part(words, depth)]
    operator = ""
    while (word := next(words, "")) in _OPERATORS:
        if operator and word != operator:
            raise TriggerMalformed(seen=word, wanted=f"{operator}, or parentheses")
        operator = word
        parts.append(_read_part(words, depth))
    if word not in {"", ")"}:
        raise TriggerMalformed(seen=word, wanted="AND or OR")
    if len(parts) == 1:
        return parts[0], word
    return (AllOf(tuple(parts)) if operator == "AND" else AnyOf(tuple(parts))), word


def _read_part(words: Iterator[str], depth: int) -> Trigger:
    word = next(words, "")
    if word != "(":
        if word not in FINDING_CODES:
            raise TriggerMalformed(seen=word, wanted="one of " + ", ".join(sorted(FINDING_CODES)))
        return Found(word)
    if depth == _NESTING_MAX:
        raise TriggerMalformed(seen=word, wanted=f"parentheses at most {_NESTING_MAX} deep")
    inner, end = _read_joined(words, depth=depth + 1)
    if end != ")":
        raise TriggerMalformed(seen="the end", wanted=")")
    return inner
