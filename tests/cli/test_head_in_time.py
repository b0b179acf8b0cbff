"""A connection whose request never gets a whole head is closed; one that is used stays open."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from cli import head_in_time
from tests.cli.serving import serving_here

_REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def _answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        for said in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{said}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def _ends(address: tuple[str, int], sent: bytes) -> bytes:
    """All that comes until the server closes the connection."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def _ends_while_sending(address: tuple[str, int], request: bytes, byte: bytes) -> bool:
    """Whether the server closes the connection to whoever sends `byte` again and again after an answer."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while not answer.endswith(b"ok"):
            answer += connection.recv(65_536)
        connection.settimeout(0.1)
        for _ in range(40):
            try:
                connection.sendall(byte)
                return connection.recv(1) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                return True
    return False


def test_no_head_and_half_a_head_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_in_time, "HEAD_S_MAX", 0.3)
    with serving_here(_answer) as address:
        for sent in (b"", b"G", _REQUEST[:-2]):
            assert _ends(address, sent) == b""
        assert _ends(address, _REQUEST + b"GET / HT").count(b"200 OK") == 1


def test_one_connection_serves_as_long_as_heads_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_in_time, "HEAD_S_MAX", 0.3)
    with serving_here(_answer) as address, socket.create_connection(address, timeout=20) as connection:
        for _ in range(4):
            connection.sendall(_REQUEST)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
            threading.Event().wait(0.15)


def test_bytes_after_an_answer_that_begin_no_request_hold_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_in_time, "HEAD_S_MAX", 0.3)
    unread = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n"
    with serving_here(_answer) as address:
        assert _ends_while_sending(address, _REQUEST, b"\r\n")
        assert _ends_while_sending(address, unread, b"x")
