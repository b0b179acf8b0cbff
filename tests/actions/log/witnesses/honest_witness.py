"""A witness over a real socket: honest by itself, and as dishonest, slow or broken as a test makes it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger.errors import SuyuanError
from ledger.evidence.add_checkpoint import SIZE_MEDIA_TYPE, AddCheckpoint
from ledger.evidence.add_log import AddLog
from ledger.evidence.checkpoint import Checkpoint, cosign, open_checkpoint
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.evidence.merkle import Digest, verify_consistency
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import WitnessLine

Answer = tuple[int, bytes]
Twist = Callable[["HonestWitness", str, bytes], Answer | None]
"""Given path and body of a request: another answer than the honest one, or None for that."""


@dataclass
class HonestWitness:
    """Cosigns what goes on from what it cosigned last. `twist` bends its answers."""

    name: str
    clock: Callable[[], int] = lambda: int(time.time())
    keys: list[SigningKey] = field(default_factory=list)
    logs: dict[str, tuple[VerifierKey, ...]] = field(default_factory=dict)
    last: dict[str, Checkpoint] = field(default_factory=dict)
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    received: list[set[str]] = field(default_factory=list)
    introduces: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    twist: Twist | None = None
    url: str = ""
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.keys = self.keys or [SigningKey.generate(self.name, KeyType.COSIGNATURE)]

    @property
    def lines(self) -> list[WitnessLine]:
        """Its lines of a policy, one per key."""
        return [WitnessLine(f"{self.name}{at or ''}", key.verifier, self.url) for at, key in enumerate(self.keys)]

    def cosignatures(self, note: SignedNote) -> bytes:
        return "".join(f"{cosign(note, key, self.clock())}\n" for key in self.keys).encode()

    def answer(self, path: str, body: bytes) -> Answer:
        with self.lock:
            self.asked.append((path, body))
        bent = None if self.twist is None else self.twist(self, path, body)
        if bent is not None:
            return bent
        with self.lock:
            return self.honest(path, body)

    def honest(self, path: str, body: bytes) -> Answer:
        if path == "/add-log":
            return self._introduced(AddLog.parse(body))
        request = AddCheckpoint.parse(body)
        note = SignedNote.parse(request.note)
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.origin not in self.logs:
            return 404, b""
        try:
            open_checkpoint(request.note, origin=checkpoint.origin, log_keys=self.logs[checkpoint.origin])
        except SuyuanError:
            return 403, b""
        last = self.last.get(checkpoint.origin)
        if request.old_size != (last.size if last else 0):
            return 409, b"%d\n" % (last.size if last else 0)
        if last is not None and not _goes_on(last, checkpoint, request.proof):
            return 422, b""
        self.last[checkpoint.origin] = checkpoint
        return 200, self.cosignatures(note)

    def _introduced(self, introduction: AddLog) -> Answer:
        if not self.introduces:
            return 403, b""
        self.logs[introduction.origin] = introduction.keys
        return 200, b""


def _goes_on(last: Checkpoint, checkpoint: Checkpoint, proof: tuple[Digest, ...]) -> bool:
    try:
        verify_consistency(
            old_size=last.size, new_size=checkpoint.size, old_root=last.root, new_root=checkpoint.root, proof=proof
        )
    except SuyuanError:
        return False
    return True


def _handler_of(witness: HonestWitness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            witness.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            witness.received.append({name.lower() for name in self.headers})
            status, answer = witness.answer(self.path, body)
            self.send_response(status)
            for name, value in witness.headers.items():
                self.send_header(name, value)
            if status == 409:
                self.send_header("Content-Type", SIZE_MEDIA_TYPE)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None: ...

    return Handler


@contextmanager
def serving(witness: HonestWitness, *, port: int = 0) -> Iterator[HonestWitness]:
    """The witness on a port of the loopback until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(witness))
    server.daemon_threads = True
    witness.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield witness
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with each connection whatever `talk` says; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        stopping = threading.Event()

        def accept() -> None:
            while not stopping.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=_talk, args=(talk, connection), daemon=True).start()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopping.set()
            thread.join()


def _talk(talk: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection:
        try:
            talk(connection)
        except OSError:
            return
