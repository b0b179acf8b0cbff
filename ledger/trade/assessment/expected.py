"""Which steps a product of its category is expected to show, and which of them its records show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.membership import Position


class Provided(StrEnum):
    """Whether an expected step is shown."""

    YES = "provided"
    NO = "not provided"
    DROPPED = "dropped by the brand"


@dataclass(frozen=True, slots=True)
class ExpectedStep:
    """One step of the list, such as `plot`, `pre-harvest-interval`, `harvest`, `laboratory-test`, `cold-chain`.

    positions: the records that show it. reason: why the brand dropped it. added: the brand asked for it itself.
    """

    step: str
    provided: Provided
    positions: tuple[Position, ...] = ()
    reason: tuple[Words, ...] = ()
    added: bool = False


@dataclass(frozen=True, slots=True)
class Expectations:
    """What is expected under which published list, such as `farm-produce/1`; no list for a product nobody described."""

    pack: str | None
    steps: tuple[ExpectedStep, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The steps that nobody shows."""
        return tuple(step.step for step in self.steps if step.provided is Provided.NO)
