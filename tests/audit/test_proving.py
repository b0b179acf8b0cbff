"""What is proven all at once is what the careful check finds nothing wrong in; whatever is bent is left to that check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit.journal import Journal
from ledger.audit.proving import prove
from ledger.audit.records import RecordCheck
from ledger.audit.source import BatchRecords, SourceUnreadable
from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import commit_all
from ledger.evidence.merkle import root_of
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.epcis.alike import EventShapes
from tests.audit.memory_source import MemorySource
from tests.scenario import DOCUMENT, EVENTS, TinyLedger, tiny_ledger


class Listener:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.events: list[int] = []

    def event(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> None:
        self.events.append(place)

    def dossier(self, index: int, place: int, issuer: str, body: bytes, said: DossierBody) -> None:
        raise AssertionError("no dossier here")


@pytest.fixture(scope="module")
def ledger() -> TinyLedger:
    return tiny_ledger()


def shown(ledger: TinyLedger, index: int) -> tuple[Batch, BatchRecords]:
    return ledger.written[index].entry.signed().batch, MemorySource(ledger).true_records(index)


def carefully(batch: Batch, records: BatchRecords) -> tuple[Journal, Listener]:
    journal, listener = Journal(), Listener()
    check = RecordCheck(journal, listener)
    check.check(4, batch, records)
    return journal, listener


@pytest.mark.parametrize("index", range(5))
def test_an_honest_batch_is_proven_and_counts_the_same(ledger: TinyLedger, index: int) -> None:
    batch, records = shown(ledger, index)
    proven = prove(batch, records, EventShapes())
    journal, listener = carefully(batch, records)
    assert proven is not None
    assert (proven.bodies, proven.events.places()) == (journal.checked.bodies, listener.events)
    assert journal.findings == ()
    assert (proven.governance is not None) is (batch.klass is RecordClass.GOVERNANCE)


def test_absent_and_withheld_bodies_are_proven_by_their_commitments(ledger: TinyLedger) -> None:
    batch, records = shown(ledger, 4)
    hidden = records._replace(
        bodies=[records.bodies[0], None, None, records.bodies[3]],
        salts=[records.salts[0], None, None, records.salts[3]],
        withheld=frozenset({2}),
    )
    proven = prove(batch, hidden, EventShapes())
    assert proven is not None
    assert (proven.bodies, proven.absent, proven.withheld) == (2, [1], 1)


_UNREAD = SourceUnreadable("batches", seen="damage")
_BENDS: Mapping[str, Callable[[BatchRecords], BatchRecords]] = {
    "a body": lambda all_: all_._replace(bodies=[all_.bodies[0], (all_.bodies[1] or b"") + b" ", *all_.bodies[2:]]),
    "a salt": lambda all_: all_._replace(salts=[all_.salts[0], bytes(16), *all_.salts[2:]]),
    "a short salt": lambda all_: all_._replace(salts=[all_.salts[0], b"", *all_.salts[2:]]),
    "no salt": lambda all_: all_._replace(salts=[None, *all_.salts[1:]]),
    "a commitment": lambda all_: all_._replace(commitments=[bytes(32), *all_.commitments[1:]]),
    "a short commitment": lambda all_: all_._replace(commitments=[b"", *all_.commitments[1:]]),
    "no commitment": lambda all_: all_._replace(commitments=[None, *all_.commitments[1:]]),
    "no context": lambda all_: all_._replace(context=None),
    "another context": lambda all_: all_._replace(context=b"{}"),
    "an unread context": lambda all_: all_._replace(context_unread=_UNREAD),
    "a row less": lambda all_: BatchRecords(all_.context, *(column[:-1] for column in all_[1:5])),
    "a row more": lambda all_: BatchRecords(
        all_.context, [*all_.places, 4], *([*column, column[-1]] for column in (all_.commitments, all_.salts, all_.bodies))
    ),
}


@pytest.mark.parametrize("name", _BENDS)
def test_whatever_is_bent_is_left_to_the_careful_check(ledger: TinyLedger, name: str) -> None:
    batch, records = shown(ledger, 4)
    bent = _BENDS[name](records)
    assert prove(batch, bent, EventShapes()) is None
    if name != "an unread context":
        assert carefully(batch, bent)[0].findings or carefully(batch, bent)[0].not_checked


_BODIES = st.lists(
    st.sampled_from([
        b"", DOCUMENT, EVENTS[0], EVENTS[1], b"{}", b'{"type":"ObjectEvent"}', b'{"type":["ObjectEvent"]}',
        b'{"type":"LedgerFounded"}',
        b'{"type":"ObjectEvent","type":"ObjectEvent"}', b'{"a":1} ', b"[]", b'{"a":"\xff"}', b'{"type":"EPCISDocument"}',
    ]),
    min_size=1,
    max_size=5,
)  # fmt: skip


@settings(max_examples=100)
@given(_BODIES, st.sampled_from(list(RecordClass)))
def test_what_is_proven_the_careful_check_finds_nothing_wrong_in(bodies: list[bytes], klass: RecordClass) -> None:
    ledger = tiny_ledger()
    if klass is RecordClass.GOVERNANCE:
        bodies = bodies[:1]
    batch = ledger.batch(bodies, klass=klass)
    salts = ledger.salts(len(bodies))
    commitments = commit_all(origin=batch.origin, issuer=batch.issuer, salts=salts, bodies=bodies)
    assert root_of(commitments) == batch.root
    context = MemorySource(ledger).true_records(4).context if batch.context is not None else None
    records = BatchRecords(context, range(len(bodies)), commitments, salts, bodies)
    journal, _ = carefully(batch, records)
    assert (prove(batch, records, EventShapes()) is not None) is (journal.findings == ())
