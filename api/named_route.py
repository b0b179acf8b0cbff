"""What stands in a request's scope as the framework's route does, so that the log names it."""

from __future__ import annotations

from typing import NamedTuple


class NamedRoute(NamedTuple):
    """`path` is the pattern of the address, such as `/01/{rest:path}`."""

    path: str
