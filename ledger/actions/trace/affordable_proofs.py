"""Which statements a page has time to prove: all whose entries were proven before, and of the others so many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.actions.trace.check_proof import Prover
from ledger.actions.trace.find_statements import FoundStatement
from ledger.evidence.authority import RecordClass

PROVEN_ANEW_MAX: Final = 200
"""Entries: proving one takes some milliseconds once, and anybody may report the label of an item."""

_WEIGHT: Final[Mapping[str, int]] = {RecordClass.RECALL.value: 0, RecordClass.INSPECTION.value: 1}


def affordable(found: Iterable[FoundStatement], prover: Prover) -> list[FoundStatement]:
    """In log order. Recalls come before what examiners say, and that before all else, each the oldest first.

    What is left out now is proven by a later page: of those this page proves, the next one needs none again.
    """
    kept: list[FoundStatement] = []
    anew: set[int] = set()
    for one in sorted(found, key=_rank):
        entry = one.position.entry
        if entry not in anew and prover.proven(entry) is None:
            if len(anew) == PROVEN_ANEW_MAX:
                continue
            anew.add(entry)
        kept.append(one)
    return sorted(kept, key=lambda one: one.position)


def _rank(one: FoundStatement) -> tuple[int, tuple[int, int]]:
    return _WEIGHT.get(one.batch.record_class, len(_WEIGHT)), one.position
