"""A server on a real socket that answers byte for byte what a test wants, also what no HTTP library would send."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Send = Callable[[bytes], None]
Answer = Callable[[str, Send], None]
"""(path asked for, what sends bytes); the connection is closed when it returns."""


def whole(body: bytes, *headers: str, status: int = 200) -> bytes:
    """An answer as it should be."""
    lines = (f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


@contextmanager
def hostile_server(answer: Answer) -> Iterator[str]:
    """The address of a server that answers every request with `answer`, until the block ends."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _ = listening.accept()
                    threading.Thread(target=_serve_one, args=(connection, answer, ended), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()
            thread.join(10)


def _serve_one(connection: socket.socket, answer: Answer, ended: threading.Event) -> None:
    def send(data: bytes) -> None:
        if ended.is_set():
            raise ConnectionAbortedError("the test is over")
        connection.sendall(data)

    with connection, contextlib.suppress(OSError):
        asked = b""
        while b"\r\n\r\n" not in asked:
            piece = connection.recv(65_536)
            if not piece:
                return
            asked += piece
        answer(asked.split(b" ", 2)[1].decode(), send)
