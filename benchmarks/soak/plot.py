"""A long load as a picture: rate, latency and memory over time, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.soak.windows import Window

_WIDTH: Final = 720
_LEFT: Final = 70
_PANEL: Final = 130
_GAP: Final = 46
_TOP: Final = 44

_PANELS: Final[tuple[tuple[str, tuple[tuple[str, str, Callable[[Window], float]], ...]], ...]] = (
    ("events/s", (("due", "#8a94a0", lambda one: one.offered), ("acknowledged", "#1b7f4d", lambda one: one.done))),
    ("ms", (("p50", "#1b7f4d", lambda one: one.p50_ms), ("p99", "#b3261e", lambda one: one.p99_ms),
            ("p99 of readers", "#1f5fa8", lambda one: one.read_p99_ms))),
    ("MB", (("memory of the server", "#44546a", lambda one: one.memory_mb),)),
    ("count", (("batches waiting", "#8a6d00", lambda one: one.waiting), ("not covered yet", "#1f5fa8", lambda one: one.behind),
               ("answers 503", "#b3261e", lambda one: one.turned_away))),
)  # fmt: skip


def draw(windows: Sequence[Window], *, title: str) -> str:
    """Four panels, one below the other, time from left to right."""
    height = _TOP + len(_PANELS) * (_PANEL + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 20}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" role="img"><title>{escape(title)}</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="16" y="24" font-size="16" fill="#1a1a1a">{escape(title)}</text>',
    ]
    for place, (unit, lines) in enumerate(_PANELS):
        parts += _panel(windows, _TOP + place * (_PANEL + _GAP), unit, lines)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(
    windows: Sequence[Window], top: int, unit: str, lines: Sequence[tuple[str, str, Callable[[Window], float]]]
) -> list[str]:
    most = max((value(one) for _, _, value in lines for one in windows), default=1) or 1
    last = windows[-1].at_s or 1
    bottom = top + 18 + _PANEL
    parts = [
        f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{bottom}" y2="{bottom}" stroke="#c4cad1"/>',
        f'<text x="{_LEFT - 8}" y="{top + 28}" text-anchor="end" fill="#55606e">{most:,.0f}</text>',
        f'<text x="{_LEFT - 8}" y="{bottom}" text-anchor="end" fill="#55606e">0 {unit}</text>',
        f'<text x="{_LEFT + _WIDTH}" y="{bottom + 14}" text-anchor="end" fill="#55606e">{last:,.0f} s</text>',
    ]
    for place, (name, colour, value) in enumerate(lines):
        points = " ".join(f"{_LEFT + _WIDTH * one.at_s / last:.1f},{bottom - _PANEL * value(one) / most:.1f}" for one in windows)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{_LEFT + 150 * place}" y="{top + 12}" fill="{colour}">{escape(name)}</text>')
    return parts
