"""Bounds on what a request brings, held before anything reads it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest
from starlette.types import Message

from api.limits import HEADER_BYTES_MAX, URI_BYTES_MAX, BoundedBody, Bounds
from api.problems import BodySlow
from api.settings import BODY_BYTES_MAX
from tests.api.tea_world import TeaWorld


def _raw(world: TeaWorld, data: bytes, *, wait_s: float = 10) -> bytes:
    parts = urlsplit(world.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=wait_s) as connection:
        connection.sendall(data)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
            if b"\r\n\r\n" in received and b"}" in received:
                break
    return received


def test_a_body_announced_too_large_is_refused_before_it_is_sent(world: TeaWorld) -> None:
    head = (
        f"POST /epcis/capture HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {world.keys['shop']}\r\nContent-Length: {BODY_BYTES_MAX + 1}\r\n\r\n"
    )
    answer = _raw(world, head.encode())
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"BodyTooLarge" in answer
    assert b"CaptureLimitExceededException" in answer


def test_a_body_that_grows_too_large_is_refused_at_the_limit(world: TeaWorld) -> None:
    parts = urlsplit(world.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    sent = 0

    def pieces() -> object:
        nonlocal sent
        piece = b" " * (1 << 20)
        while sent <= BODY_BYTES_MAX + (8 << 20):
            sent += len(piece)
            yield piece

    headers = {**world.auth("shop"), "Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server need not listen to the rest
        connection.request("POST", "/epcis/capture", body=pieces(), headers=headers, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "BodyTooLarge"


def test_a_body_that_stops_coming_is_given_up(world: TeaWorld) -> None:
    head = (
        f"POST /epcis/capture HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {world.keys['shop']}\r\nContent-Length: 100\r\n\r\nhalf"
    )
    assert _raw(world, head.encode()).startswith(b"HTTP/1.1 408")


def test_a_body_that_drips_is_given_up_however_short_its_pauses() -> None:
    async def drip() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b".", "more_body": True}

    async def read() -> int:
        bounds = Bounds(body_bytes_max=1 << 20, bodies_bytes_max=1 << 20, body_pause_s_max=60, body_s_max=0.2)
        body = BoundedBody(bounds, drip)
        with pytest.raises(BodySlow, match=r"all of it within 0\.2 s"):
            while True:
                await body.receive()
        return body.read

    assert 0 < asyncio.run(read()) <= 21


def test_long_addresses_and_headers_are_refused(world: TeaWorld) -> None:
    assert world.get("/01/" + "1" * URI_BYTES_MAX).status_code == 414
    big = {f"X-{n}": "a" * 4_000 for n in range(HEADER_BYTES_MAX // 4_000 + 1)}
    answer = world.client.get("/healthz", headers=big)
    assert answer.status_code == 431
    assert answer.json()["code"] == "HeadersTooLarge"


def test_answers_carry_the_safe_headers(world: TeaWorld) -> None:
    for path in ("/healthz", "/log/checkpoint", "/nothing/here", "/01/123"):
        answer = world.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
