"""Proof of possession: golden bytes, and a proof carried anywhere else is worth nothing."""

from __future__ import annotations

import pytest

from ledger.evidence.key import KeyType
from ledger.trade.parties.possession import possession_text, prove_possession, verify_possession
from ledger.trade.parties.refusals import PossessionUnproven
from tests.trade.parties.world import FIRST_ENTRY, ORIGIN, SHOP, TEA, key_of

HERE = {"origin": ORIGIN, "first_entry": FIRST_ENTRY, "party": TEA}


def test_golden_bytes() -> None:
    assert possession_text(origin=ORIGIN, first_entry=bytes(32), party=TEA, key=key_of(TEA).verifier) == (
        b"suyuan.key/v1\n"
        b"log ledger.example/main AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        b"party ledger.example/party/duyun-tea\n"
        b"key ledger.example/party/duyun-tea+4a07c5bd+AYPxGaalLBZiW2oZ65yRS0//OLvS3t8PhBGCxlmkOnUs\n"
    )


@pytest.mark.parametrize("type_", [KeyType.ED25519, KeyType.ECDSA_P256, KeyType.MLDSA44])
def test_the_holder_can_prove_it(type_: KeyType) -> None:
    key = key_of(TEA, 0, type_)
    proof = prove_possession(key, origin=ORIGIN, first_entry=FIRST_ENTRY, party=TEA)
    verify_possession(proof, origin=ORIGIN, first_entry=FIRST_ENTRY, party=TEA, key=key.verifier)
    with pytest.raises(PossessionUnproven):
        verify_possession(proof, origin=ORIGIN, first_entry=FIRST_ENTRY, party=TEA, key=key_of(TEA, 1, type_).verifier)


@pytest.mark.parametrize(
    "elsewhere", [{"origin": "ledger.example/other"}, {"first_entry": bytes(32)}, {"party": SHOP}], ids=lambda at: next(iter(at))
)
def test_a_proof_for_another_log_or_party_is_refused(elsewhere: dict[str, object]) -> None:
    key = key_of(TEA)
    proof = prove_possession(key, **HERE)  # type: ignore[arg-type]
    with pytest.raises(PossessionUnproven) as refused:
        verify_possession(proof, **{**HERE, **elsewhere}, key=key.verifier, pointer="/proof")  # type: ignore[arg-type]
    assert refused.value.pointer == "/proof"


def test_every_flipped_bit_is_refused() -> None:
    key = key_of(TEA)
    proof = prove_possession(key, **HERE)  # type: ignore[arg-type]
    for bit in range(0, 512, 7):
        flipped = bytearray(proof)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(PossessionUnproven):
            verify_possession(bytes(flipped), **HERE, key=key.verifier)  # type: ignore[arg-type]
