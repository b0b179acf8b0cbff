"""Claim links for sellers: ask for one, see one's own, take one back before its buyer has agreed to anything."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response, status

from api.dependencies import Caller, LedgerDep, SettingsDep
from api.pages.rendering import CLAIM_PATH
from ledger.actions.escrow.claims import DAYS_MAX, DAYS_USUAL, list_claims, open_claim, take_back_claim
from ledger.evidence.instant import format_instant
from ledger.storage.claims import Claim

router: Final = APIRouter(prefix="/escrow/claims", tags=["escrow"])

_PRIVATE: Final = {"Cache-Control": "no-store"}
ClaimId = Annotated[str, Path(max_length=32)]


@router.post("", status_code=status.HTTP_201_CREATED)
def post_claim(
    caller: Caller,
    ledger: LedgerDep,
    settings: SettingsDep,
    response: Response,
    *,
    territory: Annotated[str, Query(max_length=6, description="Where the buyer is, ISO 3166.")] = "-",
    days: Annotated[int, Query(ge=1, le=DAYS_MAX, description="How long the link is good.")] = DAYS_USUAL,
) -> dict[str, Any]:
    """Admit a fresh buyer, whose key the operator holds, and return the link that speaks for it; it is shown this once.

    Give the link to the buyer, who makes it theirs alone: nothing is signed with it before. A buyer with an own key needs none.
    """
    response.headers.update(_PRIVATE)
    made = open_claim(ledger, caller, territory=territory, days=days)
    return claim_json(made.claim) | {"link": f"{settings.public_url}{CLAIM_PATH}/{made.secret}"}


@router.get("")
def read_claims(caller: Caller, ledger: LedgerDep, response: Response) -> dict[str, Any]:
    """The links that the caller has asked for, without their secrets, oldest first."""
    response.headers.update(_PRIVATE)
    return {"claims": [claim_json(claim) for claim in list_claims(ledger, caller)]}


@router.delete("/{claim_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_claim(claim_id: ClaimId, caller: Caller, ledger: LedgerDep) -> None:
    """Take a link back, as long as its buyer has agreed to nothing."""
    take_back_claim(ledger, claim_id, merchant=caller)


def claim_json(claim: Claim) -> dict[str, Any]:
    """A link without its secret."""
    return {
        "id": claim.id,
        "buyer": claim.buyer,
        "created": format_instant(claim.created),
        "expires": format_instant(claim.expires),
        "revoked": None if claim.revoked is None else format_instant(claim.revoked),
    }
