"""A served log as a source to audit: everything by HTTP, nothing taken on trust, no answer larger than it may be."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Final

import httpx

from ledger.actions.log.shown_records import shown_records, split_commitments
from ledger.audit.source import BatchRecords
from ledger.errors import Absent, Malformed, TooLarge, Unauthenticated, Unavailable
from ledger.evidence.batch import BATCH_BYTES_MAX, RECORDS_MAX
from ledger.evidence.bodies import PlacedBody, decode_bodies
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.note import NOTE_BYTES_MAX, SignedNote
from ledger.evidence.spelling import parse_size
from ledger.evidence.tile import ENTRIES_LEVEL, TILE_WIDTH, TileAddress, decode_bundle

_TILE_BYTES_MAX: Final = TILE_WIDTH * DIGEST_BYTES
_BUNDLE_BYTES_MAX: Final = TILE_WIDTH * (1 << 16)
_LIST_BYTES_MAX: Final = 64 << 20
_FRAMING_BYTES: Final = 32 * RECORDS_MAX + (2 << 20)
_ASKED_AT_ONCE: Final = 4
_TIMEOUT_S: Final = 60.0


class SourceUnreachable(Unavailable):
    title = "the log's server does not answer as a log should"
    default_hint = "check the address; it is the one under which /log/checkpoint is served"


class AnswerTooLarge(TooLarge):
    title = "the log's server sends more than the answer can hold"


class ApiKeyNotTaken(Unauthenticated):
    title = "the log's server does not take this API key"


class AnswerAbsent(Absent):
    title = "the log's server has no such thing"


class UrlSource:
    """Reads `<url>/log/…` and `<url>/bodies/…`; a few answers ahead, each cut off at its greatest length."""

    kept = None

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.description = url
        self._url, self._client = url.rstrip("/"), client
        self._newest: bytes | None = None
        self._bundle = lru_cache(maxsize=4)(self._fetch_bundle)

    def newest(self) -> bytes:
        # Asked for once: a log that grows meanwhile is audited as far as it went.
        if self._newest is None:
            try:
                self._newest = self._get("log/checkpoint", NOTE_BYTES_MAX)
            except AnswerAbsent as reason:
                raise AnswerAbsent(seen=f"{self._url}/{reason.seen}", hint=self._address_hint()) from reason
        return self._newest

    def published(self) -> Iterator[tuple[int, bytes]]:
        """What `<url>/log/checkpoints` lists, one size a line, up to the newest; only the newest where there is no list."""
        newest = self.newest()
        try:
            last = Checkpoint.parse(SignedNote.parse(newest).text).size
        except Malformed:
            return
        try:
            listed = self._get("log/checkpoints", _LIST_BYTES_MAX).decode("ascii", "replace").split("\n")
            sizes = sorted({parse_size(line) for line in listed if line})
        except (AnswerAbsent, Malformed):
            sizes = []
        for size in (size for size in sizes if size < last):
            yield size, self._get(f"log/checkpoints/{size}", NOTE_BYTES_MAX)
        yield last, newest

    def _address_hint(self) -> str:
        if self._url.endswith("/log"):
            return f"leave /log off the address: {self._url.removesuffix('/log')}"
        return "check the address; it is the one under which /log/checkpoint is served"

    def size(self) -> int:
        return 0

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        index, first = divmod(start, TILE_WIDTH)
        held = self._bundle(index)
        return [held[at] if at < len(held) else None for at in range(first, first + stop - start)]

    def tile(self, address: TileAddress) -> bytes | None:
        try:
            return self._get(f"log/{address.path}", _TILE_BYTES_MAX)
        except AnswerAbsent:
            return None

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        waiting: deque[Future[BatchRecords]] = deque()
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
            for index in range(start, stop):
                waiting.append(pool.submit(self._records, index))
                if len(waiting) > _ASKED_AT_ONCE:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _records(self, index: int) -> BatchRecords:
        commitments = self._commitments(index)
        context, placed = self._bodies(index)
        return shown_records(commitments, context, placed)

    def _commitments(self, index: int) -> list[Digest]:
        try:
            joined = self._get(f"log/commitments/{index}", RECORDS_MAX * DIGEST_BYTES)
        except AnswerAbsent:
            return []
        return split_commitments(joined)

    def _bodies(self, index: int) -> tuple[bytes | None, list[PlacedBody] | None]:
        try:
            return decode_bodies(self._get(f"bodies/{index}", BATCH_BYTES_MAX + _FRAMING_BYTES))
        except AnswerAbsent:
            return None, None

    def _fetch_bundle(self, index: int) -> list[bytes]:
        last = Checkpoint.parse(SignedNote.parse(self.newest()).text).size
        try:
            address = TileAddress.within(last, level=ENTRIES_LEVEL, index=index)
            return decode_bundle(self._get(f"log/{address.path}", _BUNDLE_BYTES_MAX))
        except (AnswerAbsent, Malformed):
            return []

    def _get(self, path: str, bytes_max: int) -> bytes:
        """Fetch one answer, cut off before it fills the memory.

        Raises:
            AnswerAbsent, AnswerTooLarge, ApiKeyNotTaken, SourceUnreachable.
        """
        try:
            with self._client.stream("GET", f"{self._url}/{path}", timeout=_TIMEOUT_S) as response:
                if response.status_code in (404, 403):
                    raise AnswerAbsent(seen=f"{path}: {response.status_code}")
                if response.status_code == 401:
                    raise ApiKeyNotTaken(seen=path)
                if response.status_code != 200:
                    raise SourceUnreachable(seen=f"{path}: {response.status_code}", wanted="200")
                return _take(response, path, bytes_max)
        except httpx.HTTPError as reason:
            raise SourceUnreachable(seen=f"{self._url}/{path}: {reason}") from reason


def _take(response: httpx.Response, path: str, bytes_max: int) -> bytes:
    taken = bytearray()
    for part in response.iter_bytes():
        taken += part
        if len(taken) > bytes_max:
            raise AnswerTooLarge(seen=f"{path}: over {bytes_max} bytes", wanted=f"at most {bytes_max}")
    return bytes(taken)
