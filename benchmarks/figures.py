"""A figure: what was measured in each round, beside the floors of the same rounds and the budget."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from benchmarks.budgets import BUDGETS, Budget, Verdict

_FLOOR_SWING_USUAL: Final = 3.0
"""Where the floor itself swings by a larger factor, a budget missed by less than that factor says nothing."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of all rounds."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    def to_json(self) -> dict[str, Any]:
        return {
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "rounds": list(self.values),
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        unit: rates such as `events/s`, and `ratio`: more is better; `ms` and `bytes`: less is better.
        floors: by name, in the unit of the figure, one value a round.
        own_share: processors that the load generator kept busy meanwhile, median; None where it had no part.
    """

    name: str
    unit: str
    spread: Spread
    floors: dict[str, Spread]
    own_share: float | None

    @property
    def is_rate(self) -> bool:
        return self.unit.endswith("/s") or self.unit == "ratio"

    @property
    def floor(self) -> str | None:
        """The floor that is nearest: the slowest rate, or the longest time."""
        nearest = min if self.is_rate else max
        return nearest(self.floors, key=lambda name: self.floors[name].median, default=None)

    @property
    def ratio(self) -> float | None:
        """The figure over its nearest floor, median of the rounds' own ratios."""
        if self.floor is None:
            return None
        floor = self.floors[self.floor]
        return median(value / below for value, below in zip(self.spread.values, floor.values, strict=True))

    @property
    def budget(self) -> Budget | None:
        return BUDGETS.get(self.name)

    @property
    def verdict(self) -> Verdict | None:
        if self.budget is None:
            return None
        verdict = self.budget.judge(self.spread.values, is_rate=self.is_rate)
        if verdict is Verdict.NOT_MET and self.budget.misses_by(self.spread.values, is_rate=self.is_rate) < self._floor_swing:
            return Verdict.NOISY
        return verdict

    @property
    def _floor_swing(self) -> float:
        """By which factor the floor went up and down from round to round; 1 where that is no more than usual."""
        floor = (1.0,) if self.floor is None else self.floors[self.floor].values
        swing = max(floor) / min(floor)
        return swing if swing > _FLOOR_SWING_USUAL else 1.0

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            **self.spread.to_json(),
            "floors": {name: spread.to_json() for name, spread in self.floors.items()},
            "floor": self.floor,
            "ratio": self.ratio,
            "budget": None if self.budget is None else self.budget.value,
            "verdict": None if self.verdict is None else self.verdict.value,
            "generator_processors": self.own_share,
        }


def read_figure(plain: dict[str, Any]) -> Figure:
    """The figure that `to_json` wrote."""
    floors = {name: Spread(tuple(one["rounds"])) for name, one in plain["floors"].items()}
    return Figure(plain["name"], plain["unit"], Spread(tuple(plain["rounds"])), floors, plain["generator_processors"])


class Rounds:
    """Collects what the rounds measure, in the order in which it was first measured."""

    def __init__(self) -> None:
        self._units: dict[str, str] = {}
        self._values: defaultdict[str, list[float]] = defaultdict(list)
        self._floors: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._shares: defaultdict[str, list[float]] = defaultdict(list)

    def add(
        self, name: str, value: float, unit: str, *, floors: dict[str, float] | None = None, own_share: float | None = None
    ) -> None:
        """Note one round's value; `floors` in the same unit, the same names in every round."""
        self._units[name] = unit
        self._values[name].append(value)
        for floor, below in (floors or {}).items():
            self._floors[name][floor].append(below)
        if own_share is not None:
            self._shares[name].append(own_share)

    def figures(self) -> list[Figure]:
        return [
            Figure(
                name,
                unit,
                Spread(tuple(self._values[name])),
                {floor: Spread(tuple(values)) for floor, values in self._floors[name].items()},
                median(self._shares[name]) if self._shares[name] else None,
            )
            for name, unit in self._units.items()
        ]
