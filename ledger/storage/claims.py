"""Claim links of buyers: made, looked up by their secret, expiring, revocable, kept as hashes only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from ledger.errors import Absent, Untrusted
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.bulk import insert_rows
from ledger.storage.tables.claims import ClaimRow

SECRET_CHARACTERS: Final = 48
_ID_BYTES: Final = 8
_SECRET_BYTES: Final = 20
_FORM: Final = re.compile(r"(?P<id>[0-9a-f]{16})(?P<secret>[a-z2-7]{32})", re.ASCII)


class ClaimUnknown(Untrusted):
    title = "no claim link has this secret"
    default_hint = "copy the whole link from the seller's message"


class ClaimExpired(Untrusted):
    title = "this claim link has expired"
    default_hint = "ask the operator or the seller for a new link; the order itself is as it was"


class ClaimRevoked(Untrusted):
    title = "this claim link was made somebody's own, or was revoked"
    default_hint = "open the address that you kept; if you did not make it yours, do not pay, and ask the operator for a new link"


class ClaimAbsent(Absent):
    title = "there is no claim link with this id"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is kept of a claim link: everything but its secret. `shared`: the seller who asked for it was shown that."""

    id: str
    buyer: str
    merchant: str
    created: Instant
    expires: Instant
    revoked: Instant | None
    shared: bool


def issue_claim(
    connection: Connection,
    *,
    buyer: str,
    merchant: str,
    now: Instant,
    expires: Instant,
    shared: bool,
    material: bytes | None = None,
) -> tuple[Claim, str]:
    """Make a link and return it with the one showing of its secret. The caller commits.

    The secret has 160 random bits, so a plain SHA-256 of it cannot be searched for. `material`, 28 bytes that nobody else
    can compute, stands in for fresh random bytes where the same link must come out again.
    """
    material = material or secrets.token_bytes(_ID_BYTES + _SECRET_BYTES)
    claim_id, random = material[:_ID_BYTES].hex(), material[_ID_BYTES : _ID_BYTES + _SECRET_BYTES]
    secret = base64.b32encode(random).decode("ascii").lower()
    insert_rows(connection, ClaimRow, [(claim_id, _hash(secret), buyer, merchant, int(now), int(expires), None, shared)])
    return Claim(claim_id, buyer, merchant, now, expires, None, shared), claim_id + secret


def secret_of(material: bytes) -> str:
    """The secret of the link that `issue_claim` makes of this material."""
    random = material[_ID_BYTES : _ID_BYTES + _SECRET_BYTES]
    return material[:_ID_BYTES].hex() + base64.b32encode(random).decode("ascii").lower()


def check_claim(connection: Connection, presented: str, *, now: Instant) -> Claim:
    """Return the link whose secret is `presented`; in constant time as to the secret's own part.

    Raises:
        ClaimUnknown, ClaimExpired, ClaimRevoked: none of them says what was presented.
    """
    found = _FORM.fullmatch(presented)
    claim_id, secret = (found["id"], found["secret"]) if found else ("", "")
    row = connection.execute(_BY_ID, {"id": claim_id}).one_or_none()
    kept = row.secret_hash if row is not None else bytes(32)
    if not hmac.compare_digest(kept, _hash(secret)) or row is None:
        raise ClaimUnknown(wanted="a link that this server has given out")
    claim = _claim(row)
    if claim.revoked is not None:
        raise ClaimRevoked(seen=f"link {claim.id}, revoked {format_instant(claim.revoked)}")
    if claim.expires <= now:
        raise ClaimExpired(seen=f"link {claim.id}, expired {format_instant(claim.expires)}")
    return claim


def read_claim(connection: Connection, claim_id: str) -> Claim:
    """Raises `ClaimAbsent`."""
    row = connection.execute(_BY_ID, {"id": claim_id}).one_or_none()
    if row is None:
        raise ClaimAbsent(seen=claim_id)
    return _claim(row)


def claims_of(connection: Connection, merchant: str | None = None) -> list[Claim]:
    """All links, or those that one merchant asked for, oldest first."""
    return [_claim(row) for row in connection.execute(_ALL if merchant is None else _OF_MERCHANT, {"merchant": merchant})]


def claims_since(connection: Connection, merchant: str, since: Instant) -> int:
    """How many links this merchant has been given from `since` on."""
    return int(connection.execute(_SINCE, {"merchant": merchant, "since": int(since)}).scalar_one())


def revoke_claim(connection: Connection, claim_id: str, *, now: Instant) -> None:
    """Make a link worthless from now on; revoking again changes nothing. The caller commits."""
    read_claim(connection, claim_id)
    connection.execute(_REVOKE, {"id": claim_id, "now": int(now)})


def _claim(row: Any) -> Claim:  # noqa: ANN401 - a row of the queries below
    claim_id, _, buyer, merchant, created, expires, revoked, shared = row
    ended = None if revoked is None else Instant(revoked)
    return Claim(claim_id, buyer, merchant, Instant(created), Instant(expires), ended, bool(shared))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


_COLUMNS: Final = "SELECT id, secret_hash, buyer, merchant, created, expires, revoked, shared FROM escrow_claims "
_BY_ID: Final = text(_COLUMNS + "WHERE id = :id")
_ALL: Final = text(_COLUMNS + "ORDER BY created, id")
_OF_MERCHANT: Final = text(_COLUMNS + "WHERE merchant = :merchant ORDER BY created, id")
_SINCE: Final = text("SELECT count(*) FROM escrow_claims WHERE merchant = :merchant AND created >= :since")
_REVOKE: Final = text("UPDATE escrow_claims SET revoked = :now WHERE id = :id AND revoked IS NULL")
