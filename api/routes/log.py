"""The public log as C2SP tlog-tiles lays it out, and beside it every checkpoint and every commitment."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response

from api.dependencies import LedgerDep
from ledger.actions.log.serve_log import (
    newest_checkpoint,
    published_checkpoint,
    published_checkpoints,
    published_commitments,
    published_tile,
)

router: Final = APIRouter(prefix="/log", tags=["log"])

_FRESH: Final = {"Cache-Control": "public, max-age=1"}
# A page that a cache kept would lack checkpoints below the newest: to an audit, a list that goes on after its end.
_ASKED_AGAIN: Final = {"Cache-Control": "public, no-cache"}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOTE: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"
_INDEX_MAX: Final = (1 << 49) - 1  # a packed position has 63 bits, 14 of them for the place

EntryIndex = Annotated[int, Path(ge=0, le=_INDEX_MAX)]


@router.get("/checkpoint", response_class=Response)
def read_checkpoint(ledger: LedgerDep) -> Response:
    """The newest published checkpoint, a C2SP signed note."""
    return Response(newest_checkpoint(ledger), media_type=_NOTE, headers=_FRESH)


@router.get("/checkpoints", response_class=Response)
def read_checkpoints(ledger: LedgerDep, after: Annotated[int, Query(ge=0, le=_INDEX_MAX)] = 0) -> Response:
    """The next published checkpoints above the size `after`, at most 256 in bulk, smallest first; nothing above the newest."""
    return Response(published_checkpoints(ledger, after), media_type=_BYTES, headers=_ASKED_AGAIN)


@router.get("/checkpoints/{size}", response_class=Response)
def read_checkpoint_of_size(size: EntryIndex, ledger: LedgerDep) -> Response:
    """The published checkpoint of one size; all are kept for ever."""
    return Response(published_checkpoint(ledger, size), media_type=_NOTE, headers=_FRESH)


@router.get("/commitments/{entry}", response_class=Response)
def read_commitments(entry: EntryIndex, ledger: LedgerDep) -> Response:
    """32 bytes per record of an entry in order of place; they outlive erasure."""
    return Response(published_commitments(ledger, entry), media_type=_BYTES, headers=_FOR_EVER)


@router.get("/tile/{path:path}", response_class=Response)
def read_tile(path: str, ledger: LedgerDep) -> Response:
    """A tile of hashes (`0/x001/067.p/12`) or a bundle of entries (`entries/x001/067`)."""
    return Response(published_tile(ledger, f"tile/{path}"), media_type=_BYTES, headers=_FOR_EVER)
