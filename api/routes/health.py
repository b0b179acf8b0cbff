"""Whether the process lives, and whether it may be sent work."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from api.dependencies import LedgerDep, PublisherDep, WriterDep
from ledger.actions.log.check_readiness import check_readiness
from ledger.actions.log.check_witnesses import notes_on_witnesses

router: Final = APIRouter(tags=["health"])

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}


@router.get("/healthz")
def is_alive(response: Response) -> dict[str, str]:
    """The process answers; nothing else is looked at."""
    response.headers.update(_NEVER_KEPT)
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "One check at least is red."}})
def is_ready(ledger: LedgerDep, writer: WriterDep, publisher: PublisherDep, response: Response) -> dict[str, Any]:
    """Database, schema, clock, log key, guard, writer and witnesses, each with what was found."""
    checks = check_readiness(ledger, writer, publisher)
    ready = all(check.ok for check in checks)
    response.status_code = 200 if ready else 503
    response.headers.update(_NEVER_KEPT)
    return {
        "ready": ready,
        "checks": [{"name": check.name, "ok": check.ok, "message": check.message, "code": check.code} for check in checks],
        "notes": notes_on_witnesses(ledger),
    }
