"""Who asks to read, from a request: an API key, the code of an item in `?item=`, both, or neither."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query

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


AskingDep = Annotated[Asking, Depends(_asking)]
