"""A long load as a picture: rate, latency, memory and queues over time, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.panels import Panel, draw_panels
from benchmarks.soak.windows import Window

_PANELS: Final[tuple[Panel[Window], ...]] = (
    ("events/s", (("due", "#8a94a0", lambda one: one.offered), ("acknowledged", "#1b7f4d", lambda one: one.done))),
    (
        "ms",
        (
            ("p50", "#1b7f4d", lambda one: one.p50_ms),
            ("p99", "#b3261e", lambda one: one.p99_ms),
            ("p99 of readers", "#1f5fa8", lambda one: one.read_p99_ms),
        ),
    ),
    ("MB", (("memory of the server", "#44546a", lambda one: one.memory_mb),)),
    (
        "in number",
        (
            ("batches waiting", "#8a6d00", lambda one: one.waiting),
            ("entries not covered yet", "#1f5fa8", lambda one: one.behind),
            ("answers 503", "#b3261e", lambda one: one.turned_away),
        ),
    ),
)


def draw(windows: Sequence[Window], *, title: str) -> str:
    """One panel below the other, time from left to right."""
    along: Callable[[Window], float] = lambda one: one.at_s  # noqa: E731 - a column
    return draw_panels(windows, _PANELS, along=along, unit="s", title=title)
