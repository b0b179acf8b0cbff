"""How a failure is said: the one table from error class to HTTP status, and the problem document (RFC 9457)."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import (
    Absent,
    Conflict,
    Malformed,
    MediaTypeUnsupported,
    Misused,
    SuyuanError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    Untrusted,
)

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
_RETRY_AFTER_S: Final = (1, 4)

_log: Final = logging.getLogger(__name__)


class RequestMalformed(Malformed):
    title = "a part of the request is missing or of the wrong kind"


class RouteAbsent(Absent):
    title = "this server has nothing at this address"


class MethodNotAllowed(Malformed):
    title = "this address does not take this method"


class NotAcceptable(Malformed):
    title = "this is not available in any of the media types asked for"


class FormatUnimplemented(Malformed):
    title = "this is not answered in the format asked for"


class UriTooLong(TooLarge):
    title = "the address is too long"


class HeadersTooLarge(TooLarge):
    title = "the request's headers are too large"


class BodySlow(Unavailable):
    title = "the request's body came too slowly"
    default_hint = "send it again; nothing was read to its end"


class ServerFault(SuyuanError):
    title = "the server met something it was not written for"
    default_hint = "nothing is known to be wrong with the request; the operator finds the cause in the server's log"


STATUS: Final[Mapping[type[SuyuanError], int]] = MappingProxyType(
    {
        SuyuanError: 500,
        Misused: 500,
        Malformed: 400,
        Unprocessable: 422,
        Untrusted: 403,
        Unauthenticated: 401,
        Absent: 404,
        Conflict: 409,
        TooLarge: 413,
        MediaTypeUnsupported: 415,
        Unavailable: 503,
        MethodNotAllowed: 405,
        NotAcceptable: 406,
        FormatUnimplemented: 501,
        BodySlow: 408,
        UriTooLong: 414,
        HeadersTooLarge: 431,
    }
)
"""The status of a class; a class that is not here has that of its nearest ancestor."""

_EPCIS: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "ValidationException",
        401: "SecurityException",
        403: "SecurityException",
        404: "NoSuchNameException",
        406: "NotAcceptableException",
        409: "ResourceAlreadyExistsException",
        413: "CaptureLimitExceededException",
        414: "URITooLongException",
        415: "UnsupportedMediaTypeException",
        422: "ValidationException",
        500: "ImplementationException",
        501: "ImplementationException",
    }
)
"""The problem types that EPCIS 2.0 names (REST bindings, "Problem types"), by status."""


def status_of(kind: type[SuyuanError]) -> int:
    """The HTTP status of an error class."""
    return next(STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS)


def type_of_problem(status: int, code: str) -> str:
    """The URI that names a kind of problem: EPCIS's where it has one, else our own."""
    return f"epcisException:{_EPCIS[status]}" if status in _EPCIS else f"urn:suyuan:error:{code}"


def problem_of(error: SuyuanError) -> dict[str, Any]:
    """The problem document of an error; members without a value are left out."""
    status = status_of(type(error))
    body: dict[str, Any] = {
        "type": type_of_problem(status, error.code),
        "title": error.title,
        "status": status,
        "detail": str(error),
        "code": error.code,
        "refusal": getattr(error, "refusal", ""),
        "pointer": error.pointer,
        "seen": error.seen,
        "wanted": error.wanted,
        "hint": error.hint,
        "findings": [asdict(finding) for finding in getattr(error, "findings", ())],
    }
    # An empty pointer is the root of what was sent, and says something.
    return {name: value for name, value in body.items() if value or (name == "pointer" and value is not None)}


def headers_of(error: SuyuanError) -> dict[str, str]:
    """The headers that go with an error's status."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="suyuan"'
    if isinstance(error, Unavailable):
        # Clients that were turned away together must not come back together.
        chosen = getattr(error, "retry_after_s", None)
        headers["Retry-After"] = str(chosen or random.randint(*_RETRY_AFTER_S))  # noqa: S311 - spreads load, guards nothing
    return headers


def problem_response(error: SuyuanError) -> Response:
    """The answer to a request that failed with `error`."""
    if status_of(type(error)) == 500:
        _log.error("%s", error)
        error = error if isinstance(error, ServerFault) else ServerFault()
    content = json.dumps(problem_of(error), ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status_of(type(error)), headers=headers_of(error), media_type=PROBLEM_MEDIA_TYPE)
