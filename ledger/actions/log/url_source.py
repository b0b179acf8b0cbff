"""A served log as a source to audit: everything by HTTP, nothing taken on trust, no answer larger than it may be."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Final

from ledger.actions.log.export_layout import (
    CHUNK_BYTES,
    CHUNK_RECORDS_MAX,
    NOTES_BYTES_MAX,
    BundleContentMalformed,
    frame_note,
    notes_in,
)
from ledger.actions.log.fetching import AnswerAbsent, Fetcher
from ledger.actions.log.shown_records import shown_records, split_commitments
from ledger.audit.source import BatchRecords, SourceUnreadable
from ledger.errors import Malformed, TooLarge
from ledger.evidence.batch import BATCH_BYTES_MAX, RECORDS_MAX
from ledger.evidence.bodies import BodiesMalformed, PlacedBody, decode_bodies
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.note import NOTE_BYTES_MAX, SignedNote
from ledger.evidence.tile import ENTRIES_LEVEL, TILE_WIDTH, BundleMalformed, TileAddress, TileAddressMalformed, decode_bundle

_TILE_BYTES_MAX: Final = TILE_WIDTH * DIGEST_BYTES
_BUNDLE_BYTES_MAX: Final = TILE_WIDTH * ((1 << 16) + 1)
_FRAMING_BYTES: Final = 32 * RECORDS_MAX + (2 << 20)
_ASKED_AT_ONCE: Final = 4
_LIST: Final = "checkpoints"
_COUNTED_BYTES_MIN: Final = 128
"""A checkpoint counts as this much of the whole list at least: no signed one is shorter."""
LISTED_BYTES_MAX: Final = 1 << 30
"""Of all pages of the list together. A log that publishes ten a second fills it in some days: its bundle has no such end."""


class UrlSource:
    """Reads `<url>/log/…` and `<url>/bodies/…`; a few answers ahead, each cut off at its greatest length.

    What is answered but is not what it has to be raises `SourceUnreadable`; what is not answered, the errors of `Fetcher`.

    Args:
        listed_bytes_max: of all checkpoints that are read.
    """

    kept = None

    def __init__(self, fetcher: Fetcher, *, listed_bytes_max: int = LISTED_BYTES_MAX) -> None:
        self._listed_bytes_max = listed_bytes_max
        self.description = self._url = fetcher.url
        self._get = fetcher.fetch
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
        """What `<url>/log/checkpoints` gives, page by page, up to the newest; only the newest where there is no such list."""
        newest = self.newest()
        try:
            last = Checkpoint.parse(SignedNote.parse(newest).text).size
        except (Malformed, TooLarge):
            return
        yield from self._listed(last)
        yield last, newest

    def _listed(self, last: int) -> Iterator[tuple[int, bytes]]:
        """Those below the newest. Nobody has verified its size yet: what ends the list is that pages are full and bytes few."""
        before, counted, full = 0, 0, True
        while page := self._page(before):
            for size, note in page:
                if size >= last:
                    return
                if size <= before:
                    raise SourceUnreadable(_LIST, seen=f"size {size} after {before}", wanted="ascending sizes")
                if not full:
                    raise SourceUnreadable(_LIST, seen=f"size {size} after a page that had room for it", wanted="full pages")
                counted += max(len(note), _COUNTED_BYTES_MIN)
                if counted > self._listed_bytes_max:
                    raise SourceUnreadable(_LIST, seen=f"more than {self._listed_bytes_max} bytes", wanted="a list that ends")
                before = size
                yield size, note
            full = _is_full(page)

    def _page(self, after: int) -> list[tuple[int, bytes]]:
        """The checkpoints next above a size; none above the last one, and none where there is no list."""
        try:
            return list(notes_in(self._get(f"log/checkpoints?after={after}", NOTES_BYTES_MAX), name=_LIST))
        except AnswerAbsent:
            return []
        except BundleContentMalformed as reason:
            raise SourceUnreadable(_LIST, seen=f"{reason.code}: {reason.seen}") from reason

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
            return split_commitments(self._get(f"log/commitments/{index}", RECORDS_MAX * DIGEST_BYTES))
        except AnswerAbsent:
            return []

    def _bodies(self, index: int) -> tuple[bytes | None, list[PlacedBody] | None]:
        try:
            return decode_bodies(self._get(f"bodies/{index}", BATCH_BYTES_MAX + _FRAMING_BYTES))
        except AnswerAbsent:
            return None, None
        except BodiesMalformed as reason:
            raise SourceUnreadable(f"bodies of entry {index}", seen=f"{reason.code}: {reason.seen}") from reason

    def _fetch_bundle(self, index: int) -> list[bytes]:
        last = Checkpoint.parse(SignedNote.parse(self.newest()).text).size
        try:
            address = TileAddress.within(last, level=ENTRIES_LEVEL, index=index)
            return decode_bundle(self._get(f"log/{address.path}", _BUNDLE_BYTES_MAX))
        except (AnswerAbsent, BundleMalformed, TileAddressMalformed):
            return []


def _is_full(page: Sequence[tuple[int, bytes]]) -> bool:
    """Whether a server may go on after it with another one, as docs/FORMATS.md, "Checkpoints in bulk", has it."""
    return len(page) == CHUNK_RECORDS_MAX or sum(len(frame_note(*one)) for one in page) > CHUNK_BYTES
