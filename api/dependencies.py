"""What handlers are given: the opened ledger, the writer, the settings, and who is asking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from api.key_ring import KeyRing
from api.settings import Settings
from ledger.actions.capture.event_desk import EventDesk
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.writer import Writer
from ledger.actions.open_ledger import Ledger
from ledger.actions.scans.count_scan import ScanCounter
from ledger.errors import Unauthenticated
from ledger.storage.api_keys import ApiKey, ApiKeyUnknown, check_api_key, refusals_of
from ledger.storage.database import reading

_KEY_CHARACTERS_MAX: Final = 200
_BEARER: Final = HTTPBearer(auto_error=False, description="An API key of a party: `Bearer suyuan_…`")
_HEADER: Final = APIKeyHeader(
    name="X-Api-Key", auto_error=False, description="The same key, where a client cannot send Authorization"
)


class CallerUnknown(Unauthenticated):
    title = "this needs an API key"
    default_hint = "send it as `Authorization: Bearer suyuan_…`; the operator issues one with `suyuan party admit`"


@dataclass(frozen=True)
class Service:
    """What a running server has at hand."""

    settings: Settings
    ledger: Ledger
    writer: Writer
    publisher: Publisher
    scans: ScanCounter
    events: EventDesk
    key_ring: KeyRing = field(default_factory=KeyRing, repr=False)
    start: str = field(default_factory=lambda: secrets.token_hex(8))
    """Names this start of the server among all that ever ran on the data directory."""


async def _service(request: Request) -> Service:
    return service_of(request)


def service_of(request: Request) -> Service:
    """What the running server has at hand."""
    service = request.app.state.service
    if not isinstance(service, Service):
        raise TypeError("the application was not started")
    return service


# What only hands something on is `async`, so that it runs where it is called: a thread for each costs more than all of them.
ServiceDep = Annotated[Service, Depends(_service)]


async def _settings(service: ServiceDep) -> Settings:
    return service.settings


async def _ledger(service: ServiceDep) -> Ledger:
    return service.ledger


async def _writer(service: ServiceDep) -> Writer:
    return service.writer


async def _publisher(service: ServiceDep) -> Publisher:
    return service.publisher


SettingsDep = Annotated[Settings, Depends(_settings)]
LedgerDep = Annotated[Ledger, Depends(_ledger)]
WriterDep = Annotated[Writer, Depends(_writer)]
PublisherDep = Annotated[Publisher, Depends(_publisher)]


def _party_or_none(
    request: Request,
    ledger: LedgerDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    header: Annotated[str | None, Security(_HEADER)],
) -> str | None:
    presented = _presented(bearer.credentials if bearer is not None else None, header, request.headers.get("authorization"))
    if presented is None:
        return None
    party = _checked(ledger, presented).party
    request.state.party = party
    return party


def presented_key(authorization: str | None, header: str | None) -> str | None:
    """The API key in the values of the headers Authorization and X-Api-Key; None where none was sent.

    Raises:
        ApiKeyUnknown: what was sent can be none.
    """
    scheme, _, credentials = (authorization or "").partition(" ")
    credentials = credentials.strip()  # RFC 9110, section 11.4: one space or more before them
    return _presented(credentials if scheme.lower() == "bearer" and credentials else None, header or None, authorization)


def caller_key(service: Service, presented: str) -> ApiKey:
    """The key that `presented` is, looked up now; a good one is kept on the ring.

    Raises:
        ApiKeyUnknown, ApiKeyExpired, ApiKeyRevoked.
    """
    key = _checked(service.ledger, presented)
    service.key_ring.keep(presented, key)
    return key


def refuse_stale_key(service: Service, key: ApiKey | None) -> None:
    """Return if `key`, known from an earlier request, holds still.

    Raises:
        ApiKeyUnknown, ApiKeyExpired, ApiKeyRevoked.
    """
    if key is not None:
        with reading(service.ledger.engine) as connection:
            for refusal in refusals_of(connection, [key], now=service.ledger.clock()).values():
                raise refusal


def _presented(bearer: str | None, header: str | None, authorization: str | None) -> str | None:
    presented = bearer if bearer is not None else header
    if presented is None and authorization is not None:
        raise ApiKeyUnknown(wanted="the scheme Bearer")
    if presented is not None and (len(presented) > _KEY_CHARACTERS_MAX or not presented.isascii()):
        raise ApiKeyUnknown(wanted="a key issued by this server")
    return presented


def _checked(ledger: Ledger, presented: str) -> ApiKey:
    with reading(ledger.engine) as connection:
        return check_api_key(connection, presented, now=ledger.clock())


MaybeCaller = Annotated[str | None, Depends(_party_or_none)]
"""The party whose API key came with the request; None without a key. A wrong key is refused, never taken for none."""


async def _party(caller: MaybeCaller) -> str:
    if caller is None:
        raise CallerUnknown(wanted="an API key")
    return caller


Caller = Annotated[str, Depends(_party)]
"""The party whose API key came with the request."""
