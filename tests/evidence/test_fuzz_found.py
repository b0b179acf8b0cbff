"""What fuzzing found, one test for each finding."""

from __future__ import annotations

import json

import pytest

from ledger.actions.log.export_layout import CHUNK_RECORDS_MAX, BundleContentMalformed, Manifest, frame_note, notes_in, records_in
from ledger.evidence.batch import RECORDS_MAX
from ledger.evidence.bodies import BodiesMalformed, BodyState, PlacedBody, decode_bodies, encode_bodies
from ledger.evidence.policy import POLICY_CHARACTERS_MAX, Policy, PolicyMalformed
from ledger.evidence.proof_file import ProofFile, ProofMalformed
from ledger.evidence.tile import TileAddress, TileAddressMalformed
from tests.evidence.proof_world import honest_proof


def test_a_tile_address_of_thousands_of_digits_is_refused_by_name() -> None:
    for groups in (7, 1_433, 10_000):
        with pytest.raises(TileAddressMalformed):
            TileAddress.parse(f"tile/0/{'x999/' * groups}999")
    largest = TileAddress(0, (1 << 63) - 1)
    assert TileAddress.parse(largest.path) == largest


def test_half_a_surrogate_pair_can_be_said_in_an_error() -> None:
    with pytest.raises(PolicyMalformed) as refusal:
        Policy.parse("\ud800")
    assert "\\ud800" in str(refusal.value)
    assert str(refusal.value).encode()


def test_a_manifest_that_is_not_ascii_is_refused_by_name() -> None:
    with pytest.raises(BundleContentMalformed):
        Manifest.parse(b"suyuan.bundle/v1\norigin \xff\nsize 0\ncheckpoints 0\n\n")


def test_bodies_in_bulk_hold_no_more_records_than_a_batch() -> None:
    erased = [PlacedBody(place, BodyState.ERASED) for place in range(RECORDS_MAX + 1)]
    whole = b"".join(encode_bodies(None, erased[:-1]))
    assert decode_bodies(whole) == (None, erased[:-1])
    with pytest.raises(BodiesMalformed):
        decode_bodies(whole + b"".join(encode_bodies(None, erased[-1:]))[4:])


def test_a_member_of_a_bundle_holds_no_more_than_an_export_puts_into_one() -> None:
    assert len([*notes_in(frame_note(1, b"") * CHUNK_RECORDS_MAX, name="x")]) == CHUNK_RECORDS_MAX
    for read, one in ((notes_in, frame_note(1, b"")), (records_in, bytes(8))):
        with pytest.raises(BundleContentMalformed):
            list(read(one * (CHUNK_RECORDS_MAX + 1), name="x"))


def test_a_policy_in_a_proof_cannot_keep_a_reader_busy() -> None:
    printed = json.loads(honest_proof().to_bytes())
    printed["policy"] = printed["policy"].splitlines(keepends=True)[0] * 100_000
    with pytest.raises(PolicyMalformed, match="at most"):
        Policy.parse(printed["policy"])
    with pytest.raises(ProofMalformed, match="characters"):
        ProofFile.parse(json.dumps(printed, separators=(",", ":"), ensure_ascii=False).replace("&", "\\u0026").encode())
    assert Policy.parse(honest_proof().policy.text + "\n" * (POLICY_CHARACTERS_MAX // 2)) == honest_proof().policy
