"""One request to a witness and its answer, of which never more than a bounded number of bytes is read."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Final, NamedTuple

import httpx

from ledger.actions.log.no_cookies import no_cookies
from ledger.actions.log.witnesses.answer import ANSWER_BYTES_MAX
from ledger.actions.log.witnesses.refusals import WitnessAnswerMalformed, WitnessAnswerTooLarge, WitnessSlow, WitnessUnreachable

_TEXT: Final = "text/plain; charset=utf-8"
_IDENTITY: Final = "identity"
_KEPT_ALIVE_S: Final = 120.0
# A witness behind a proxy is one address, so a handful of connections serves all of them.
_LIMITS: Final = httpx.Limits(max_connections=256, max_keepalive_connections=64, keepalive_expiry=_KEPT_ALIVE_S)


class Answered(NamedTuple):
    """An answer; `retry_after_s` is 0 where it does not ask to be left alone for so many seconds."""

    status: int
    body: bytes
    retry_after_s: int


class Exchange:
    """Use as an asynchronous context manager. Connections are kept open between requests; redirects are not followed."""

    def __init__(self, *, timeout_s: float) -> None:
        # What asks for `gzip` may be sent a body that is a thousand times larger than what came over the line.
        headers = {"Accept-Encoding": _IDENTITY, "User-Agent": "suyuan"}
        self._client = httpx.AsyncClient(
            timeout=timeout_s, limits=_LIMITS, headers=headers, cookies=no_cookies(), follow_redirects=False
        )

    async def __aenter__(self) -> Exchange:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: bytes) -> Answered:
        """Send `body` and read the answer.

        Raises:
            WitnessUnreachable, WitnessSlow: no answer, or not a whole one.
            WitnessAnswerTooLarge, WitnessAnswerMalformed: an answer that is not read.
        """
        try:
            async with self._client.stream("POST", url, content=body, headers={"Content-Type": _TEXT}) as response:
                return Answered(response.status_code, await _read(response), _retry_after_s(response))
        except httpx.TimeoutException as reason:
            raise WitnessSlow(seen=type(reason).__name__) from reason
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError) as reason:
            raise WitnessUnreachable(seen=f"{type(reason).__name__}: {reason}") from reason


def _retry_after_s(response: httpx.Response) -> int:
    # RFC 9110 section 10.2.3 knows a date there too, which would need two clocks that agree.
    said = response.headers.get("retry-after", "")
    return int(said) if re.fullmatch("[0-9]{1,9}", said, re.ASCII) else 0


async def _read(response: httpx.Response) -> bytes:
    encoding = response.headers.get("content-encoding", _IDENTITY)
    if encoding != _IDENTITY:
        raise WitnessAnswerMalformed(
            seen=f"Content-Encoding {encoding}", wanted="a body without compression, as it was asked for"
        )
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise WitnessAnswerTooLarge(seen=f"more than {ANSWER_BYTES_MAX} bytes", wanted=f"at most {ANSWER_BYTES_MAX}")
    return bytes(body)
