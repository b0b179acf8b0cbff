"""Which recalls stand and reach an item, which were lifted, and which were spoken by strangers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.shapes.address import Address

RECALLERS: Final = frozenset({"inspector", "customs", "authority"})
"""Whoever had one of these roles at the signing may recall anything."""

LIFTERS: Final = frozenset({"authority"})
"""Whoever had one of these roles at the signing may lift a recall of others."""


@dataclass(frozen=True, slots=True)
class ReachedRecall:
    """A recall and through which of its subjects it reaches the item, nearest first: the item, its lot, its product, the rest.

    body: of `statement`. ended: the record that lifted it.
    """

    statement: Statement
    body: RecallIssued
    through: tuple[str, ...]
    ended: Statement | None = None


@dataclass(frozen=True, slots=True)
class Recalls:
    """Those that reach the item, each in log order. strangers: neither role nor brand nor maker stood behind them."""

    standing: tuple[ReachedRecall, ...] = ()
    ended: tuple[ReachedRecall, ...] = ()
    strangers: tuple[ReachedRecall, ...] = ()


def standing_recalls(
    recalls: Iterable[Statement],
    ended: Iterable[Statement],
    *,
    rungs: Collection[str],
    reached: Collection[str],
    origin: str,
    answers_for: Callable[[str, str], bool],
) -> Recalls:
    """Judge every recall that reaches the item.

    Args:
        recalls: statements with a `RecallIssued`; others are passed over. ended: those with a `RecallEnded`.
        rungs: the item, its lot, its product, finest first (`identifiers.ladder`).
        reached: every identifier of the backward trace, carriers included.
        origin: of this ledger, by which `RecallEnded` names the record.
        answers_for: whether party (first) is the brand or a maker of the thing (second).
    """
    order = tuple(dict.fromkeys((*rungs, *sorted(reached))))
    lifts = [(end, end.body) for end in ended if isinstance(end.body, RecallEnded)]
    standing, lifted, strangers = [], [], []
    for said in sorted(recalls, key=lambda said: said.position):
        if not isinstance(said.body, RecallIssued):
            continue
        subjects = said.body.subjects()
        through = tuple(thing for thing in order if thing in subjects)
        if not through:
            continue
        found = ReachedRecall(said, said.body, through)
        if not may_recall(said, through, answers_for):
            strangers.append(found)
        elif (end := _end_of(said, lifts, origin)) is not None:
            lifted.append(ReachedRecall(said, said.body, through, end))
        else:
            standing.append(found)
    return Recalls(tuple(standing), tuple(lifted), tuple(strangers))


def may_recall(said: Statement, things: Iterable[str], answers_for: Callable[[str, str], bool]) -> bool:
    """Whether the issuer of a recall may call back one of these things."""
    if RECALLERS.intersection(said.roles):
        return True
    return any(answers_for(said.issuer, thing) for thing in things)


def _end_of(recall: Statement, lifts: Iterable[tuple[Statement, RecallEnded]], origin: str) -> Statement | None:
    """The first record after the recall by which its own issuer, or an authority, lifted it."""
    address = Address(origin, *recall.position)
    entitled = [
        end
        for end, body in lifts
        if body.recall == address
        and end.position > recall.position
        and (end.issuer == recall.issuer or LIFTERS.intersection(end.roles))
    ]
    return min(entitled, key=lambda end: end.position, default=None)
