"""Signatures of a batch note: exactly the named parties, each with a key it has, and nobody can be stripped or added."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed, TooLarge, Untrusted
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import (
    Batch,
    BatchSignatureWrong,
    PartyUnknown,
    SignatureLinesWrong,
    SignedBatch,
    SigningKeyUnknown,
    sign_batch,
    verify_batch,
)
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.evidence.note import SignedNote
from tests.scenario import BUYER, GARDEN, LABORATORY, ORIGIN, START, key_of

_BATCH = Batch(
    origin=ORIGIN,
    first_entry=sha256(b"first entry").digest(),
    issuer=GARDEN,
    signers=(LABORATORY, BUYER),
    klass=RecordClass.EPCIS,
    read=ReadRule.CODE,
    time=START,
    context=sha256(b"context").digest(),
    seen=None,
    size=500,
    root=sha256(b"root").digest(),
)


def _sign(batch: Batch) -> SignedBatch:
    return sign_batch(batch, [key_of(party) for party in batch.parties])


def _keys_of(party: str) -> tuple[VerifierKey, ...]:
    return (key_of(party).verifier,)


def test_every_party_is_verified_with_its_own_key() -> None:
    assert verify_batch(_sign(_BATCH), _keys_of) == tuple(key_of(party).verifier for party in _BATCH.parties)


def test_p256_keys_sign_batches_too() -> None:
    keys = [key_of(GARDEN, KeyType.ECDSA_P256), key_of(LABORATORY), key_of(BUYER, KeyType.ECDSA_P256)]
    held = {key.verifier.name: [key.verifier] for key in keys}
    assert verify_batch(sign_batch(_BATCH, keys), held.__getitem__) == tuple(key.verifier for key in keys)


def test_the_right_one_of_several_keys_is_found() -> None:
    held = [key_of(GARDEN, KeyType.ECDSA_P256).verifier, key_of(GARDEN).verifier]
    alone = replace(_BATCH, signers=())
    assert verify_batch(_sign(alone), lambda party: held) == (held[1],)


def _with_lines(signed: SignedBatch, *lines: int) -> bytes:
    return SignedNote(signed.batch.text, tuple(signed.signatures[at] for at in lines)).to_bytes()


@pytest.mark.parametrize("lines", [(0,), (0, 1), (1, 2), (0, 2, 1), (1, 0, 2), (0, 1, 2, 2), (0, 0, 1, 2)])
def test_lines_stripped_added_repeated_or_reordered_are_refused(lines: tuple[int, ...]) -> None:
    with pytest.raises(SignatureLinesWrong):
        SignedBatch.parse(_with_lines(_sign(_BATCH), *lines))


def test_a_stranger_cannot_add_his_line() -> None:
    signed = _sign(replace(_BATCH, signers=()))
    stranger = sign_batch(replace(_BATCH, issuer=BUYER, signers=()), [key_of(BUYER)]).signatures
    with pytest.raises(SignatureLinesWrong):
        SignedBatch.parse(SignedNote(signed.batch.text, (*signed.signatures, *stranger)).to_bytes())


def test_a_cosigner_taken_out_of_the_text_breaks_the_signatures() -> None:
    signed = _sign(_BATCH)
    without = replace(_BATCH, signers=(LABORATORY,))
    forged = SignedBatch.parse(SignedNote(without.text, signed.signatures[:2]).to_bytes())
    with pytest.raises(BatchSignatureWrong, match="duyun-tea"):
        verify_batch(forged, _keys_of)


def test_a_party_without_keys_is_unknown() -> None:
    with pytest.raises(PartyUnknown, match="guiyang-lab"):
        verify_batch(_sign(_BATCH), lambda party: () if party == LABORATORY else _keys_of(party))


def test_a_key_that_the_party_does_not_have_is_unknown() -> None:
    with pytest.raises(SigningKeyUnknown, match="sg-buyer"):
        verify_batch(_sign(_BATCH), lambda party: (key_of(GARDEN).verifier,) if party == BUYER else _keys_of(party))


def test_a_signature_over_other_bytes_is_wrong() -> None:
    other = _sign(replace(_BATCH, size=499)).signatures
    forged = SignedBatch.parse(SignedNote(_BATCH.text, other).to_bytes())
    with pytest.raises(BatchSignatureWrong):
        verify_batch(forged, _keys_of)


def test_keys_that_sign_tree_heads_sign_no_batch() -> None:
    with pytest.raises(Untrusted):
        sign_batch(replace(_BATCH, signers=()), [key_of(GARDEN, KeyType.COSIGNATURE)])


def test_signing_needs_the_keys_of_the_named_parties_in_order() -> None:
    keys: list[SigningKey] = [key_of(GARDEN), key_of(BUYER), key_of(LABORATORY)]
    with pytest.raises(SignatureLinesWrong):
        sign_batch(_BATCH, keys)


_NOTE = _sign(_BATCH).note


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(_NOTE) * 8 - 1))
def test_no_single_bit_can_be_changed(bit: int) -> None:
    changed = bytearray(_NOTE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, Untrusted, TooLarge)):
        verify_batch(SignedBatch.parse(bytes(changed)), _keys_of)
