"""Claim links: a seller asks for one, and whoever holds it acts as the buyer, with a key that the operator holds."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, full_name, write_admission
from ledger.errors import Conflict, Misused, Unavailable, Unprocessable, Untrusted
from ledger.evidence.instant import Instant
from ledger.storage.claims import (
    Claim,
    ClaimAbsent,
    ClaimRevoked,
    ClaimUnknown,
    check_claim,
    claims_of,
    claims_since,
    issue_claim,
    read_claim,
    revoke_claim,
    secret_of,
)
from ledger.storage.database import reading, writing
from ledger.storage.journal_reading import lines_of
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance

SELLERS: Final = ("merchant", "shop", "factory")
DAYS_MAX: Final = 3_660
DAYS_USUAL: Final = 1_100
"""Beyond the longest period of claims that a rule pack has, so that no right outlives the link to use it."""
PER_HOUR_MAX: Final = 600
_RETRY_AFTER_S: Final = 600
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 86_400_000
_NAME_BYTES: Final = 8


class ClaimNotForYou(Untrusted):
    title = "only a seller asks for claim links"


class ClaimShared(Untrusted):
    title = "the seller knows this claim link too; it must be made yours alone before anything is signed"
    default_hint = "press “Make it mine alone” on its page, and go on with the address that you get"


class ClaimInUse(Conflict):
    title = "the buyer of this link has agreed to an order; the seller cannot take the link back any more"
    default_hint = "the operator can, and gives the buyer a new one: `suyuan escrow claim revoke` and `new --buyer`"


class ClaimDaysRefused(Unprocessable):
    title = "a claim link cannot be good for so long"


class ClaimsTooMany(Unavailable):
    title = "this seller has been given many claim links within the hour"
    default_hint = "nothing was written; ask again later"
    retry_after_s = _RETRY_AFTER_S


class BuyerNotHeld(Misused):
    title = "a claim link is only for a buyer whose key the operator holds"


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A link that was made; `secret` is shown this once."""

    claim: Claim
    secret: str = field(repr=False)


def open_claim(ledger: Ledger, merchant: str, *, territory: str = "-", days: int = DAYS_USUAL) -> NewClaim:
    """Admit a fresh buyer under the operator's custody and make the link that speaks for it.

    Args:
        merchant: full name of the seller who asks; it is shown the link, which therefore signs nothing until it is taken over.
        territory: where the buyer is, ISO 3166, as far as the seller says.
        days: how long the link is good.

    Raises:
        ClaimNotForYou, ClaimDaysRefused, ClaimsTooMany, and what an admission raises.
    """
    expires = _expiry(ledger, days)
    _refuse_stranger(ledger.state(), merchant)
    with reading(ledger.engine) as connection:
        made = claims_since(connection, merchant, Instant(ledger.clock() - _HOUR_MS))
    if made >= PER_HOUR_MAX:
        raise ClaimsTooMany(seen=made, wanted=f"fewer than {PER_HOUR_MAX} an hour")
    name = f"{ledger.origin}/buyer/{secrets.token_hex(_NAME_BYTES)}"
    buyer, _ = write_admission(ledger, Admission(name, ("buyer",), territory))
    with writing(ledger.engine) as connection:
        now = ledger.clock()
        return NewClaim(*issue_claim(connection, buyer=buyer, merchant=merchant, now=now, expires=expires, shared=True))


def take_over_claim(ledger: Ledger, secret: str, *, browser: str = "") -> NewClaim:
    """Give whoever holds a link another one that nobody else has been shown, and end the first.

    Args:
        browser: a random value that only this browser holds, or "". With it a second click, or one whose answer was lost,
            gets the same new link; nobody can compute that without the browser's value and the server's secret.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked.
    """
    material = _material(ledger, secret, browser) if browser else None
    with writing(ledger.engine) as connection:
        now = ledger.clock()
        try:
            old = check_claim(connection, secret, now=now)
        except ClaimRevoked:
            if material is None:
                raise
            return _same_again(connection, secret_of(material), now)
        revoke_claim(connection, old.id, now=now)
        made = issue_claim(
            connection,
            buyer=old.buyer,
            merchant=old.merchant,
            now=now,
            expires=old.expires,
            shared=False,
            material=material,
        )
        return NewClaim(*made)


def _material(ledger: Ledger, secret: str, browser: str) -> bytes:
    said = b"suyuan claim taken over\0" + secret.encode() + b"\0" + browser.encode()
    return hmac.digest(ledger.event_secret, said, "sha256")


def _same_again(connection: Connection, secret: str, now: Instant) -> NewClaim:
    """The link that the first click made, if this browser made that click.

    Raises:
        ClaimRevoked: somebody else did.
    """
    try:
        return NewClaim(check_claim(connection, secret, now=now), secret)
    except ClaimUnknown:
        raise ClaimRevoked(seen="a link that was taken over elsewhere") from None


def reissue_claim(ledger: Ledger, claim_id: str, *, days: int = DAYS_USUAL) -> NewClaim:
    """A new link for the buyer of another one, for whom that was lost, expired or revoked; the old one stays as it is.

    Raises:
        ClaimAbsent, ClaimDaysRefused, BuyerNotHeld.
    """
    expires = _expiry(ledger, days)
    with reading(ledger.engine) as connection:
        old = read_claim(connection, claim_id)
    if ledger.state().party(old.buyer).custody != "operator":
        raise BuyerNotHeld(seen=old.buyer)
    with writing(ledger.engine) as connection:
        now = ledger.clock()
        return NewClaim(*issue_claim(connection, buyer=old.buyer, merchant=old.merchant, now=now, expires=expires, shared=False))


def claim_of(ledger: Ledger, secret: str) -> Claim:
    """The link whose secret this is.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked.
    """
    with reading(ledger.engine) as connection:
        return check_claim(connection, secret, now=ledger.clock())


def own_claim_of(ledger: Ledger, secret: str) -> Claim:
    """The link whose secret this is, if no seller was shown it: the only kind that anything is signed with.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked, ClaimShared.
    """
    claim = claim_of(ledger, secret)
    if claim.shared:
        raise ClaimShared(seen=f"link {claim.id}")
    return claim


def list_claims(ledger: Ledger, merchant: str | None = None) -> list[Claim]:
    """All links, or those of one seller, oldest first; no secret is among what is kept."""
    with reading(ledger.engine) as connection:
        return claims_of(connection, None if merchant is None else full_name(ledger.origin, merchant))


def take_back_claim(ledger: Ledger, claim_id: str, *, merchant: str) -> None:
    """Revoke a link as the seller who asked for it, as long as its buyer has agreed to nothing.

    Raises:
        ClaimAbsent: no such link of this seller.
        ClaimInUse: the buyer stands in an order.
    """
    with writing(ledger.engine) as connection:
        claim = read_claim(connection, claim_id)
        if claim.merchant != merchant:
            raise ClaimAbsent(seen=claim_id)
        if _has_orders(connection, claim.buyer):
            raise ClaimInUse(seen=claim_id)
        revoke_claim(connection, claim_id, now=ledger.clock())


def withdraw_claim(ledger: Ledger, claim_id: str) -> None:
    """Revoke a link as the operator, whatever its buyer has agreed to.

    Raises:
        ClaimAbsent.
    """
    with writing(ledger.engine) as connection:
        revoke_claim(connection, claim_id, now=ledger.clock())


def _expiry(ledger: Ledger, days: int) -> Instant:
    if not 1 <= days <= DAYS_MAX:
        raise ClaimDaysRefused(seen=days, wanted=f"1 to {DAYS_MAX} days", pointer="/days")
    return Instant(ledger.clock() + days * _DAY_MS)


def _refuse_stranger(state: Governance, merchant: str) -> None:
    party = state.party(merchant)
    if party.standing is not Standing.ACTIVE or not set(SELLERS) & set(party.roles):
        raise ClaimNotForYou(seen=", ".join(party.roles) or party.standing.value, wanted=f"an active {' or '.join(SELLERS)}")


def _has_orders(connection: Connection, buyer: str) -> bool:
    return bool(lines_of(connection, buyer, limit=1))
