"""A keep-alive HTTP/1.1 connection that costs the load generator next to nothing."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Final, NamedTuple, Self

HOST: Final = "127.0.0.1"
_PIECE: Final = 1 << 18
_TIMEOUT_S: Final = 120.0
_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"\r\ncontent-length:"


class AnswerUnreadable(RuntimeError):
    """The server closed the connection, or answered without a length."""


class Answer(NamedTuple):
    status: int
    body: bytes
    retry_after: str | None = None
    """What a server that had no room said; only then it is read."""


def request(
    method: str,
    path: str,
    body: bytes = b"",
    *,
    key: str | None = None,
    media_type: str = "application/json",
    once: str | None = None,
    accept: str | None = None,
    gzip: bool = False,
) -> bytes:
    """The bytes of one request, made before the clock runs; `once` is its idempotency key, `gzip`: the answer may be packed."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body)}"]
    if body:
        lines.append(f"Content-Type: {media_type}")
    if once is not None:
        lines.append(f"Idempotency-Key: {once}")
    if accept is not None:
        lines.append(f"Accept: {accept}")
    if gzip:
        lines.append("Accept-Encoding: gzip")
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body


class Connection:
    """One client. Use as a context manager."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), _TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()

    def send(self, message: bytes) -> Answer:
        """Send one request and read its whole answer."""
        self._socket.sendall(message)
        received = bytearray()
        while (end := received.find(_END_OF_HEAD)) < 0:
            received += self._more()
        head = bytes(received[:end])
        at = head.lower().find(_LENGTH)
        if at < 0:
            raise AnswerUnreadable(head[:200])
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        start = end + len(_END_OF_HEAD)
        while len(received) < start + length:
            received += self._more()
        status = int(head[9:12])
        return Answer(status, bytes(received[start : start + length]), _pause_in(head) if status == 503 else None)

    def _more(self) -> bytes:
        piece = self._socket.recv(_PIECE)
        if not piece:
            raise AnswerUnreadable("the server closed the connection")
        return piece


def _pause_in(head: bytes) -> str | None:
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    return next((value.strip().decode("ascii", "replace") for name, _, value in lines if name.lower() == b"retry-after"), None)
