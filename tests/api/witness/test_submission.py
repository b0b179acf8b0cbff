"""The witness protocol over a real socket: statuses, media types, and bodies that never come or never end."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.witness.welcome import introductions_for, is_loopback
from ledger.actions.witness.introduce_log import Introductions
from ledger.actions.witness.open_witness import Witness, open_witness
from ledger.evidence.add_log import INTRODUCTION_BYTES_MAX
from ledger.evidence.checkpoint import cosignature_time
from ledger.evidence.key import KeyType
from ledger.evidence.note import SignatureLine, SignedNote, sign_note
from tests.api.witness.conftest import FORKED, LOG, NAME, Served, served
from tests.witnessed_log import ORIGIN, MadeLog, key_of


def test_a_log_introduces_itself_and_is_cosigned_by_both_keys(running: Served) -> None:
    assert running.ask(LOG.request(0, 7)).status_code == 404
    introduced = running.introduce(LOG.introduction())
    assert (introduced.status_code, introduced.content) == (200, b"")
    answer = running.ask(LOG.request(0, 7))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    lines = [SignatureLine.parse(line) for line in answer.text.splitlines()]
    assert answer.text == "".join(f"{line}\n" for line in lines)
    for line, key in zip(lines, running.witness.verifiers, strict=True):
        assert abs(cosignature_time(LOG.note(7), line, key) - time.time()) < 60
    assert [key.type for key in running.witness.verifiers] == [KeyType.COSIGNATURE, KeyType.MLDSA44]


def test_every_status(running: Served) -> None:
    running.introduce(LOG.introduction())
    assert running.ask(LOG.request(0, 5)).status_code == 200
    extended = sign_note(f"{LOG.checkpoint(7).text}more\n", LOG.keys)
    stranger = LOG.note(7, keys=[key_of("stranger")])
    elsewhere = MadeLog([key_of("first", name="log.example/b")], origin="log.example/b")
    for request, status, code in (
        (b"", 400, "AddCheckpointMalformed"),
        (LOG.request(5, 7, note=extended), 400, "CheckpointExtended"),
        (LOG.request(9, 7, proof=[]), 400, "OldSizeAhead"),
        (LOG.request(5, 7, note=stranger), 403, "NoteUnsigned"),
        (elsewhere.request(0, 7), 404, "LogUnknown"),
        (FORKED.request(5, 7), 422, "ProofWrong"),
        (FORKED.request(5, 5), 422, "SameSizeRootDiffers"),
    ):
        answer = running.ask(request)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    conflict = running.ask(LOG.request(0, 7))
    assert (conflict.status_code, conflict.content) == (409, b"5\n")
    assert conflict.headers["Content-Type"] == "text/x.tlog.size"


@pytest.mark.parametrize("count", [17, 63, 64])
def test_many_signature_lines(running: Served, count: int) -> None:
    running.introduce(LOG.introduction())
    strangers = tuple(SignatureLine(f"w{n}.example", b"\0\0\0\1", b"x" * 2_428) for n in range(count))
    text, (own,) = LOG.note(7).text, LOG.note(7).signatures
    note = "".join([text, "\n", *(f"{line}\n" for line in (*strangers, own))]).encode()
    assert running.ask(LOG.request(0, 7, note=note)).status_code == (200 if count < 64 else 400)


def test_one_connection_serves_many_requests(running: Served) -> None:
    running.introduce(LOG.introduction())
    parts = urlsplit(running.url)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)) as connection:
        connection.connect()
        before = connection.sock
        for old, size in ((0, 3), (3, 3), (9, 3), (3, 11)):
            connection.request("POST", "/add-checkpoint", body=LOG.request(old, size, proof=[] if old > size else None))
            connection.getresponse().read()
        assert connection.sock is before


def test_who_may_introduce_logs(opened: Witness) -> None:
    for introductions, plain, proxied in (
        (Introductions.LOOPBACK, 200, 403),
        (Introductions.NOBODY, 403, 403),
        (Introductions.ANYONE, 200, 200),
    ):
        with served(opened, introductions) as running:
            assert running.introduce(LOG.introduction()).status_code == plain
            for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "Origin"):
                assert running.introduce(LOG.introduction(), **{name: "127.0.0.1"}).status_code == proxied


@pytest.mark.parametrize(
    ("url", "taken_from"),
    [
        (None, "loopback"),
        ("http://127.0.0.1:8100", "loopback"),
        ("http://localhost:8100", "loopback"),
        ("http://[::1]:8100", "loopback"),
        ("http://[::ffff:127.0.0.1]", "loopback"),
        ("https://w1.example", "nobody"),
        ("https://127.0.0.1.example", "nobody"),
        ("https://10.0.0.7", "nobody"),
        ("w1.example", "nobody"),
        ("https://[::1", "nobody"),
    ],
)
def test_where_the_world_finds_it_nobody_introduces_logs_unless_told(url: str | None, taken_from: str) -> None:
    assert introductions_for(url) == taken_from


@pytest.mark.parametrize(("host", "is_one"), [("127.8.0.1", True), ("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", False)])
def test_addresses_of_the_machine_itself(host: str, *, is_one: bool) -> None:
    assert is_loopback(host) is is_one


def test_the_log_tells_which_log_asked_from_where_to_where(running: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    running.introduce(LOG.introduction())
    for request in (b"", LOG.request(0, 7), LOG.request(0, 9)):
        running.ask(request)
    assert [line for line in caplog.messages if line.startswith("add-checkpoint ")] == [
        "add-checkpoint origin=- old=- new=- status=400 code=AddCheckpointMalformed",
        f"add-checkpoint origin={ORIGIN} old=0 new=7 status=200",
        f"add-checkpoint origin={ORIGIN} old=0 new=9 status=409 code=CosignedSizeDiffers",
    ]


def test_a_taken_name_and_an_unsigned_introduction(running: Served) -> None:
    running.introduce(LOG.introduction())
    other = MadeLog([key_of("second")])
    assert running.introduce(other.introduction(9)).status_code == 409
    lacking = replace(other.said(9), note=LOG.note(9).to_bytes())
    assert running.introduce(lacking.to_bytes()).status_code == 403
    assert running.introduce(b"log x\n\nnote\n").status_code == 400
    assert running.introduce(other.introduction(9, by=LOG.keys)).status_code == 200
    assert running.ask(other.request(0, 9)).status_code == 200


@pytest.mark.parametrize("path", ["/add-checkpoint", "/add-log"])
def test_a_body_that_is_too_large_is_refused_before_it_has_come(running: Served, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n"
    assert _raw(running, f"{head}Content-Length: {INTRODUCTION_BYTES_MAX + 1}\r\n\r\n").startswith(b"HTTP/1.1 413")
    piece = f"40000\r\n{'x' * 0x40000}\r\n"
    endless = piece * (INTRODUCTION_BYTES_MAX // 0x40000 + 1)
    assert _raw(running, f"{head}Transfer-Encoding: chunked\r\n\r\n{endless}").startswith(b"HTTP/1.1 413")


def test_slow_senders_are_cut_off(running: Served) -> None:
    head = "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    assert _raw(running, head + "old").startswith(b"HTTP/1.1 408")
    assert _raw(running, head, drip=b"o").startswith(b"HTTP/1.1 408")
    assert running.client.get("/healthz").status_code == 200


def test_who_hangs_up_is_no_fault_of_the_server(running: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    parts = urlsplit(running.url)
    for _ in range(5):
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
            connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nold")
    deadline = time.monotonic() + 20
    while sum("POST /add-checkpoint 400" in line for line in caplog.messages) < 5:
        assert time.monotonic() < deadline, caplog.messages
        time.sleep(0.02)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def _raw(running: Served, data: str, *, drip: bytes = b"") -> bytes:
    """What comes back; `drip` is sent again and again, faster than any single pause would be cut off."""
    parts = urlsplit(running.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=0.25 if drip else 20) as connection:
        connection.sendall(data.encode())
        for _ in range(40):
            try:
                return connection.recv(65_536)
            except TimeoutError:
                connection.sendall(drip)
    return b""


def test_two_servers_on_one_directory_never_cosign_two_histories(tmp_path: Path) -> None:
    meeting = threading.Barrier(2)
    met = threading.local()

    def meet() -> None:
        if not getattr(met, "once", False):
            met.once = True
            meeting.wait(20)

    with (
        closing(open_witness(tmp_path, name=NAME)) as first,
        closing(open_witness(tmp_path, name=NAME)) as second,
        served(replace(first, before_persisting=meet)) as one,
        served(replace(second, before_persisting=meet)) as other,
        ThreadPoolExecutor(2) as threads,
    ):
        one.introduce(LOG.introduction())
        asked = [(one, LOG.request(0, 7)), (other, FORKED.request(0, 7))]
        answers = list(threads.map(lambda pair: pair[0].ask(pair[1]), asked))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        winner = (LOG, FORKED)[[answer.status_code for answer in answers].index(200)]
        kept = SignedNote.parse(other.read("checkpoint").content)
        assert kept.text == winner.checkpoint(7).text
        (conflict,) = one.read("conflicts").json()["conflicts"]
        assert conflict["kind"] == "fork"
