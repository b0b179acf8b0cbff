"""Recalls: which goods, why, what to do; and the record that alone can lift one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.kinds import TEXTS, THING, Words
from ledger.trade.shapes.address import ADDRESS, Address
from ledger.trade.shapes.kinds import LABEL, MOMENT, list_of, one_of

HAZARDS: Final = ("safety", "quality", "labelling", "authenticity")
ADVICES: Final = ("stop-using", "return", "destroy", "check")


@dataclass(frozen=True, slots=True)
class RecallIssued(DossierBody):
    """Products, lots, items or logistic units are called back, and with them all that was made of them."""

    issued: Annotated[Instant, MOMENT]
    subjects_: Annotated[tuple[str, ...], list_of(THING, at_least=1, at_most=100)]
    hazard: Annotated[str, one_of(HAZARDS)]
    advice: Annotated[str, one_of(ADVICES)]
    reason: Annotated[tuple[Words, ...], TEXTS]
    contact: Annotated[str | None, LABEL] = None

    def subjects(self) -> frozenset[str]:
        return frozenset(self.subjects_)


@dataclass(frozen=True, slots=True)
class RecallEnded(DossierBody):
    """The recall at an address counts no more, and why."""

    recall: Annotated[Address, ADDRESS]
    reason: Annotated[tuple[Words, ...], TEXTS]

    def subjects(self) -> frozenset[str]:
        return frozenset({str(self.recall)})
