"""The whole matter that the rules of findings judge: one item, everything told and stated of it, and today's date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ledger.trade.assessment.grade import Affiliated
from ledger.trade.assessment.measured import Measured
from ledger.trade.assessment.recall import ReachedRecall
from ledger.trade.assessment.told import Statement, Told
from ledger.trade.custody import Handling
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.membership import Position


def _of_nobody(identifier: str) -> str | None:  # noqa: ARG001 - the shape of a question
    return None


@dataclass(frozen=True)
class Matter:
    """What `findings_of` judges. Only `told`, `statements` and `today` must be there.

    Attributes:
        told: events of the trace, withdrawn ones included and marked, in any order.
        statements: what is stated of things, places and parties of the trace, withdrawn ones included and marked.
        today: by which dates have run out, in the reader's or the server's calendar.
        starts: the item and the lot that its address states, canonical.
        product: the description that counts; None where nobody who may described it.
        handlings: what custody was folded from.
        measured: of `measured_of`.
        affiliated: whether two parties are one interest; by default each party is only with itself.
        party_of: the party behind an identifier in source and destination lists (`…/417/…`), where a description says it.
        speaks_for: whether a party (first) is the brand or a maker of a thing (second), or affiliated with one.
        standings: parties that are not active now, with their standing.
        strange: what strangers described: no rule but the one about strangers looks at it.
        strange_recalls: recalls by strangers (`standing_recalls`).
        changed_files: SHA-256 in hexadecimal to the position of the record that names the file, for changed files.
        unfit_model: the description whose model has not the declared size.
    """

    told: tuple[Told, ...]
    statements: tuple[Statement, ...]
    today: date
    starts: tuple[str, ...] = ()
    product: ProductDescribed | None = None
    handlings: tuple[Handling, ...] = ()
    measured: tuple[Measured, ...] = ()
    affiliated: Affiliated = str.__eq__
    party_of: Callable[[str], str | None] = _of_nobody
    speaks_for: Callable[[str, str], bool] = lambda party, thing: True  # noqa: ARG005
    standings: Mapping[str, str] = field(default_factory=dict)
    strange: tuple[Statement, ...] = ()
    strange_recalls: tuple[ReachedRecall, ...] = ()
    changed_files: Mapping[str, Position] = field(default_factory=dict)
    unfit_model: Position | None = None

    @cached_property
    def events(self) -> tuple[Told, ...]:
        """Events that stand, by event time, then in the order of the ledger."""
        standing = (told for told in self.told if not told.withdrawn)
        return tuple(sorted(standing, key=lambda told: (told.event_time, told.position)))

    @cached_property
    def standing(self) -> tuple[Statement, ...]:
        """Statements that were not withdrawn, in log order."""
        return tuple(sorted((said for said in self.statements if not said.withdrawn), key=lambda said: said.position))
