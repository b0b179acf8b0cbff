"""What keeps a serving process quick, done beside the rounds: checkpoints of the write-ahead log, merging of the index."""

from __future__ import annotations

import logging
import threading
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from ledger.actions.log.writer import Writer
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.storage.database import writing
from ledger.storage.identifier_index import identifier_generations, merge_identifiers
from ledger.storage.sqlite import checkpoint_wal

_PAGES_PER_ROUND: Final = 12
_PAGES_PER_RECORD: Final = 1.4
_CHECKPOINT_PAGES: Final = 4_000
"""Some 16 MB, which the disk takes in a few hundredths of a second."""

_RECORDS_BETWEEN_LOOKS: Final = 3_000
"""Rather fewer than fill a generation of the index."""

_RECORDS_BETWEEN_COUNTS: Final = 50_000
_GENERATIONS_MAX: Final = 256
"""Beyond this many small generations of the index, rounds are made to wait for its merging."""

_log: Final = logging.getLogger(__name__)


class Upkeep:
    """Use as a context manager, inside that of its writer.

    A checkpoint within a commit would make its batches wait for all that was written before them.
    """

    def __init__(self, ledger: Ledger, writer: Writer) -> None:
        self._ledger, self._writer = ledger, writer
        self._due = threading.Event()
        self._stopping = False
        self._checkpointed = 0.0
        self._counted = 0
        self._is_behind = False
        self._looked, self._may_merge = 0, True
        self._thread = threading.Thread(target=self._checkpoint_when_due, name="upkeep", daemon=True)

    def __enter__(self) -> Upkeep:
        self._writer.after_commit(self._committed)
        self._writer.when_idle(self._merge_if_any)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._due.set()
        self._thread.join()

    def merge(self) -> bool:
        """Move one slice of the index; False if there is nothing to move, or if it could not be."""
        try:
            with writing(self._ledger.engine) as connection:
                return merge_identifiers(connection)
        except SuyuanError as failure:
            _log.warning("the index of identifiers was not merged: %s", failure)
            return False

    def _merge_if_any(self) -> bool:
        if self._writer.records - self._looked >= _RECORDS_BETWEEN_LOOKS:
            self._looked, self._may_merge = self._writer.records, True
        self._may_merge = self._may_merge and self.merge()
        return self._may_merge

    def _committed(self) -> None:
        """In the writer's thread after each round; it returns at once."""
        if self._pages() - self._checkpointed >= _CHECKPOINT_PAGES:
            self._due.set()
        if self._writer.records - self._counted >= _RECORDS_BETWEEN_COUNTS:
            self._counted = self._writer.records
            self._is_behind = True
        if self._is_behind:
            self._writer.soon(self._catch_up)

    def _catch_up(self) -> None:
        with self._ledger.engine.connect() as connection:
            self._is_behind = identifier_generations(connection) > _GENERATIONS_MAX
        if self._is_behind:
            self.merge()

    def _pages(self) -> float:
        """How many pages all rounds together have written, as nearly as need be."""
        return self._writer.rounds * _PAGES_PER_ROUND + self._writer.records * _PAGES_PER_RECORD

    def _checkpoint_when_due(self) -> None:
        while not self._stopping:
            self._due.wait()
            self._due.clear()
            if self._stopping:
                return
            self._checkpointed = self._pages()
            try:
                # Nearly all of it goes while rounds are written on; what they add meanwhile goes while none is, so that
                # the next round begins the write-ahead log again at its beginning.
                checkpoint_wal(self._ledger.engine)
                self._writer.between_rounds(lambda: checkpoint_wal(self._ledger.engine))
            except SQLAlchemyError as failure:
                _log.warning("no checkpoint of the write-ahead log: %s", type(failure).__name__)
