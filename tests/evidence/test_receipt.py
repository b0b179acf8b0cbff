"""Receipts: golden bytes, what an honest one shows, and no changed bit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed, TooLarge, Untrusted
from ledger.evidence.lines import LineUnexpected
from ledger.evidence.receipt import (
    RECEIPT_BYTES_MAX,
    Receipt,
    ReceiptTooLarge,
    verify_receipt,
)
from ledger.evidence.receipt_extra import ReceiptMalformed
from ledger.evidence.register import KeyLine
from ledger.evidence.verdict import ReceiptVerdict
from tests.scenario import (
    DOCUMENT,
    EVENTS,
    GARDEN,
    GOVERNANCE,
    LABORATORY,
    TinyLedger,
    key_of,
    tiny_ledger,
)

_DOCUMENT_ENTRY: Final = 4


@cache
def _honest() -> TinyLedger:
    return tiny_ledger()


def _verify(ledger: TinyLedger, index: int, place: int = 0, /, **changes: Any) -> ReceiptVerdict:
    """Verify a receipt of `ledger` after changing fields of it; `body` may be another than the record's."""
    body = changes.pop("body", ledger.written[index].bodies[place])
    receipt = replace(Receipt.parse(ledger.receipt(index, place)), **changes)
    return verify_receipt(receipt.to_bytes(), body=body, policy=ledger.policy())


# --- what an honest receipt shows ----------------------------------------------------------------------------------------


def test_golden_receipt() -> None:
    receipt = _honest().receipt(_DOCUMENT_ENTRY, 1)
    lines = receipt.decode().split("\n")
    assert [lines[0], lines[1][:6], lines[2]] == ["c2sp.org/tlog-proof@v1", "extra ", "index 4"]
    assert lines[lines.index("") + 1 :][:2] == ["ledger.example/main", "5"]
    assert sha256(receipt).hexdigest() == "09dad19b7c18d69aca3ff65db1dcace10241898053d95d57f84cf7467b2fb188"
    assert (
        sha256(_honest().receipt(_DOCUMENT_ENTRY, 1, erased=True)).hexdigest()
        == "abdfeee5a91bda64882b43d8a3ca962df42dde76aa0a32647da409e6973a0ef2"
    )


def test_a_receipt_prints_and_reads_back() -> None:
    for place in range(len(EVENTS) + 1):
        for erased in (False, True):
            data = _honest().receipt(_DOCUMENT_ENTRY, place, erased=erased)
            assert Receipt.parse(data).to_bytes() == data


def test_a_record_of_the_garden() -> None:
    verdict = _verify(_honest(), _DOCUMENT_ENTRY, 2)
    assert verdict.position == (_DOCUMENT_ENTRY, 2)
    assert verdict.record_type == "ObjectEvent"
    assert verdict.body_available
    assert not verdict.is_padding
    assert verdict.issuer == KeyLine(GARDEN, key_of(GARDEN).verifier, "self", ("merchant",), "CN-GZ")
    assert [name for name, _ in verdict.opened.cosigners] == ["w1"]
    assert len(verdict.steps) == 9


@pytest.mark.parametrize("size", range(1, 6))
def test_every_record_under_every_checkpoint(size: int) -> None:
    ledger = _honest()
    for index in range(size):
        for place, body in enumerate(ledger.written[index].bodies):
            verdict = verify_receipt(ledger.receipt(index, place, size=size), body=body, policy=ledger.policy())
            assert (verdict.position, verdict.opened.checkpoint.size) == ((index, place), size)


def test_the_founding_has_the_keys_of_its_own_body() -> None:
    verdict = _verify(_honest(), 0)
    assert [line.party for line in verdict.parties] == list(GOVERNANCE)
    assert verdict.record_type == "LedgerFounded"
    assert verdict.left_to_audit == ()


def test_a_joint_statement_shows_both_parties() -> None:
    ledger = tiny_ledger()
    index = ledger.capture(signers=(LABORATORY,))
    assert [(line.party, line.custody) for line in _verify(ledger, index).parties] == [(GARDEN, "self"), (LABORATORY, "operator")]


def test_an_erased_record_is_proven_without_its_body() -> None:
    ledger = _honest()
    verdict = verify_receipt(ledger.receipt(_DOCUMENT_ENTRY, 1, erased=True), body=None, policy=ledger.policy())
    assert not verdict.body_available
    assert (verdict.record_type, verdict.is_padding) == (None, False)


def test_padding_says_nothing() -> None:
    ledger = tiny_ledger()
    index = ledger.capture([DOCUMENT, *EVENTS, b"", b""])
    verdict = _verify(ledger, index, 5)
    assert verdict.is_padding
    assert verdict.body_available


# --- the file ------------------------------------------------------------------------------------------------------------


def test_a_receipt_has_either_a_salt_or_a_commitment() -> None:
    receipt = Receipt.parse(_honest().receipt(_DOCUMENT_ENTRY))
    for changes in ({"salt": None}, {"commitment": bytes(32)}, {"salt": bytes(15)}, {"salt": None, "commitment": bytes(31)}):
        with pytest.raises(ReceiptMalformed):
            replace(receipt, **changes)


def test_a_receipt_is_bounded() -> None:
    with pytest.raises(ReceiptTooLarge):
        Receipt.parse(b"c2sp.org/tlog-proof@v1\n".ljust(RECEIPT_BYTES_MAX + 1, b"a"))
    with pytest.raises(LineUnexpected):
        Receipt.parse(b"\n\n")


_RECEIPT, _BODY, _POLICY = _honest().receipt(_DOCUMENT_ENTRY, 1), EVENTS[0], _honest().policy()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, (len(_RECEIPT) + len(_BODY)) * 8 - 1))
def test_no_single_bit_of_receipt_or_body_can_be_changed(bit: int) -> None:
    changed = bytearray(_RECEIPT + _BODY)
    changed[bit // 8] ^= 1 << bit % 8
    receipt, body = bytes(changed[: len(_RECEIPT)]), bytes(changed[len(_RECEIPT) :])
    with pytest.raises((Malformed, Untrusted, TooLarge)):
        verify_receipt(receipt, body=body, policy=_POLICY)


def test_no_byte_can_be_left_out_or_doubled() -> None:
    for at in range(len(_RECEIPT)):
        for changed in (_RECEIPT[:at] + _RECEIPT[at + 1 :], _RECEIPT[:at] + _RECEIPT[at : at + 1] + _RECEIPT[at:]):
            if changed != _RECEIPT:
                with pytest.raises((Malformed, Untrusted, TooLarge)):
                    verify_receipt(changed, body=_BODY, policy=_POLICY)
