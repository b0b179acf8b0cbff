"""What issuers saw, held against tiles that somebody shows: tiles of two histories vouch for neither."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ledger.audit.entries import EntryCheck
from ledger.audit.finding import FindingKind
from ledger.audit.journal import Journal
from ledger.audit.source import LogSource
from ledger.evidence.batch import SignedBatch
from ledger.evidence.merkle import EMPTY_ROOT, Digest, reader_of
from ledger.evidence.tile import TILE_WIDTH, TileAddress
from tests.witnessed_log import MadeLog

SHARED, SEEN, SIZE = 280, 300, 600
HONEST, FORKED = MadeLog(), MadeLog(history="other")


@dataclass
class Tiles:
    """The tiles of the fork; the second row of leaves is of `second`."""

    second: MadeLog

    def tile(self, address: TileAddress) -> bytes:
        log = self.second if (address.level, address.index) == (0, 1) else FORKED
        read = reader_of(log.leaves(SIZE, shared=SHARED))
        first = address.index * TILE_WIDTH
        return b"".join(read(8 * address.level, first + at) for at in range(address.width))


def check(source: Tiles, size: int, root: Digest) -> Journal:
    journal = Journal()
    anchor = FORKED.checkpoint(SIZE, shared=SHARED)
    entries = EntryCheck(cast(LogSource, source), journal, lambda start, stop: (), anchor)
    signed: Any = SimpleNamespace(batch=SimpleNamespace(seen=(size, root)))
    entries.seen(SIZE - 1, cast(SignedBatch, signed))
    return journal


@pytest.mark.parametrize(("size", "log", "untrue"), [(SEEN, FORKED, 0), (SEEN, HONEST, 1), (SHARED, HONEST, 0)])
def test_a_checkpoint_that_an_issuer_saw_is_one_of_this_log(size: int, log: MadeLog, untrue: int) -> None:
    journal = check(Tiles(FORKED), size, log.checkpoint(size, shared=SHARED).root)
    assert [finding.kind for finding in journal.findings] == [FindingKind.SEEN_UNTRUE] * untrue
    assert not journal.not_checked


def test_the_empty_log_is_the_beginning_of_every_log() -> None:
    assert not check(Tiles(FORKED), 0, EMPTY_ROOT).findings
    assert check(Tiles(FORKED), 0, bytes(32)).findings


def test_tiles_of_another_history_do_not_pass_for_what_an_issuer_saw() -> None:
    journal = check(Tiles(HONEST), SEEN, HONEST.checkpoint(SEEN, shared=SHARED).root)
    assert not journal.findings
    assert journal.not_checked
