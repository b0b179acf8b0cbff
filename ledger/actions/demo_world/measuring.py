"""Declared properties and measured ones, in few words: for the descriptions and reports of the stories."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ledger.actions.demo_world.telling import words
from ledger.trade.dossier.bodies.described import Parameter
from ledger.trade.dossier.bodies.inspected import Result
from ledger.trade.dossier.bodies.kinds import Words


def declared(
    parameter: str, value: str, unit: str, *, low: str | None = None, high: str | None = None, names: tuple[Words, ...]
) -> Parameter:
    """What a maker promises; `low` and `high` are what a measurement may show."""
    return Parameter(parameter, Decimal(value), unit, _decimal(low), _decimal(high), names)


def found(
    parameter: str,
    value: str,
    unit: str,
    *,
    method: str,
    low: str | None = None,
    high: str | None = None,
    names: tuple[Words, ...],
) -> Result:
    """A measured value, judged by its limits if it has any."""
    measured, least, most = Decimal(value), _decimal(low), _decimal(high)
    verdict = "pass"
    if least is None and most is None:
        verdict = "reported"
    elif (least is not None and measured < least) or (most is not None and measured > most):
        verdict = "fail"
    return Result(parameter, method, unit, verdict, value=measured, low=least, high=most, names=names)


def not_found(parameter: str, limit: str, unit: str, *, method: str, high: str, names: tuple[Words, ...]) -> Result:
    """A substance that the method did not see; `limit` is the least it would have seen, `high` what the law allows."""
    return Result(parameter, method, unit, "pass", below=Decimal(limit), high=Decimal(high), names=names)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


NET_WEIGHT: Final = words("Net weight", "净含量", "淨重")
MOISTURE: Final = words("Moisture", "水分", "水分")
LEAD: Final = words("Lead", "铅", "鉛")
POLYPHENOLS: Final = words("Tea polyphenols", "茶多酚", "茶多酚")
STORAGE: Final = words("Storage temperature", "贮存温度", "保存溫度")
