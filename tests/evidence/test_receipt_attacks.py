"""A receipt that lies is refused, and the refusal says at which step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Final

import pytest

from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass, RoleMayNotSign, TypeNotInClass
from ledger.evidence.batch import BatchSignatureWrong, SignatureLinesWrong, SigningKeyUnknown, sign_batch
from ledger.evidence.checkpoint import CheckpointOfAnotherLog
from ledger.evidence.founding import FoundingUnproven
from ledger.evidence.key import KeyType
from ledger.evidence.note import NoteUnsigned, SignedNote
from ledger.evidence.policy import QuorumUnmet
from ledger.evidence.receipt import (
    BatchOfAnotherLog,
    BodyNotGiven,
    BodyUnprovable,
    EntryMisplaced,
    EntryUnproven,
    KeyNotRegistered,
    Receipt,
    ReceiptKeysWrong,
    RecordUnproven,
    verify_receipt,
)
from ledger.evidence.record import NameRepeated
from ledger.evidence.statement import ContextDiffers, ErasureImpossible, PaddingMisplaced
from ledger.evidence.verdict import ReceiptVerdict
from tests.scenario import (
    BUYER,
    CONTEXT,
    DOCUMENT,
    EVENTS,
    FOUNDING,
    GARDEN,
    LABORATORY,
    TinyLedger,
    json_body,
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


# --- steps 1 to 5: the checkpoint, the entry, the log --------------------------------------------------------------------


def test_a_policy_that_trusts_another_ledger_of_that_name() -> None:
    other = TinyLedger()
    other.govern(FOUNDING.replace(b'"threshold":2', b'"threshold":1'))
    receipt = _honest().receipt(_DOCUMENT_ENTRY)
    with pytest.raises(BatchOfAnotherLog):
        verify_receipt(receipt, body=DOCUMENT, policy=other.policy())
    with pytest.raises(EntryMisplaced):
        verify_receipt(_honest().receipt(0), body=FOUNDING, policy=other.policy())


def test_a_note_of_another_log() -> None:
    ledger, other = tiny_ledger(), tiny_ledger()
    other.written[0] = ledger.written[1]  # the same origin with another first entry
    index = ledger.write(other.batch(EVENTS), EVENTS, context=CONTEXT)
    with pytest.raises(BatchOfAnotherLog):
        _verify(ledger, index)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (lambda: {"checkpoint_note": _honest().checkpoint(witnessed=False)}, QuorumUnmet),
        (lambda: {"checkpoint_note": _honest().checkpoint(size=4)}, EntryUnproven),
        (lambda: {"index": _DOCUMENT_ENTRY - 1}, EntryUnproven),
        (lambda: {"index": _DOCUMENT_ENTRY + 1}, EntryUnproven),
        (lambda: {"inclusion": ()}, EntryUnproven),
        (lambda: {"inclusion": (bytes(32),)}, EntryUnproven),
        (lambda: {"entry": _honest().written[3].entry.to_bytes()}, EntryUnproven),
    ],
)
def test_a_checkpoint_that_does_not_carry_the_entry(changes: Callable[[], dict[str, Any]], error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        _verify(_honest(), _DOCUMENT_ENTRY, **changes())


def test_a_checkpoint_that_the_log_did_not_sign() -> None:
    note = SignedNote.parse(_honest().checkpoint())
    unsigned = replace(note, signatures=note.signatures[1:]).to_bytes()
    with pytest.raises(NoteUnsigned):
        _verify(_honest(), _DOCUMENT_ENTRY, checkpoint_note=unsigned)
    renamed = replace(note, text=note.text.replace("/main", "/mail")).to_bytes()
    with pytest.raises(CheckpointOfAnotherLog):
        _verify(_honest(), _DOCUMENT_ENTRY, checkpoint_note=renamed)


def test_a_ledger_is_founded_at_entry_0_and_nowhere_else() -> None:
    ledger = tiny_ledger()
    index = ledger.govern(FOUNDING)
    with pytest.raises(EntryMisplaced, match="LedgerFounded at entry 5"):
        _verify(ledger, index)


# --- step 6: the signatures ----------------------------------------------------------------------------------------------


def test_key_lines_are_exactly_those_of_the_named_parties() -> None:
    ledger = tiny_ledger()
    index = ledger.capture(signers=(LABORATORY,))
    first, second = Receipt.parse(ledger.receipt(index)).keys
    for keys in ((), (first,), (second, first), (first, first), (first, second, second)):
        with pytest.raises(ReceiptKeysWrong):
            _verify(ledger, index, keys=keys)
    with pytest.raises(ReceiptKeysWrong):
        _verify(ledger, 0, keys=(first,))


def test_a_signature_by_another_key_of_the_party() -> None:
    proven = Receipt.parse(_honest().receipt(_DOCUMENT_ENTRY)).keys[0]
    other = replace(proven.line, key=key_of(GARDEN, KeyType.ECDSA_P256).verifier)
    with pytest.raises(SigningKeyUnknown):
        _verify(_honest(), _DOCUMENT_ENTRY, keys=(replace(proven, line=other),))


def test_a_cosigner_stripped_or_stuffed_by_the_log_itself() -> None:
    ledger = tiny_ledger()
    batch = ledger.batch(EVENTS, signers=(LABORATORY,))
    joint = sign_batch(batch, [key_of(GARDEN), key_of(LABORATORY)])
    stripped = SignedNote(batch.text, joint.signatures[:1]).to_bytes()
    index = ledger.write(batch, EVENTS, context=CONTEXT, note=stripped)
    with pytest.raises(SignatureLinesWrong):
        verify_receipt(ledger.receipt(index, keys=[]), body=EVENTS[0], policy=ledger.policy())
    alone = replace(batch, signers=())
    index = ledger.write(alone, EVENTS, context=CONTEXT, note=SignedNote(alone.text, joint.signatures[:1]).to_bytes())
    with pytest.raises(BatchSignatureWrong):
        _verify(ledger, index)


# --- step 7: the record --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"body": EVENTS[2]}, RecordUnproven),
        ({"body": EVENTS[0] + b" "}, RecordUnproven),
        ({"body": b""}, RecordUnproven),
        ({"salt": bytes(16)}, RecordUnproven),
        ({"place": 2}, RecordUnproven),
        ({"place": 4}, RecordUnproven),
        ({"place": -1}, RecordUnproven),
        ({"path": ()}, RecordUnproven),
        ({"context": None}, ContextDiffers),
        ({"context": CONTEXT + b"\n"}, ContextDiffers),
        ({"body": None}, BodyNotGiven),
        ({"salt": None, "commitment": bytes(32)}, BodyUnprovable),
        ({"salt": None, "commitment": bytes(32), "body": None}, RecordUnproven),
    ],
)
def test_a_record_that_was_not_signed_there(changes: dict[str, Any], error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        _verify(_honest(), _DOCUMENT_ENTRY, 1, **changes)


def test_the_same_body_of_another_place_or_issuer_is_not_this_record() -> None:
    ledger = tiny_ledger()
    ledger.admit(BUYER.replace("buyer", "shop"), "shop")
    shop = ledger.register.lines[-1].party
    index = ledger.write(ledger.batch(EVENTS, issuer=shop), EVENTS, context=CONTEXT)
    salt = ledger.written[_DOCUMENT_ENTRY].salts[1]
    with pytest.raises(RecordUnproven):
        _verify(ledger, index, 0, salt=salt)


@pytest.mark.parametrize(
    ("bodies", "error"),
    [
        ([b'{"type":"PartyAdmitted"}'], TypeNotInClass),
        ([b'{"type":"ObjectEvent","type":"ObjectEvent"}'], NameRepeated),
        ([b""], PaddingMisplaced),
    ],
)
def test_a_signed_record_that_breaks_the_rules(bodies: list[bytes], error: type[SuyuanError]) -> None:
    ledger = tiny_ledger()
    index = ledger.capture(bodies)
    with pytest.raises(error):
        _verify(ledger, index)


@pytest.mark.parametrize("index", [0, 1])
def test_governance_is_never_erased(index: int) -> None:
    ledger = _honest()
    with pytest.raises(ErasureImpossible):
        verify_receipt(ledger.receipt(index, erased=True), body=None, policy=ledger.policy())


def test_a_batch_root_cannot_be_borrowed_from_the_log() -> None:
    ledger = tiny_ledger()
    batch = replace(ledger.batch(EVENTS), root=ledger.first_entry, size=1)
    index = ledger.write(batch, EVENTS[:1], context=CONTEXT)
    with pytest.raises(RecordUnproven):
        _verify(ledger, index, body=ledger.written[0].entry.to_bytes())


def test_entry_0_is_the_founding() -> None:
    ledger = TinyLedger()
    ledger.govern(json_body(type="PartySuspended", party=GARDEN, reason="own-request"))
    with pytest.raises(FoundingUnproven):
        _verify(ledger, 0)
    ledger = TinyLedger()
    ledger.govern(FOUNDING, signers=())
    with pytest.raises(FoundingUnproven):
        _verify(ledger, 0)


# --- step 8: the keys ----------------------------------------------------------------------------------------------------


def test_a_revoked_key_signs_nothing_more() -> None:
    ledger = tiny_ledger()
    before = ledger.proven_lines(_DOCUMENT_ENTRY)
    ledger.revoke(GARDEN)
    index = ledger.capture()
    with pytest.raises(KeyNotRegistered):
        verify_receipt(ledger.receipt(index, keys=before), body=DOCUMENT, policy=ledger.policy())
    assert _verify(ledger, _DOCUMENT_ENTRY).issuer == before[0][0]


@pytest.mark.parametrize(
    "changes", [{"roles": ("customs",)}, {"territory": "SG"}, {"custody": "operator"}, {"roles": ("merchant", "shop")}]
)
def test_a_key_line_says_what_the_register_says(changes: dict[str, Any]) -> None:
    proven = Receipt.parse(_honest().receipt(_DOCUMENT_ENTRY)).keys[0]
    with pytest.raises(KeyNotRegistered):
        _verify(_honest(), _DOCUMENT_ENTRY, keys=(replace(proven, line=replace(proven.line, **changes)),))


def test_a_role_signs_its_own_classes_only() -> None:
    ledger = tiny_ledger()
    index = ledger.write(ledger.batch(EVENTS, issuer=BUYER), EVENTS, context=CONTEXT)
    with pytest.raises(RoleMayNotSign, match="buyer for class epcis"):
        _verify(ledger, index)
    index = ledger.capture(signers=(BUYER,))
    with pytest.raises(RoleMayNotSign, match="buyer for class epcis"):
        _verify(ledger, index)


def test_a_class_without_types_has_no_records_yet() -> None:
    ledger = tiny_ledger()
    batch = ledger.batch(EVENTS, klass=RecordClass.ESCROW, read=ReadRule.PARTIES)
    index = ledger.write(batch, EVENTS)
    with pytest.raises(TypeNotInClass):
        _verify(ledger, index)
