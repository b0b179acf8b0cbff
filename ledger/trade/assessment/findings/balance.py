"""More came out of a transformation, or was passed on of a lot, than there was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.findings.hands import names_something_definite
from ledger.trade.assessment.makers import began_in
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.told import Told
from ledger.trade.assessment.units import converted, spelt
from ledger.trade.epcis.event import QuantityElement
from ledger.trade.identifiers import canonical
from ledger.trade.membership import Position

TOLERANCE: Final = Fraction(5, 1000)
"""Scales differ by so much: half a per cent."""


class _Amount(NamedTuple):
    """A quantity in its unit. None where it was not stated, or in units that do not compare."""

    value: Fraction
    unit: str


def balance_findings(matter: Matter) -> Iterator[ItemFinding]:
    """Only what is stated in units that compare is compared; a thing counted one by one is in no balance.

    What is made of several stated inputs may not weigh more than all of them together. Of a lot no single record may
    name more, nor all transformations together use more, than began of it.
    """
    yield from _transformations(matter.events)
    yield from _lots(matter.events)


def _transformations(events: tuple[Told, ...]) -> Iterator[ItemFinding]:
    parts: dict[str, list[Told]] = {}
    for told in events:
        if told.traced.type == "TransformationEvent":
            parts.setdefault(told.traced.transformation or f"{told.position}", []).append(told)
    for told_parts in parts.values():
        if any(_list(told, "input_epc_list") for told in told_parts):
            continue  # things counted one by one went in too, of unknown weight
        put_in = _sum([amount for told in told_parts for amount in _listed(told, "input_quantity_list")])
        came_out = _sum([amount for told in told_parts for amount in _listed(told, "output_quantity_list")])
        positions = [told.position for told in told_parts]
        things = sorted({thing for told in told_parts for thing in told.traced.outputs})
        if things:
            yield from _compared(things[0], put_in, came_out, positions)


def _lots(events: tuple[Told, ...]) -> Iterator[ItemFinding]:
    made: dict[str, list[tuple[Position, _Amount | None]]] = {}
    used: dict[str, list[tuple[Position, _Amount | None]]] = {}
    seen: dict[str, list[tuple[Position, _Amount | None]]] = {}
    for told in events:
        beginning = set(began_in(told))
        for attribute in ("input_quantity_list", "output_quantity_list", "quantity_list", "child_quantity_list"):
            for thing, amount in _by_class(told, attribute).items():
                began = thing in beginning and attribute in ("output_quantity_list", "quantity_list")
                kept = made if began else used if attribute == "input_quantity_list" else seen
                kept.setdefault(thing, []).append((told.position, amount))
    for thing, beginnings in sorted(made.items()):
        if not names_something_definite(thing):
            continue
        total = _sum([amount for _, amount in beginnings])
        origin = [position for position, _ in beginnings]
        consumed = used.get(thing, [])
        # Papers and inspections may name a lot without saying how much of it: nothing to compare.
        consumed = [(position, amount) for position, amount in consumed if amount is not None]
        all_used = _sum([amount for _, amount in consumed])
        yield from _compared(thing, total, all_used, [*origin, *(position for position, _ in consumed)])
        for position, amount in seen.get(thing, ()):
            found = list(_compared(thing, total, amount, [*origin, position]))
            if found:
                yield found[0]
                break


def _compared(thing: str, before: _Amount | None, after: _Amount | None, positions: list[Position]) -> Iterator[ItemFinding]:
    if before is None or after is None:
        return
    out = converted(after.value, after.unit, before.unit)
    if out is not None and out > before.value * (1 + TOLERANCE):
        values = {"in_": spelt(before.value), "out": spelt(out), "unit": before.unit}
        yield finding("more-out-than-in", positions, thing=thing, **values)


def _sum(amounts: list[_Amount | None]) -> _Amount | None:
    """All together in the unit of the first; None for no amounts, or where one is missing or does not compare."""
    if not amounts or amounts[0] is None:
        return None
    unit, total = amounts[0].unit, Fraction(0)
    for amount in amounts:
        value = None if amount is None else converted(amount.value, amount.unit, unit)
        if value is None:
            return None
        total += value
    return _Amount(total, unit)


def _by_class(told: Told, attribute: str) -> Mapping[str, _Amount | None]:
    by_class: dict[str, list[_Amount | None]] = {}
    for element in _list(told, attribute):
        by_class.setdefault(canonical(element.epc_class) or element.epc_class, []).append(_amount(element))
    return {thing: _sum(amounts) for thing, amounts in by_class.items()}


def _listed(told: Told, attribute: str) -> list[_Amount | None]:
    return [_amount(element) for element in _list(told, attribute)]


def _amount(element: QuantityElement) -> _Amount | None:
    if element.quantity is UNSET or element.uom is UNSET:
        return None
    # The text of a binary number is the shortest that means it: what its issuer wrote.
    return _Amount(Fraction(Decimal(str(element.quantity))), element.uom)


def _list(told: Told, attribute: str) -> list[Any]:
    found = getattr(told.event, attribute, UNSET)
    return [] if found is UNSET else list(found)
