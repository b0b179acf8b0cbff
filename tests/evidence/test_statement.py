"""What a body must be to stand in a batch: of its class, padding where padding may be, erased where erasure is allowed."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass, TypeNotInClass
from ledger.evidence.batch import Batch
from ledger.evidence.record import NameRepeated, RecordNotObject, RecordTypeMissing
from ledger.evidence.statement import (
    ContextDiffers,
    ErasureImpossible,
    PaddingMisplaced,
    refuse_context,
    refuse_erased,
    type_in_batch,
)
from tests.scenario import CONTEXT, EVENTS, FOUNDING, tiny_ledger

_EPCIS = tiny_ledger().batch(EVENTS)


def _of_class(klass: RecordClass) -> Batch:
    governance = klass is RecordClass.GOVERNANCE
    return replace(
        _EPCIS,
        klass=klass,
        context=_EPCIS.context if klass is RecordClass.EPCIS else None,
        read=ReadRule.PUBLIC if governance else ReadRule.CODE,
        size=1 if governance else 3,
    )


def test_the_type_of_a_record_of_the_class() -> None:
    assert type_in_batch(EVENTS[0], _EPCIS) == "ObjectEvent"
    assert type_in_batch(FOUNDING, _of_class(RecordClass.GOVERNANCE)) == "LedgerFounded"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (FOUNDING, TypeNotInClass),
        (b'{"type":"objectEvent"}', TypeNotInClass),
        (b'{"type":"ObjectEvent","type":"ObjectEvent"}', NameRepeated),
        (b'{"types":"ObjectEvent"}', RecordTypeMissing),
        (b' {"type":"ObjectEvent"}', RecordNotObject),
        (b"\x00", RecordNotObject),
    ],
)
def test_other_bodies_are_refused(body: bytes, error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        type_in_batch(body, _EPCIS)


@pytest.mark.parametrize("klass", list(RecordClass))
def test_padding_and_erasure_by_class(klass: RecordClass) -> None:
    batch = _of_class(klass)
    if klass in (RecordClass.GOVERNANCE, RecordClass.ESCROW):
        with pytest.raises(PaddingMisplaced):
            type_in_batch(b"", batch)
        with pytest.raises(ErasureImpossible):
            refuse_erased(batch)
    else:
        assert type_in_batch(b"", batch) is None
        refuse_erased(batch)


def test_padding_is_never_alone() -> None:
    with pytest.raises(PaddingMisplaced):
        type_in_batch(b"", replace(_EPCIS, size=1))


def test_the_context_is_the_one_that_was_signed() -> None:
    assert _EPCIS.context == sha256(CONTEXT).digest()
    refuse_context(CONTEXT, _EPCIS)
    refuse_context(None, _of_class(RecordClass.SCAN))
    for context, batch in ((None, _EPCIS), (b"", _EPCIS), (CONTEXT + b" ", _EPCIS), (CONTEXT, _of_class(RecordClass.SCAN))):
        with pytest.raises(ContextDiffers):
            refuse_context(context, batch)
