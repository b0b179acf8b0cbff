"""Panels of lines, one below the other, as SVG: what several figures do along one axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar
from xml.sax.saxutils import escape

T = TypeVar("T")

Line: TypeAlias = tuple[str, str, Callable[[T], float]]
"""Name, colour, and the value of a point."""

Panel: TypeAlias = tuple[str, tuple[Line[T], ...]]
"""The unit of all lines of a panel, and the lines."""

_WIDTH: Final = 720
_LEFT: Final = 120
_HEIGHT: Final = 130
_GAP: Final = 46
_TOP: Final = 44


def draw_panels(points: Sequence[T], panels: Sequence[Panel[T]], *, along: Callable[[T], float], unit: str, title: str) -> str:
    """Every panel from 0 to the largest value in it; `along` runs from left to right, in `unit`."""
    height = _TOP + len(panels) * (_HEIGHT + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 20}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" role="img"><title>{escape(title)}</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="16" y="24" font-size="16" fill="#1a1a1a">{escape(title)}</text>',
    ]
    last = max(map(along, points), default=1) or 1
    for place, (name, lines) in enumerate(panels):
        top = _TOP + place * (_HEIGHT + _GAP)
        most = max((value(point) for _, _, value in lines for point in points), default=1) or 1
        parts += _frame(top, most, name, f"{last:,.0f} {unit}")
        for number, line in enumerate(lines):
            parts += _line(points, line, top=top, number=number, most=most, place=lambda point: along(point) / last)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame(top: int, most: float, unit: str, end: str) -> list[str]:
    bottom = top + 18 + _HEIGHT
    return [
        f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{bottom}" y2="{bottom}" stroke="#c4cad1"/>',
        f'<text x="{_LEFT - 8}" y="{top + 28}" text-anchor="end" fill="#55606e">{most:,.4g}</text>',
        f'<text x="{_LEFT - 8}" y="{bottom}" text-anchor="end" fill="#55606e">0 {escape(unit)}</text>',
        f'<text x="{_LEFT + _WIDTH}" y="{bottom + 14}" text-anchor="end" fill="#55606e">{end}</text>',
    ]


def _line(points: Sequence[T], line: Line[T], *, top: int, number: int, most: float, place: Callable[[T], float]) -> list[str]:
    name, colour, value = line
    bottom = top + 18 + _HEIGHT
    drawn = " ".join(f"{_LEFT + _WIDTH * place(point):.1f},{bottom - _HEIGHT * value(point) / most:.1f}" for point in points)
    return [
        f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
        f'<text x="{_LEFT + 170 * number}" y="{top + 12}" fill="{colour}">{escape(name)}</text>',
    ]
