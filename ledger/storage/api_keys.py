"""API keys: named, expiring, revocable, kept as hashes only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select, update
from sqlmodel import col

from ledger.errors import Absent, Unauthenticated
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.bulk import insert_rows, look_up, marks, run
from ledger.storage.tables.access import ApiKeyRow

_PREFIX: Final = "suyuan"
_ID_BYTES: Final = 8
_SECRET_BYTES: Final = 32
_KEY: Final = "SELECT secret_hash, party, name, created, expires, revoked FROM api_keys WHERE id = {0}"
_STANDING: Final = "SELECT id, expires, revoked FROM api_keys WHERE id IN ({keys})"


class ApiKeyUnknown(Unauthenticated):
    title = "this API key is not known"
    default_hint = "send it as `Authorization: Bearer suyuan_…`"


class ApiKeyExpired(Unauthenticated):
    title = "this API key has expired"


class ApiKeyRevoked(Unauthenticated):
    title = "this API key was revoked"


class ApiKeyAbsent(Absent):
    title = "there is no API key with this id"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key: everything but its secret."""

    id: str
    party: str
    name: str
    created: Instant
    expires: Instant | None
    revoked: Instant | None


def issue_api_key(connection: Connection, *, party: str, name: str, now: Instant, expires: Instant | None) -> str:
    """Make a key and return its one showing, `suyuan_<id>_<secret>`. The caller commits.

    The secret has 256 random bits, so a plain SHA-256 of it cannot be searched for.
    """
    key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES)
    insert_rows(connection, ApiKeyRow, [(key_id, party, name, _hash(secret), int(now), expires, None)])
    return f"{_PREFIX}_{key_id}_{secret}"


def check_api_key(connection: Connection, presented: str, *, now: Instant) -> ApiKey:
    """Return the key that `presented` is.

    Raises:
        ApiKeyUnknown, ApiKeyExpired, ApiKeyRevoked: in constant time as to the secret.
    """
    prefix, _, rest = presented.partition("_")
    key_id, _, secret = rest.partition("_")
    row = run(connection, _KEY.format(marks(connection, 1)), (key_id,)).fetchone()
    kept = row[0] if row is not None else bytes(32)
    if not hmac.compare_digest(kept, _hash(secret)) or row is None or prefix != _PREFIX:
        raise ApiKeyUnknown(wanted="a key issued by this server")
    key = ApiKey(key_id, row[1], row[2], Instant(row[3]), _instant(row[4]), _instant(row[5]))
    refusal = _refusal(key, now)
    if refusal is not None:
        raise refusal
    return key


def refusals_of(connection: Connection, keys: Iterable[ApiKey], *, now: Instant) -> dict[str, Unauthenticated]:
    """Why those of `keys`, each returned by `check_api_key` before, no longer hold, by their ids; empty where all do."""
    known = {key.id: key for key in keys}
    rows = {key_id: (expires, revoked) for key_id, expires, revoked in look_up(connection, _STANDING, known)}
    refused: dict[str, Unauthenticated] = {}
    for key_id, key in known.items():
        if key_id not in rows:
            refused[key_id] = ApiKeyUnknown(wanted="a key issued by this server")
            continue
        expires, revoked = rows[key_id]
        refusal = _refusal(replace(key, expires=_instant(expires), revoked=_instant(revoked)), now)
        if refusal is not None:
            refused[key_id] = refusal
    return refused


def _refusal(key: ApiKey, now: Instant) -> Unauthenticated | None:
    if key.revoked is not None:
        return ApiKeyRevoked(seen=f"key {key.id}, revoked {format_instant(key.revoked)}")
    if key.expires is not None and key.expires <= now:
        return ApiKeyExpired(seen=f"key {key.id}, expired {format_instant(key.expires)}")
    return None


def revoke_api_key(connection: Connection, key_id: str, *, now: Instant) -> None:
    """Make a key worthless from now on; revoking again changes nothing. The caller commits."""
    found = connection.execute(select(col(ApiKeyRow.revoked)).where(col(ApiKeyRow.id) == key_id)).one_or_none()
    if found is None:
        raise ApiKeyAbsent(seen=key_id)
    connection.execute(
        update(ApiKeyRow).where(col(ApiKeyRow.id) == key_id, col(ApiKeyRow.revoked).is_(None)).values(revoked=int(now))
    )


def api_keys_of(connection: Connection, party: str | None = None) -> list[ApiKey]:
    """All keys, or those of one party, oldest first."""
    query = select(
        col(ApiKeyRow.id),
        col(ApiKeyRow.party),
        col(ApiKeyRow.name),
        col(ApiKeyRow.created),
        col(ApiKeyRow.expires),
        col(ApiKeyRow.revoked),
    ).order_by(col(ApiKeyRow.created), col(ApiKeyRow.id))
    if party is not None:
        query = query.where(col(ApiKeyRow.party) == party)
    return [
        ApiKey(key_id, owner, name, Instant(created), _instant(expires), _instant(revoked))
        for key_id, owner, name, created, expires, revoked in connection.execute(query)
    ]


def _instant(value: int | None) -> Instant | None:
    return None if value is None else Instant(value)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
