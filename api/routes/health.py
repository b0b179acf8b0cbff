"""Whether the process lives, and whether it may be sent work."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from api.dependencies import LedgerDep, PublisherDep, WriterDep
from ledger.actions.log.check_readiness import check_readiness
from ledger.actions.log.check_witnesses import notes_on_witnesses, witness_standings
from ledger.trade.parties.state import Governance

router: Final = APIRouter(tags=["health"])

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}


@router.get("/healthz")
def is_alive(response: Response) -> dict[str, str]:
    """The process answers; nothing else is looked at."""
    response.headers.update(_NEVER_KEPT)
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "One check at least is red."}})
def is_ready(ledger: LedgerDep, writer: WriterDep, publisher: PublisherDep, response: Response) -> dict[str, Any]:
    """Database, schema, clock, log key, guard, writer and witnesses, each with what was found.

    A closed ledger is ready too: to be read. `closed` says that it takes nothing in, and `notes` where it goes on.
    """
    checks = check_readiness(ledger, writer, publisher)
    ready = all(check.ok for check in checks)
    response.status_code = 200 if ready else 503
    response.headers.update(_NEVER_KEPT)
    state = ledger.state()
    return {
        "ready": ready,
        "closed": state.closed is not None,
        "checks": [{"name": check.name, "ok": check.ok, "message": check.message, "code": check.code} for check in checks],
        "witnesses": [
            {
                "name": one.name,
                "ok": one.ok,
                "message": one.message,
                "code": one.code,
                "size": one.size,
                "time": one.time,
                "waitsSeconds": one.waits_s,
            }
            for one in witness_standings(state, publisher)
        ],
        "notes": [*_note_on_end(state), *notes_on_witnesses(ledger)],
    }


def _note_on_end(state: Governance) -> list[str]:
    if state.closed is None:
        return []
    goes_on = f"it goes on as {state.closed.successor}" if state.closed.successor else "no ledger goes on from it"
    return [f"entry {state.closed.entry} closed the ledger: it is ready for reading, not for capture; {goes_on}"]
