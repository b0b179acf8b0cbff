"""A plot of a result as SVG: for each figure with a floor, the share of the floor that is reached, with its spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.figures import Figure

_LEFT: Final = 390
_WIDTH: Final = 480
_LINE: Final = 26
_TOP: Final = 58
_BAR: Final = 14
_COLOURS: Final = {"met": "#1b7f4d", "not met": "#b3261e", "cannot say (noisy)": "#8a6d00", None: "#44546a"}


def draw(figures: Sequence[Figure], *, title: str) -> str:
    """Rates are drawn as figure over floor, times and sizes as floor over figure, so that a longer bar is always better."""
    drawn = [figure for figure in figures if figure.floor is not None]
    height = _TOP + _LINE * len(drawn) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 90}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="13" role="img"><title>{escape(title)}</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="16" y="24" font-size="16" fill="#1a1a1a">{escape(title)}</text>',
        '<text x="16" y="42" fill="#55606e">share of the floor that is reached; thin line: worst to best round</text>',
    ]
    for place, figure in enumerate(drawn):
        parts.append(_bar(figure, _TOP + _LINE * place))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(figure: Figure, top: int) -> str:
    shares = sorted(_shares(figure))
    middle, colour = shares[len(shares) // 2], _COLOURS[None if figure.verdict is None else figure.verdict.value]
    verdict = "" if figure.verdict is None else f" ({figure.verdict.value})"
    line = top + _BAR // 2
    return (
        f'<text x="{_LEFT - 10}" y="{top + 12}" text-anchor="end" fill="#1a1a1a">{escape(figure.name)}</text>'
        f'<rect x="{_LEFT}" y="{top}" width="{_x(middle):.1f}" height="{_BAR}" fill="{colour}"/>'
        f'<line x1="{_LEFT + _x(shares[0]):.1f}" x2="{_LEFT + _x(shares[-1]):.1f}" y1="{line}" y2="{line}" stroke="#1a1a1a"/>'
        f'<text x="{_LEFT + _x(shares[-1]) + 8:.1f}" y="{top + 12}" fill="#55606e">{middle:.2f}{escape(verdict)}</text>'
    )


def _shares(figure: Figure) -> list[float]:
    floor = figure.floors[figure.floor or ""].values
    pairs = zip(figure.spread.values, floor, strict=True)
    return [value / below if figure.is_rate else below / value for value, below in pairs]


def _x(share: float) -> float:
    return _WIDTH * min(1.0, share)
