"""How an audit uses memory: millions of short-lived values, and none of them in a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_VALUES_PER_COLLECTION: Final = 200_000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Parsed records hold no cycles: looking for some after every 700 values takes as long as parsing them."""
    before = gc.get_threshold()
    gc.set_threshold(_VALUES_PER_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
