"""What buyers wrote about their disputes, for the other side and the arbiters."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from api.dependencies import Caller, LedgerDep
from ledger.actions.escrow.read_letters import read_letters
from ledger.evidence.spelling import format_base64

router: Final = APIRouter(prefix="/escrow/letters", tags=["escrow"])


@router.get("/{line:path}")
def show_letters(
    line: Annotated[str, Path(max_length=140)], caller: Caller, ledger: LedgerDep, response: Response
) -> dict[str, Any]:
    """Each with the SHA-256 of its UTF-8 bytes, which stands as evidence in a record about the line."""
    response.headers["Cache-Control"] = "no-store"
    found = read_letters(ledger, line, reader=caller)
    return {"letters": [{"sha256": format_base64(digest), "text": words} for digest, words in found.items()]}
