"""The result of a run: a table to read, JSON to compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.budgets import BUDGETS, NOT_IN_EVERY_RUN
from benchmarks.figures import Figure, read_figure

_HEAD: Final = ("figure", "median", "min", "max", "unit", "rounds", "floor", "of floor", "generator", "budget", "verdict")


@dataclass(frozen=True)
class Kept:
    """A run of its own, whose figures stand in where a run has none: its file, when it began, its figures by name."""

    file: str
    started: str
    figures: dict[str, Figure]


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, columns wide enough for what is in them."""
    rows = [_HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if _is_text(place) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]]) + "\n"


def budget_table(figures: Sequence[Figure], kept: Sequence[Kept] = ()) -> str:
    """One line a budget: what this run measured, else what the first of the long runs in `kept` did, else why there is none."""
    found = {figure.name: figure for figure in figures}
    lines = ["budgets"]
    for name, budget in BUDGETS.items():
        figure, origin = found.get(name), ""
        for run in () if figure else kept:
            if name in run.figures:
                figure, origin = run.figures[name], f" (not in this run: {run.file}, {run.started})"
                break
        if figure is None:
            lines.append(f"  {name}: not measured in this run ({NOT_IN_EVERY_RUN.get(name, 'another run measures it')})")
            continue
        floor = "no floor" if figure.floor is None else f"{figure.ratio:.2f} of {figure.floor}"
        bound = f"{'>=' if figure.is_rate else '<='} {_number(budget.value)} {figure.unit}"
        lines.append(
            f"  {name}: {_number(figure.spread.median)} {figure.unit}, {floor}, wanted {bound}: {figure.verdict}{origin}"
        )
    return "\n".join(lines) + "\n"


def kept_runs(results: Path) -> list[Kept]:
    """The long runs whose results are kept in the repository, shorter ones first."""
    runs = []
    for path in results.glob("reference-growth-*.json"):
        plain = json.loads(path.read_text(encoding="utf-8"))
        figures = {one["name"]: read_figure(one) for one in plain["figures"]}
        runs.append((plain["growth"][-1]["events"], Kept(path.name, plain["started"], figures)))
    return [kept for _, kept in sorted(runs, key=lambda run: run[0])]


def heading(result: dict[str, Any]) -> str:
    """Machine, versions, sizes and seed, one line each."""
    lines = [f"started: {result['started']}", f"seconds: {result['seconds']:.0f}", f"seed: {result['seed']}"]
    for part in ("machine", "sizes"):
        for name, value in result[part].items():
            lines.append(f"{part} {name}: {value}")
    return "\n".join(lines) + "\n"


def _row(figure: Figure) -> tuple[str, ...]:
    floor = "" if figure.floor is None else f"{figure.floor} {_number(figure.floors[figure.floor].median)}"
    return (
        figure.name,
        _number(figure.spread.median),
        _number(min(figure.spread.values)),
        _number(max(figure.spread.values)),
        figure.unit,
        str(len(figure.spread.values)),
        floor,
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.own_share is None else f"{figure.own_share:.2f}",
        "" if figure.budget is None else f"{'>=' if figure.is_rate else '<='} {_number(figure.budget.value)}",
        "" if figure.verdict is None else figure.verdict.value,
    )


def _is_text(column: int) -> bool:
    return _HEAD[column] in ("figure", "unit", "floor", "verdict")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
