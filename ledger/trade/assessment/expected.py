"""Which steps a product of its category is expected to show, and which of them its records show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ledger.trade.assessment.step_list import StepList, StepRule, list_for, shipped_lists
from ledger.trade.assessment.told import Statement, Told
from ledger.trade.dossier.bodies.described import ProductDescribed, StepsExpected
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


def expectations(
    product: ProductDescribed | None, override: StepsExpected | None, told: Iterable[Told], statements: Iterable[Statement]
) -> Expectations:
    """Hold the records against the list.

    The list is the one that `override` names if it is published here, else the newest one of the product's category;
    without either nothing is expected. What the brand adds is a step of any published list; a name that is on none is
    expected all the same, and nothing can show it. What the brand drops stays in its place, marked as dropped, with its
    reason and with whatever shows it all the same. A step that is expected only of some products (`if_any`) is left out
    where nothing shows it.

    Args:
        product: the description that counts. override: the brand's newest, or None.
        told, statements: withdrawn ones do not count.
    """
    chosen = list_for(None if product is None else product.category, None if override is None else override.pack)
    if chosen is None:
        return Expectations(None)
    events = tuple(one for one in told if not one.withdrawn)
    said = tuple(one for one in statements if not one.withdrawn)
    steps = [_held(rule, override, events, said) for rule in chosen.steps]
    steps += _added(chosen, override, events, said)
    return Expectations(chosen.name, tuple(step for step in steps if step is not None))


def _held(
    rule: StepRule, override: StepsExpected | None, told: tuple[Told, ...], statements: tuple[Statement, ...]
) -> ExpectedStep | None:
    shown_by = rule.shown_by(told, statements)
    for dropped in (override.dropped or ()) if override else ():
        if dropped.step == rule.slug:
            return ExpectedStep(rule.slug, Provided.DROPPED, shown_by, dropped.reason)
    if shown_by:
        return ExpectedStep(rule.slug, Provided.YES, shown_by)
    return None if rule.if_any else ExpectedStep(rule.slug, Provided.NO)


def _added(
    chosen: StepList, override: StepsExpected | None, told: tuple[Told, ...], statements: tuple[Statement, ...]
) -> Iterator[ExpectedStep]:
    known = {rule.slug: rule for listed in shipped_lists().values() for rule in listed.steps}
    already = {rule.slug for rule in chosen.steps}
    for slug in dict.fromkeys((override.added or ()) if override else ()):
        if slug in already:
            continue
        shown_by = known[slug].shown_by(told, statements) if slug in known else ()
        yield ExpectedStep(slug, Provided.YES if shown_by else Provided.NO, shown_by, added=True)
