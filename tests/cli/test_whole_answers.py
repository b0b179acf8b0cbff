"""An answer that goes out in one write is the one that the server would send in two, or it is left to the server."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from cli.whole_answers import WHOLE_ANSWER
from tests.cli.serving import serving_here

_HEADERS = [(b"content-type", b"text/plain"), (b"x-more", b"a: b"), (b"content-length", b"2")]
_SPLIT = [(b"content-length", b"2"), (b"x-more", b"a\r\nx-evil: b")]


class _App:
    """Answers `/whole` by the extension, all else by the two messages; notes what the extension said."""

    def __init__(self) -> None:
        self.said: list[bool] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for said in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{said}.complete"})
            return
        path = scope["path"]
        if path != "/two":
            offered = scope["extensions"][WHOLE_ANSWER]["send"]
            self.said.append(offered(201, _SPLIT if path == "/split" else _HEADERS, b"ok"))
        if path == "/two" or not self.said[-1]:
            await send({"type": "http.response.start", "status": 201, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": b"ok"})


def _ask(connection: socket.socket, path: str, *more: str) -> bytes:
    connection.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *more, "", ""]).encode())
    received = b""
    while not received.endswith(b"\r\n\r\nok"):
        piece = connection.recv(65_536)
        assert piece, received
        received += piece
    return b"\r\n".join(line for line in received.split(b"\r\n") if not line.startswith(b"date:"))


@pytest.fixture
def app() -> _App:
    return _App()


def test_it_is_the_same_answer_and_the_connection_goes_on(app: _App) -> None:
    with serving_here(app) as address, socket.create_connection(address, timeout=20) as connection:
        whole = [_ask(connection, "/whole") for _ in range(3)]
        assert app.said == [True] * 3
        assert {_ask(connection, "/two")} == set(whole)
        assert b"x-more: a: b" in whole[0]


def test_what_would_split_a_header_or_end_the_connection_is_left_to_the_server(app: _App) -> None:
    with serving_here(app) as address, socket.create_connection(address, timeout=20) as connection:
        assert b"evil" not in _ask(connection, "/split")
        assert b"connection: close" in _ask(connection, "/whole", "Connection: close")
        assert app.said == [False, False]
        assert connection.recv(1) == b""
