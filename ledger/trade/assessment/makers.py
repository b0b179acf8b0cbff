"""Who made the things of a trace: the issuers of the events with which each began."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ledger.trade.assessment.grade import EXAMINERS
from ledger.trade.assessment.terms import bare
from ledger.trade.assessment.told import About, Told


def makers_by_thing(told: Iterable[Told]) -> Mapping[str, frozenset[str]]:
    """Canonical identifier to the issuers under whom it began: as output of a transformation, or added by an object event.

    Who draws a sample is not the maker of what is sampled, nor does an examiner make what it examines.
    """
    makers: dict[str, set[str]] = {}
    for thing, one in _beginnings(told):
        makers.setdefault(thing, set()).add(one.issuer)
    return {thing: frozenset(issuers) for thing, issuers in makers.items()}


def first_beginnings(told: Iterable[Told]) -> Mapping[str, Told]:
    """Canonical identifier to the record that was the first in the log to say that it began."""
    first: dict[str, Told] = {}
    for thing, one in _beginnings(told):
        if thing not in first or one.position < first[thing].position:
            first[thing] = one
    return first


def first_maker(beginnings: Mapping[str, Told], things: Collection[str]) -> str | None:
    """Who was the first in the log to record the beginning of any of `things`; event times are what issuers say they are.

    Anybody can sign that a thing began once more; nobody can sign it before it was signed.

    Args:
        beginnings: of `first_beginnings`, found once for all that is asked of an item.
    """
    began = (beginnings[thing] for thing in things if thing in beginnings)
    first = min(began, key=lambda one: one.position, default=None)
    return None if first is None else first.issuer


def makers_of(told: Iterable[Told], *, own: bool = False) -> frozenset[str]:
    """All makers of the trace; with `own` only those of the item itself."""
    wanted = [one for one in told if not own or one.about is About.ITEM]
    return frozenset[str]().union(*makers_by_thing(wanted).values())


def _beginnings(told: Iterable[Told]) -> Iterator[tuple[str, Told]]:
    for one in told:
        if one.withdrawn or bare(one.event.biz_step) == "sampling" or EXAMINERS.intersection(one.roles):
            continue
        for thing in began_in(one):
            yield thing, one


def began_in(one: Told) -> tuple[str, ...]:
    """The things that began with this event."""
    if one.traced.outputs:
        return one.traced.outputs
    return one.traced.others if one.traced.type == "ObjectEvent" and one.traced.action == "ADD" else ()
