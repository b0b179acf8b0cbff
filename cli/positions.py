"""How a record is named on the command line: ENTRY/PLACE, or its address."""

from __future__ import annotations

import re
from typing import Final

from ledger.errors import Misused
from ledger.storage.position import Position

_PLACE: Final = re.compile(r"(?:https://[a-z0-9./-]{1,80}/records/)?(0|[1-9][0-9]{0,13})/(0|[1-9][0-9]{0,4})", re.ASCII)


class PositionUnclear(Misused):
    title = "a record is named by its position or its address"


def read_position(record: str) -> Position:
    """Read ENTRY/PLACE or https://…/records/ENTRY/PLACE.

    Raises:
        PositionUnclear: it is neither.
    """
    found = _PLACE.fullmatch(record)
    if found is None:
        raise PositionUnclear(seen=record, wanted="ENTRY/PLACE, such as 7/0")
    return Position(int(found[1]), int(found[2]))
