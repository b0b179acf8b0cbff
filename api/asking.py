"""Who asks to read, from a request: an API key, the code of an item in `?item=`, both, or neither."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Path, Query

from api.dependencies import MaybeCaller
from ledger.actions.trace.asking import Asking

IDENTIFIER_CHARACTERS_MAX: Final = 1_024


def _asking(
    caller: MaybeCaller,
    item: Annotated[
        str | None,
        Query(
            max_length=IDENTIFIER_CHARACTERS_MAX, description="A Digital Link with serial or lot: the code in the reader's hand."
        ),
    ] = None,
) -> Asking:
    return Asking(caller, item)


_EventIdPath = Annotated[str, Path(max_length=IDENTIFIER_CHARACTERS_MAX)]
_HashVersion = Annotated[str | None, Query(include_in_schema=False, max_length=16)]


async def _event_id(event_id: _EventIdPath, ver: _HashVersion = None) -> str:
    # EventIDs made by the CBV event hash end with `?ver=…`. Who writes one into an address without escaping it sends a query.
    return event_id if ver is None else f"{event_id}?ver={ver}"


EventIdDep = Annotated[str, Depends(_event_id)]
"""The eventID at the end of an address, whether its `?` was escaped or not."""

AskingDep = Annotated[Asking, Depends(_asking)]
