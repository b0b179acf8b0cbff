"""Answers of hostile servers over real sockets: each ends with a named error, soon, and without the memory it asks for."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from ledger.actions.log.fetching import (
    AnswerAbsent,
    AnswerMalformed,
    AnswerTooLarge,
    AnswerTooSlow,
    ApiKeyNotTaken,
    Fetcher,
    SourceUnreachable,
)
from ledger.errors import SuyuanError
from tests.actions.log.hostile_server import Answer, Send, hostile_server, whole

MEBIBYTE = 1 << 20
BYTES_MAX = 10_000
ANSWER_S = 1.0


def fetch(answer: Answer, *, bytes_max: int = BYTES_MAX, api_key: str | None = None) -> bytes:
    with (
        hostile_server(answer) as url,
        Fetcher(url, api_key=api_key, answer_s=ANSWER_S, slowest_bytes_s=1 << 40) as fetcher,
    ):
        return fetcher.fetch("log/checkpoint", bytes_max)


def saying(answer: bytes) -> Answer:
    return lambda _, send: send(answer)


def test_an_answer_is_taken_as_it_is() -> None:
    assert fetch(saying(whole(b"x" * BYTES_MAX))) == b"x" * BYTES_MAX
    assert fetch(saying(whole(b""))) == b""


def test_gzip_is_unpacked_also_where_nobody_asked() -> None:
    body = b"entry after entry\n" * 500
    assert fetch(saying(whole(gzip.compress(body), "Content-Encoding: gzip"))) == body


def test_the_api_key_is_shown() -> None:
    seen: list[str] = []

    def answer(path: str, send: Send) -> None:
        seen.append(path)
        send(whole(b"", status=401))

    with pytest.raises(ApiKeyNotTaken):
        fetch(answer, api_key="suyuan_key")
    assert seen == ["/log/checkpoint"]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (whole(b"", status=404), AnswerAbsent),
        (whole(b"", status=403), AnswerAbsent),
        (whole(b"", status=500), SourceUnreachable),
        (whole(b"", "Location: http://127.0.0.1:9/", status=302), SourceUnreachable),
        (whole(b"", "Location: file:///etc/passwd", status=301), SourceUnreachable),
        (whole(b"x" * (BYTES_MAX + 1)), AnswerTooLarge),
        (whole(b"x", "Content-Encoding: br"), AnswerMalformed),
        (whole(b"x", "Content-Encoding: gzip, gzip"), AnswerMalformed),
        (whole(b"no gzip", "Content-Encoding: gzip"), AnswerMalformed),
        (whole(gzip.compress(b"cut short")[:-3], "Content-Encoding: gzip"), AnswerMalformed),
        (whole(gzip.compress(b"one") + gzip.compress(b"two"), "Content-Encoding: gzip"), AnswerMalformed),
        (whole(gzip.compress(b"one") + b"more", "Content-Encoding: gzip"), AnswerMalformed),
        (whole(b"whole")[:-2], SourceUnreachable),
        (b"", SourceUnreachable),
        (b"no HTTP at all\r\n\r\n", SourceUnreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", SourceUnreachable),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", SourceUnreachable),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000, SourceUnreachable),
    ],
    ids=[
        "404", "403", "500", "a redirect", "a redirect to a file", "too long", "another encoding", "two encodings", "no gzip",
        "gzip cut short", "two gzip streams", "bytes behind gzip", "cut short", "nothing", "no HTTP", "a length below 0",
        "a false chunk", "headers without end",
    ],
)  # fmt: skip
def test_what_is_no_answer_has_a_name(answer: bytes, refusal: type[SuyuanError]) -> None:
    with pytest.raises(refusal):
        fetch(saying(answer))


def endless_body(_: str, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        send(b"x" * 65_536)


def test_a_stream_without_end_is_cut_off() -> None:
    with pytest.raises(AnswerTooLarge):
        fetch(endless_body)


@pytest.mark.parametrize("bytes_max", [BYTES_MAX, 1 << 40], ids=["by length", "by ratio"])
def test_a_bomb_is_cut_off_and_takes_no_memory(bytes_max: int) -> None:
    bomb = gzip.compress(bytes(256 * MEBIBYTE))
    assert len(bomb) < MEBIBYTE
    tracemalloc.start()
    try:
        with pytest.raises(AnswerTooLarge):
            fetch(saying(whole(bomb, "Content-Encoding: gzip")), bytes_max=bytes_max)
        assert tracemalloc.get_traced_memory()[1] < 64 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_what_shrinks_well_and_is_short_is_no_bomb() -> None:
    body = bytes(MEBIBYTE)
    assert fetch(saying(whole(gzip.compress(body), "Content-Encoding: gzip")), bytes_max=2 * MEBIBYTE) == body


def dripping(start: bytes, drop: Callable[[int], bytes]) -> Answer:
    def answer(_: str, send: Send) -> None:
        send(start)
        waiting = threading.Event()
        for number in count():
            waiting.wait(0.02)
            send(drop(number))

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", lambda _: b"x"),
        dripping(b"HTTP/1.1 200 OK\r\n", lambda number: f"A{number}: b\r\n".encode()),
        dripping(b"", lambda _: b"H"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", lambda _: b"1\r\nx\r\n"),
        lambda _, __: threading.Event().wait(4),
    ],
    ids=["a body", "headers", "the first line", "chunks", "silence"],
)
def test_a_drip_is_given_up(answer: Answer) -> None:
    with pytest.raises((AnswerTooSlow, SourceUnreachable)):
        fetch(answer)


def test_a_drip_beside_others_holds_nobody_up() -> None:
    def answer(path: str, send: Send) -> None:
        if path == "/slow":
            threading.Event().wait(4)
        send(whole(path.encode()))

    with (
        hostile_server(answer) as url,
        Fetcher(url, answer_s=ANSWER_S, slowest_bytes_s=1 << 40) as fetcher,
        ThreadPoolExecutor(1) as beside,
    ):
        slow = beside.submit(fetcher.fetch, "slow", BYTES_MAX)
        assert [fetcher.fetch(f"log/{number}", BYTES_MAX) for number in range(3)] == [b"/log/0", b"/log/1", b"/log/2"]
        assert isinstance(slow.exception(10), AnswerTooSlow)


def test_nobody_there_and_no_address_have_names() -> None:
    for url in ("http://127.0.0.1:9", "http://no such host", "http://[::1", "http://127.0.0.1:99999"):
        with pytest.raises(SourceUnreachable), Fetcher(url, answer_s=ANSWER_S) as fetcher:
            fetcher.fetch("log/checkpoint", BYTES_MAX)
