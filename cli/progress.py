"""Progress bars on standard error, where a person looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Tell = Callable[[int, int], None]


@contextmanager
def progress(*stages: str) -> Iterator[tuple[Tell | None, ...]]:
    """Yield, for each stage, what is to be told (done, in all); None where standard error is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield (None,) * len(stages)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        yield tuple(_tell(bars, stage) for stage in stages)


def _tell(bars: Progress, stage: str) -> Tell:
    task = bars.add_task(stage, total=None, visible=False)
    return lambda done, total: bars.update(task, completed=done, total=total, visible=True)
