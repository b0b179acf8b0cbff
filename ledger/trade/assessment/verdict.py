"""The one word a page begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.trade.assessment.expected import Expectations
from ledger.trade.assessment.finding import ItemFinding, Weight
from ledger.trade.custody import Hands
from ledger.trade.scans import CodeStanding, CodeState, Suspicion


class Verdict(StrEnum):
    """The closed list. None of them says genuine: a scan cannot know."""

    RECALLED = "recalled"
    VERIFIED = "verified"
    FINDINGS = "verified with findings"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown code"


_SUSPECT: Final = frozenset({Suspicion.WARN, Suspicion.FREEZE})


@dataclass(frozen=True, slots=True)
class Weighed:
    """Everything the verdict rests on.

    Attributes:
        known: a record names the item, its lot, or what it was made from; also one that is withheld or was erased.
        recalled: a recall stands and reaches it.
        failed: proofs that do not hold. waiting: proofs that no checkpoint covers yet. damaged: records whose content is
            gone or was changed behind the ledger's back.
        findings: all of them.
        expectations: of the product's list.
        described: somebody who may describes the product, so that it is known what to expect.
        begins: a record says how it came to be.
        hands: in whose hands it is.
        truncated: the walk or the reading stopped at its limit. Not that a page shows less than was read.
        withheld: records of its journey that are not for this reader. Trade papers (transaction events) are none of
            it: what was paid is nobody's business, and hiding it hides no step.
        code: the standing of the single code; None where the address names no single item.
    """

    known: bool
    recalled: bool
    failed: int
    waiting: int
    damaged: int
    findings: Iterable[ItemFinding]
    expectations: Expectations
    described: bool
    begins: bool
    hands: Hands
    truncated: bool = False
    withheld: int = 0
    code: CodeStanding | None = None


def verdict_of(weighed: Weighed) -> Verdict:
    """The worst thing that is true, by the first row that holds.

    | Row | Holds if | Verdict |
    | --- | --- | --- |
    | 1 | nothing names it | unknown code |
    | 2 | a recall stands | recalled |
    | 3 | the address names one item, whose number was never issued and which no event names | unknown code |
    | 4 | a proof fails, a record is damaged, a finding is a caution, or its code was likely copied | verified with findings |
    | 5 | an expected step is missing, or nobody described the product | incomplete |
    | 6 | nothing says how it began, or whose hands it is in | incomplete |
    | 7 | a proof waits, the trace was cut off, or a record of the journey is withheld | incomplete |
    | 8 | otherwise | verified |

    A recall of the lot comes before an unissued number: what may hurt somebody is said first.
    """
    if not weighed.known:
        return Verdict.UNKNOWN
    if weighed.recalled:
        return Verdict.RECALLED
    if weighed.code is not None and weighed.code.state is CodeState.UNREGISTERED:
        return Verdict.UNKNOWN
    if _is_doubtful(weighed):
        return Verdict.FINDINGS
    return Verdict.INCOMPLETE if _lacks_something(weighed) else Verdict.VERIFIED


def _is_doubtful(weighed: Weighed) -> bool:
    if weighed.failed or weighed.damaged:
        return True
    if weighed.code is not None and weighed.code.suspicion in _SUSPECT:
        return True
    return any(finding.weight is Weight.CAUTION for finding in weighed.findings)


def _lacks_something(weighed: Weighed) -> bool:
    if weighed.expectations.missing or not weighed.described:
        return True
    if not weighed.begins or weighed.hands is Hands.UNKNOWN:
        return True
    return bool(weighed.waiting or weighed.truncated or weighed.withheld)
