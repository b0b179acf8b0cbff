"""A growing ledger as a picture: rate, latencies, memory and bytes over the number of events, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.growth import Step
from benchmarks.panels import Panel, draw_panels

_PANELS: Final[tuple[Panel[Step], ...]] = (
    ("events/s", (("captured", "#1b7f4d", lambda step: step.rate),)),
    ("ms", (("commit p99", "#b3261e", lambda step: step.commit_p99_ms),)),
    (
        "ms",
        (
            ("receipt p99", "#1f5fa8", lambda step: step.receipt_p99_ms),
            ("page p99", "#8a6d00", lambda step: step.page_p99_ms),
        ),
    ),
    ("MB", (("memory of the server", "#44546a", lambda step: step.memory_mb),)),
    ("bytes an event", (("stored", "#44546a", lambda step: step.bytes_per_event),)),
)
_BESIDE_A_FLOOR: Final[Panel[Step]] = (
    "events/s",
    (("captured", "#1b7f4d", lambda step: step.rate), ("bare SQLite", "#8a94a0", lambda step: step.bare)),
)


def draw_growth(steps: Sequence[Step], *, title: str) -> str:
    """One panel below the other, events from left to right."""
    along: Callable[[Step], float] = lambda step: step.events  # noqa: E731 - a column
    panels = (_BESIDE_A_FLOOR, *_PANELS[1:]) if any(step.bare for step in steps) else _PANELS
    return draw_panels(steps, panels, along=along, unit="events", title=title)
