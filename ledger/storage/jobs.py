"""Finished capture jobs: answered once, read again by whoever posted them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, func, select, text
from sqlmodel import col

from ledger.errors import Absent
from ledger.evidence.instant import Instant
from ledger.storage.bulk import insert_rows
from ledger.storage.tables.access import JobRow

_LEVEL: Final = 1  # verdicts of one document are much alike: the fastest level already takes nine tenths away


class JobAbsent(Absent):
    title = "there is no capture job with this id for this caller"


@dataclass(frozen=True, slots=True)
class Job:
    """A capture job. `answer` is JSON bytes that leave out `entry` and `finished`, known only once the batch had its turn."""

    id: str
    party: str
    created: Instant
    finished: Instant
    answer: bytes
    entry: int | None = None


def every_job_of(connection: Connection, party: str) -> Iterator[Job]:
    """All jobs of a party whose answer is still kept."""
    for row in connection.execute(_COLUMNS.where(col(JobRow.party) == party, _IS_KEPT)):
        yield _job(row)


def empty_jobs(connection: Connection, jobs: Iterable[str]) -> None:
    """Let go of what was answered. The caller commits.

    The row stays, as long as it was: a row that is deleted moves its neighbours, whose old bytes would lie on in the file.
    """
    for job in jobs:
        connection.execute(_EMPTY, {"id": job})


def keep_jobs(connection: Connection, jobs: Sequence[Job]) -> None:
    """Keep jobs. The caller commits."""
    rows = [(j.id, j.party, int(j.created), int(j.finished), j.entry, zlib.compress(j.answer, _LEVEL)) for j in jobs]
    insert_rows(connection, JobRow, rows)


def read_job(connection: Connection, job: str, *, party: str) -> Job:
    """A job, for the party that posted it."""
    row = connection.execute(_COLUMNS.where(col(JobRow.id) == job, col(JobRow.party) == party, _IS_KEPT)).one_or_none()
    if row is None:
        raise JobAbsent(seen=job)
    return _job(row)


def jobs_of(connection: Connection, party: str, *, limit: int) -> list[Job]:
    """The newest jobs of a party, newest first."""
    query = _COLUMNS.where(col(JobRow.party) == party, _IS_KEPT)
    query = query.order_by(col(JobRow.created).desc(), col(JobRow.id)).limit(limit)
    return [_job(row) for row in connection.execute(query)]


_COLUMNS: Final = select(
    col(JobRow.id), col(JobRow.party), col(JobRow.created), col(JobRow.finished), col(JobRow.answer), col(JobRow.entry)
)

# What is compressed begins with 0x78, what is emptied with 0x00.
_IS_KEPT: Final = func.substr(col(JobRow.answer), 1, 1) != b"\x00"
_EMPTY: Final = text("UPDATE capture_jobs SET answer = zeroblob(length(answer)) WHERE id = :id")


def _job(row: Row[str, str, int, int, bytes, int | None]) -> Job:
    job, party, created, finished, answer, entry = row
    return Job(job, party, Instant(created), Instant(finished), zlib.decompress(answer), entry)
