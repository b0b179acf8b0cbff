"""Requests that are carried out once however often they are sent: claimed before, answered after."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from ledger.evidence.instant import Instant

_LEVEL: Final = 1  # answers are much alike


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request as it is kept. `status` and `answer` are None while it runs.

    Attributes:
        digest: keyed hash of what was sent.
        server: the start of a server that runs it; empty where nobody does.
        note: what was signed for it before anything was written.
    """

    party: str
    key: str
    digest: bytes
    server: str
    started: Instant
    note: bytes
    status: int | None = None
    answer: bytes | None = None


def read_request(connection: Connection, party: str, key: str) -> KeptRequest | None:
    row = connection.execute(_READ, {"party": party, "key": key}).one_or_none()
    if row is None:
        return None
    digest, server, started, note, status, answer = row
    whole = None if answer is None else zlib.decompress(answer)
    return KeptRequest(party, key, digest, server, Instant(started), note, status, whole)


def keep_request(connection: Connection, request: KeptRequest) -> None:
    """Keep a new running request. The caller commits, and has seen in the same transaction that there is none."""
    values = {"digest": request.digest, "server": request.server, "started": int(request.started), "note": request.note}
    connection.execute(_KEEP, {"party": request.party, "key": request.key, **values})


def take_over(connection: Connection, party: str, key: str, *, server: str, now: Instant) -> None:
    """Let `server` run a request that another one left. The caller commits."""
    connection.execute(_TAKE, {"party": party, "key": key, "server": server, "started": int(now)})


def answer_request(connection: Connection, party: str, key: str, *, status: int, answer: bytes) -> bool:
    """Keep the answer, unless there is one already: then False. The caller commits."""
    values = {"party": party, "key": key, "status": status, "answer": zlib.compress(answer, _LEVEL)}
    return connection.execute(_ANSWER, values).rowcount == 1


def let_go(connection: Connection, party: str, key: str, *, server: str, started: Instant, forget: bool) -> None:
    """End a run without an answer, if it is still this server's run: forget the request, or leave it to the next one."""
    values = {"party": party, "key": key, "server": server, "started": int(started)}
    connection.execute(_FORGET if forget else _LEAVE, values)


def forget_requests(connection: Connection, party: str, *, root_line: bytes) -> None:
    """Let go of the requests of a party whose note has this line, and of what they were answered. The caller commits.

    The same request sent again then counts as a new one: nothing tells any more that it was made before.
    """
    connection.execute(_FORGET_NOTED, {"party": party, "line": root_line})


_READ: Final = text(
    "SELECT request, server, started, note, status, answer FROM escrow_idempotency WHERE party = :party AND key = :key"
)
_KEEP: Final = text(
    "INSERT INTO escrow_idempotency (party, key, request, server, started, note) "
    "VALUES (:party, :key, :digest, :server, :started, :note)"
)
_TAKE: Final = text(
    "UPDATE escrow_idempotency SET server = :server, started = :started WHERE party = :party AND key = :key AND status IS NULL"
)
_ANSWER: Final = text(
    "UPDATE escrow_idempotency SET status = :status, answer = :answer WHERE party = :party AND key = :key AND status IS NULL"
)
_MINE: Final = "WHERE party = :party AND key = :key AND status IS NULL AND server = :server AND started = :started"
_FORGET: Final = text("DELETE FROM escrow_idempotency " + _MINE)  # noqa: S608 - our own words only
_FORGET_NOTED: Final = text("DELETE FROM escrow_idempotency WHERE party = :party AND instr(note, :line) > 0")
_LEAVE: Final = text("UPDATE escrow_idempotency SET server = '' " + _MINE)  # noqa: S608 - our own words only
