"""A request is carried out once, however often it is sent: under its key the first answer is given again.

What was signed for a request is kept before anything is written. Whoever takes a broken request over, after a crash or
from a server that stopped, says that very same note again, and to a note that it has the ledger answers with the first
verdict: nothing can happen twice.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import Connection

from ledger.actions.log.aside import Desk, OwnDesk
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, SuyuanError, Unavailable, Unprocessable
from ledger.evidence.instant import Instant
from ledger.storage.database import reading, writing
from ledger.storage.idempotency import KeptRequest, answer_request, keep_request, let_go, read_request, take_over

RUNNING_MS_MAX: Final = 5 * 60 * 1_000
"""After so long a request of this same server counts as broken and may be taken over."""


class IdempotencyRunning(Conflict):
    title = "a request with this Idempotency-Key is still running"
    default_hint = "send it again in a moment; the answer will be that of the first"


class IdempotencyKeyReused(Unprocessable):
    title = "this Idempotency-Key was used for another request"
    default_hint = "a new request takes a new key; an old one must be sent again byte for byte"


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """What a party sent under a key: to which path, and the parts of its body exactly as they came."""

    party: str
    key: str
    path: str
    parts: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An HTTP answer; `replayed`: it was given before."""

    status: int
    body: bytes
    replayed: bool = False


class Work(Protocol):
    """What a request asks for, in two steps, so that a crash between them does no harm."""

    def prepare(self) -> bytes:
        """Check the request and return what is signed for it (empty where nothing is); write nothing."""

    def carry_out(self, prepared: bytes) -> GivenAnswer:
        """Do it. With the same `prepared` a second time nothing more may happen than the first time."""


def answer_once(ledger: Ledger, request: KeyedRequest, work: Work, *, server: str, desk: Desk | None = None) -> GivenAnswer:
    """Carry `work` out, or give the answer that this request was given before.

    An answer is kept for ever. A request that was refused before anything was written keeps nothing: its key is free.

    Args:
        server: names this start of this server; what another start left running is taken over.
        desk: where the request and its answer are kept; in transactions of their own unless given.

    Raises:
        IdempotencyRunning: the same request is running here.
        IdempotencyKeyReused: the key was used for another request of this party.
        what `work` raises.
    """
    desk, digest = desk or OwnDesk(ledger), fingerprint(ledger, request)
    before = _kept(ledger, request)
    # Who sends the very same bytes is shown the answer. Who sends others must first pass all checks of the request.
    if before is not None and before.digest == digest and before.answer is not None:
        return _answer_of(before)
    prepared = work.prepare()
    claimed = KeptRequest(request.party, request.key, digest, server, ledger.clock(), prepared)
    found = desk.write_aside(lambda connection: _claim(connection, claimed))
    if found is not None and found.answer is not None:
        return _answer_of(found)
    try:
        answer = work.carry_out(prepared if found is None else found.note)
    except SuyuanError as reason:
        _let_go(ledger, claimed, forget=found is None and not isinstance(reason, Unavailable))
        raise
    return desk.write_aside(lambda connection: _keep_answer(connection, claimed, answer))


def fingerprint(ledger: Ledger, request: KeyedRequest) -> bytes:
    """Keyed hash of a whole request, 32 bytes; without the server's secret nobody can search for what was sent."""
    return _keyed(ledger, b"escrow request", request)


def seed_for(ledger: Ledger, request: KeyedRequest) -> bytes:
    """The seed of the salts of what the operator signs for this request: 32 bytes, the same whenever it is asked."""
    return _keyed(ledger, b"escrow seed", request)


def _keyed(ledger: Ledger, purpose: bytes, request: KeyedRequest) -> bytes:
    mac = hmac.new(ledger.event_secret, purpose, hashlib.sha256)
    for part in (request.party.encode(), request.key.encode(), request.path.encode(), *request.parts):
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.digest()


def _kept(ledger: Ledger, request: KeyedRequest) -> KeptRequest | None:
    with reading(ledger.engine) as connection:
        return read_request(connection, request.party, request.key)


def _claim(connection: Connection, claimed: KeptRequest) -> KeptRequest | None:
    """Make the request this server's to run; what was kept of it before, or None where it is new."""
    found = read_request(connection, claimed.party, claimed.key)
    if found is None:
        keep_request(connection, claimed)
        return None
    if found.digest != claimed.digest:
        raise IdempotencyKeyReused(seen=claimed.key, wanted="the same request as before", pointer="Idempotency-Key")
    if found.answer is None:
        if found.server == claimed.server and claimed.started - found.started < RUNNING_MS_MAX:
            raise IdempotencyRunning(seen=claimed.key, pointer="Idempotency-Key")
        take_over(connection, claimed.party, claimed.key, server=claimed.server, now=claimed.started)
    return found


def _let_go(ledger: Ledger, claimed: KeptRequest, *, forget: bool) -> None:
    # What was taken over may still be running elsewhere, and what was unavailable is sent again: both must say the same.
    with writing(ledger.engine) as connection:
        started = Instant(claimed.started)
        let_go(connection, claimed.party, claimed.key, server=claimed.server, started=started, forget=forget)


def _keep_answer(connection: Connection, claimed: KeptRequest, answer: GivenAnswer) -> GivenAnswer:
    first = answer_request(connection, claimed.party, claimed.key, status=answer.status, answer=answer.body)
    found = None if first else read_request(connection, claimed.party, claimed.key)
    return answer if found is None or found.answer is None else _answer_of(found)


def _answer_of(found: KeptRequest) -> GivenAnswer:
    if found.status is None or found.answer is None:
        raise AssertionError("a request without an answer has none to give")
    return GivenAnswer(found.status, found.answer, replayed=True)
