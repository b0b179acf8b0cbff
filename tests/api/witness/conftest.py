"""A witness that serves on the loopback, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.witness.app import create_witness_app
from ledger.actions.witness.introduce_log import Introductions
from ledger.actions.witness.open_witness import Witness, open_witness
from ledger.storage.witness.logs import origin_hash
from tests.api.serving import listening, serving
from tests.witnessed_log import ORIGIN, MadeLog

NAME = "witness.example/w1"
LOG = MadeLog()
FORKED = MadeLog(history="other")


@dataclass(frozen=True)
class Served:
    """A witness, its address, and a client."""

    witness: Witness
    url: str
    client: httpx.Client

    def ask(self, request: bytes) -> httpx.Response:
        return self.client.post("/add-checkpoint", content=request)

    def introduce(self, body: bytes, **headers: str) -> httpx.Response:
        return self.client.post("/add-log", content=body, headers=headers)

    def read(self, what: str, origin: str = ORIGIN) -> httpx.Response:
        return self.client.get(f"/{origin_hash(origin).hex()}/{what}")


@contextmanager
def served(witness: Witness, introductions: Introductions | None = None) -> Iterator[Served]:
    """Serve an opened witness; whoever sends slowly is cut off after half a second."""
    app = create_witness_app(witness, introductions=introductions, body_pause_s_max=0.5)
    with listening() as (bound, url), serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
        yield Served(witness, url, client)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Witness]:
    with closing(open_witness(tmp_path / "w", name=NAME, post_quantum=True)) as witness:
        yield witness


@pytest.fixture
def running(opened: Witness) -> Iterator[Served]:
    with served(opened) as running:
        yield running
