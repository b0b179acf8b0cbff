"""Answers of a log's server, for somebody who does not trust it: never more bytes, and never longer, than an answer needs."""

from __future__ import annotations

import asyncio
import threading
import zlib
from types import TracebackType
from typing import Final

import httpx

from ledger.actions.log.no_cookies import no_cookies
from ledger.errors import Absent, Malformed, TooLarge, Unauthenticated, Unavailable

RATIO_MAX: Final = 100
"""How many bytes one byte of a compressed answer may become, beyond the first mebibyte."""

_FREE_BYTES: Final = 1 << 20
_IDENTITY, _GZIP = "identity", "gzip"
_GZIP_WINDOW: Final = 31
_READ_S: Final = 60.0
_ANSWER_S: Final = 120.0
_SLOWEST_BYTES_S: Final = 128 << 10


class SourceUnreachable(Unavailable):
    title = "the log's server does not answer as a log should"
    default_hint = "check the address; it is the one under which /log/checkpoint is served"


class AnswerTooSlow(Unavailable):
    title = "the log's server takes longer for one answer than any honest one needs"
    default_hint = "ask again later, or from a better network"


class AnswerTooLarge(TooLarge):
    title = "the log's server sends more than the answer can hold"


class AnswerMalformed(Malformed):
    title = "an answer of the log's server is compressed in a way that is not read here, or not whole"


class ApiKeyNotTaken(Unauthenticated):
    title = "the log's server does not take this API key"


class AnswerAbsent(Absent):
    title = "the log's server has no such thing"


class Fetcher:
    """Use as a context manager; threads may share it. Connections are kept open; redirects are not followed.

    The connection lies in a loop of its own, so that an answer can be given up at any byte, also within its headers.

    Args:
        url: what stands before every path.
        answer_s: seconds for one answer, from the request to its last byte; beside them each answer has the time that its
            greatest length needs at `slowest_bytes_s`.

    Raises:
        SourceUnreachable: the address is none.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        answer_s: float = _ANSWER_S,
        slowest_bytes_s: int = _SLOWEST_BYTES_S,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        _refuse_address(url)
        self.url = url.rstrip("/")
        self._answer_s, self._slowest_bytes_s = answer_s, slowest_bytes_s
        headers = {"Accept-Encoding": _GZIP, "User-Agent": "suyuan"}
        if api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        self._client = httpx.AsyncClient(
            headers=headers, timeout=_READ_S, cookies=no_cookies(), follow_redirects=False, transport=transport
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetching", daemon=True)

    def __enter__(self) -> Fetcher:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def fetch(self, path: str, bytes_max: int) -> bytes:
        """Return the body of one answer, unpacked.

        Args:
            bytes_max: the greatest length that it can have.

        Raises:
            AnswerAbsent, AnswerTooLarge, AnswerTooSlow, AnswerMalformed, ApiKeyNotTaken, SourceUnreachable.
        """
        return asyncio.run_coroutine_threadsafe(self._fetch(path, bytes_max), self._loop).result()

    async def _fetch(self, path: str, bytes_max: int) -> bytes:
        seconds = self._answer_s + bytes_max / self._slowest_bytes_s
        try:
            async with asyncio.timeout(seconds), self._client.stream("GET", f"{self.url}/{path}") as response:
                _refuse_status(response, path)
                return await _body(response, path, bytes_max)
        except TimeoutError as reason:
            raise AnswerTooSlow(seen=path, wanted=f"a whole answer within {seconds:.0f} s") from reason
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError) as reason:
            raise SourceUnreachable(seen=f"{self.url}/{path}: {reason}") from reason

    async def _close(self) -> None:
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._client.aclose()


def _refuse_address(url: str) -> None:
    try:
        port = httpx.URL(url).port
    except httpx.InvalidURL as reason:
        raise SourceUnreachable(seen=f"{url}: {reason}") from reason
    if port is not None and not 0 < port < 1 << 16:
        raise SourceUnreachable(seen=url, wanted="a port of 1 to 65535")


def _refuse_status(response: httpx.Response, path: str) -> None:
    if response.status_code in (404, 403):
        raise AnswerAbsent(seen=f"{path}: {response.status_code}")
    if response.status_code == 401:
        raise ApiKeyNotTaken(seen=path)
    if response.status_code != 200:
        raise SourceUnreachable(seen=f"{path}: {response.status_code}", wanted="200")


async def _body(response: httpx.Response, path: str, bytes_max: int) -> bytes:
    encoding = response.headers.get("content-encoding", _IDENTITY).strip().lower()
    if encoding not in (_IDENTITY, _GZIP):
        raise AnswerMalformed(seen=f"Content-Encoding {encoding[:40]}", wanted="none, or gzip", pointer=path)
    body = _Unpacking(path, bytes_max) if encoding == _GZIP else _Taking(path, bytes_max)
    async for piece in response.aiter_raw():
        body.take(piece)
    return body.whole()


class _Taking:
    """An answer as it comes."""

    def __init__(self, path: str, bytes_max: int) -> None:
        self.path, self.bytes_max = path, bytes_max
        self.held = bytearray()

    def take(self, piece: bytes) -> None:
        self.held += piece
        self.refuse_length()

    def refuse_length(self) -> None:
        if len(self.held) > self.bytes_max:
            raise AnswerTooLarge(seen=f"{self.path}: over {self.bytes_max} bytes", wanted=f"at most {self.bytes_max}")

    def whole(self) -> bytes:
        return bytes(self.held)


class _Unpacking(_Taking):
    """A gzip stream, unpacked piece by piece and never further than the answer may be long."""

    def __init__(self, path: str, bytes_max: int) -> None:
        super().__init__(path, bytes_max)
        self._unpacking = zlib.decompressobj(_GZIP_WINDOW)
        self._came = 0

    def take(self, piece: bytes) -> None:
        self._came += len(piece)
        # Whatever is not unpacked for want of room is more than the answer may hold, and is refused.
        room = min(self.bytes_max, _FREE_BYTES + RATIO_MAX * self._came) + 1 - len(self.held)
        try:
            self.held += self._unpacking.decompress(piece, room)
        except zlib.error as reason:
            raise AnswerMalformed(seen=f"{reason}", wanted="a gzip stream", pointer=self.path) from reason
        self.refuse_length()
        if len(self.held) > _FREE_BYTES + RATIO_MAX * self._came:
            raise AnswerTooLarge(seen=f"{self.path}: {self._came} bytes become more", wanted=f"{RATIO_MAX} times as many at most")

    def whole(self) -> bytes:
        if not self._unpacking.eof or self._unpacking.unused_data:
            raise AnswerMalformed(seen="another end than that of its stream", wanted="one whole gzip stream", pointer=self.path)
        return bytes(self.held)
