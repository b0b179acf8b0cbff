"""A proof to keep is read exactly as it is written, and nothing else is read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed, TooLarge
from ledger.evidence.instant import Instant
from ledger.evidence.policy import Policy
from ledger.evidence.proof_file import (
    AFTER_PROOF,
    BEFORE_PROOF,
    PROOF_BYTES_MAX,
    PROOF_RECORDS_MAX,
    KeptRecord,
    LeftOut,
    ProofFile,
    ProofMalformed,
    ProofPageMalformed,
    ProofTooLarge,
    WhyLeftOut,
    plain_policy,
    proof_in_page,
)
from tests.evidence.proof_world import ERASED, PLACES, bent, honest_proof, proof_of, spelled, told_ledger


def test_a_proof_prints_back_byte_for_byte() -> None:
    proof = proof_of(
        told_ledger(),
        PLACES,
        erased=[ERASED],
        left_out=(LeftOut((4, 3), WhyLeftOut.UNPUBLISHED), LeftOut((9, 0), WhyLeftOut.NO_ROOM)),
        withheld=3,
    )
    read = ProofFile.parse(proof.to_bytes())
    assert read == proof
    assert read.to_bytes() == proof.to_bytes()


def test_its_one_spelling_is_json_that_may_stand_in_a_page() -> None:
    data = honest_proof().to_bytes()
    assert not set(b"<>&") & set(data)
    assert list(json.loads(data)) == [
        "format", "origin", "firstEntry", "item", "made", "policy", "records", "leftOut", "withheld",
    ]  # fmt: skip
    assert spelled(json.loads(data)) == data


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: b" " + data,
        lambda data: data.replace(b'","', b'", "', 1),
        lambda data: data.replace(b'"withheld":0', b'"withheld":0,"withheld":0'),
        lambda data: data.replace(b'"withheld":0', b'"withheld":0.0'),
        lambda data: data.replace(b'"withheld":0', b'"withheld":-0'),
        lambda data: data.replace(b"ledger.example", b"ledger\\u002eexample", 1),
        lambda data: data.replace(b"/main", b"\\/main", 1),
        lambda data: re.sub(rb'"body":"(....)', rb'"body":"\1\\n', data, count=1),
        lambda data: data.replace(b'"origin"', b'"Origin"'),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data[:-1],
        lambda data: data.replace(b"suyuan.proof", b"suyuan.\xff", 1),
        lambda data: b"[" + data + b"]",
        lambda data: b"null",
        lambda data: b"",
    ],
)
def test_another_spelling_is_refused(change: Any) -> None:
    data = honest_proof().to_bytes()
    assert change(data) != data
    with pytest.raises(ProofMalformed):
        ProofFile.parse(change(data))


@pytest.mark.parametrize("character", ["<", ">", "&"])
def test_what_a_page_could_misread_is_refused_raw(character: str) -> None:
    value = json.loads(honest_proof().to_bytes())
    value["item"] = f"https://id.gs1.org/01/0{character}"
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    with pytest.raises(ProofMalformed, match="print back"):
        ProofFile.parse(raw)
    assert ProofFile.parse(spelled(value)).item == value["item"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"origin": "ledger.example/Main"}, Malformed),
        ({"origin": "ledger.example/other"}, ProofMalformed),
        ({"first_entry": bytes(32)}, ProofMalformed),
        ({"policy": told_ledger().policy()}, ProofMalformed),
        ({"item": ""}, ProofMalformed),
        ({"item": "https://id.gs1.org/01/茶"}, ProofMalformed),
        ({"item": "x" * 1025}, ProofMalformed),
        ({"withheld": -1}, ProofMalformed),
        ({"withheld": 1 << 31}, ProofMalformed),
        ({"records": (KeptRecord((4, 1), b"", b""),)}, ProofMalformed),
        ({"records": (KeptRecord((4, 1), b"", bytes((1 << 20) + 1)),)}, ProofMalformed),
        ({"records": (KeptRecord((4, 1), bytes((4 << 20) + 1), None),)}, ProofMalformed),
        ({"records": (KeptRecord((4, 10_001), b"", None),)}, ProofMalformed),
        ({"records": (KeptRecord((0, 0), b"", None),)}, ProofMalformed),
        ({"records": (KeptRecord((1 << 49, 0), b"", None),)}, ProofMalformed),
        ({"records": (KeptRecord((4, 1), b"", None),) * 2}, ProofMalformed),
        ({"records": tuple(KeptRecord((1, place), b"", None) for place in range(PROOF_RECORDS_MAX + 1))}, ProofTooLarge),
        ({"left_out": (LeftOut((4, 1), WhyLeftOut.DAMAGED),)}, ProofMalformed),
        ({"left_out": (LeftOut((9, 1), WhyLeftOut.DAMAGED), LeftOut((9, 0), WhyLeftOut.DAMAGED))}, ProofMalformed),
    ],
)
def test_values_that_no_file_may_hold(changed: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        replace(honest_proof(), **changed)


def test_a_file_has_its_limit() -> None:
    with pytest.raises(ProofTooLarge):
        ProofFile.parse(b" " * (PROOF_BYTES_MAX + 1))
    records = tuple(KeptRecord((1, place), b"x" * (4 << 20), None) for place in range(9))
    with pytest.raises(ProofTooLarge):
        replace(honest_proof(), records=records).to_bytes()


def test_the_policy_of_a_file_is_keys_and_first_entry_alone() -> None:
    policy = told_ledger().policy()
    plain = plain_policy(policy)
    assert (plain.log_keys, plain.first_entry, plain.witnesses, plain.quorum) == (policy.log_keys, policy.first_entry, (), "none")
    assert plain_policy(Policy.parse(plain.text)) == plain
    for text in (plain.text.replace("quorum none\n", ""), plain.text + "\n", policy.text):
        with pytest.raises(ProofMalformed):
            ProofFile.parse(bent(honest_proof().to_bytes(), lambda proof, text=text: proof.__setitem__("policy", text)))


def test_a_page_carries_one_proof() -> None:
    data = honest_proof().to_bytes()
    page = b"<!DOCTYPE html><p>" + BEFORE_PROOF + data + AFTER_PROOF + b"<script>1</script>"
    assert proof_in_page(page) == data
    for other in (b"<!DOCTYPE html>", page.replace(AFTER_PROOF, b""), page + page, page.replace(b'{"format"', b'<{"format"')):
        with pytest.raises(ProofPageMalformed):
            proof_in_page(other)


@given(
    st.integers(0, 4_000_000_000_000),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60),
    st.integers(0, (1 << 31) - 1),
    st.lists(
        st.tuples(st.integers(1, (1 << 49) - 1), st.integers(0, 10_000), st.text(max_size=40), st.binary(max_size=40)), max_size=4
    ),
)
def test_whatever_may_stand_in_a_proof_prints_and_reads_back(
    made: int, item: str, withheld: int, found: list[tuple[int, int, str, bytes]]
) -> None:
    places = {(entry, place): KeptRecord((entry, place), text.encode(), body or None) for entry, place, text, body in found}
    records = tuple(record for _, record in sorted(places.items()))
    proof = replace(honest_proof(), made=Instant(made), item=item, withheld=withheld, records=records)
    data = proof.to_bytes()
    assert not set(b"<>&") & set(data)
    assert ProofFile.parse(data) == proof


@given(st.data())
def test_a_changed_file_is_refused_or_is_another_proof(data: st.DataObject) -> None:
    whole = bytearray(honest_proof().to_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(whole)
    try:
        proof = ProofFile.parse(changed)
    except (Malformed, TooLarge):
        return
    assert proof.to_bytes() == changed
    assert (proof == honest_proof()) == (changed == honest_proof().to_bytes())
