"""Every governance body: one written form, read back equal, and nothing else is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.evidence.authority import TYPES, RecordClass
from ledger.evidence.key import KeyType
from ledger.evidence.record import RecordTypeMissing, read_record
from ledger.trade.parties.bodies import BODIES, KeyRevoked, LogKeyAdded, PartyAdmitted, RoleGranted, read_body
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.refusals import (
    BodyMalformed,
    BodyMemberMissing,
    BodyMemberRepeated,
    BodyMemberUnknown,
    BodyMemberWrong,
    BodyTypeUnknown,
)
from tests.trade.parties.samples import SAMPLES
from tests.trade.parties.world import ORIGIN, TEA, admission, founding, key_of

EMPTY_LISTS_ALLOWED: list[tuple[str, object]] = [
    (name, []) for name in ("registrars", "contexts", "rulePacks", "owners", "affiliates", "reserves")
]
EACH = pytest.mark.parametrize("body", SAMPLES, ids=lambda body: type(body).__name__)


def as_json(body: GovernanceBody) -> dict[str, Any]:
    return json.loads(body.to_body())


def test_every_type_of_the_class_has_a_body_and_a_sample() -> None:
    assert set(BODIES) == TYPES[RecordClass.GOVERNANCE]
    assert {type(sample).__name__ for sample in SAMPLES} == set(BODIES)


@EACH
def test_what_is_written_is_a_record_and_reads_back_equal(body: GovernanceBody) -> None:
    written = body.to_body()
    assert read_body(read_record(written)) == body
    assert written.startswith(f'{{"type":"{type(body).__name__}",'.encode())
    assert read_body(read_record(written)).to_body() == written


def test_golden_bytes() -> None:
    """The one written form. Changing it breaks nothing that is signed, but every document that shows it."""
    vkey = str(key_of(TEA).verifier)
    golden = f'{{"type":"KeyRevoked","party":"{TEA}","key":"{vkey}","compromisedSince":null}}'
    assert KeyRevoked(TEA, key_of(TEA).verifier, None).to_body() == golden.encode()
    labelled = admission(TEA, label="都匀").to_body()
    assert labelled.endswith(b'","proof":null}],"label":"\xe9\x83\xbd\xe5\x8c\x80"}')
    assert b"label" not in admission(TEA).to_body()


@EACH
def test_any_member_more_is_refused_at_every_depth(body: GovernanceBody) -> None:
    for spoiled, pointer in _with_each_object_spoiled(as_json(body)):
        with pytest.raises(BodyMemberUnknown) as refused:
            read_body(spoiled)
        assert refused.value.pointer == f"{pointer}/notes~1more"
        assert refused.value.seen == "notes/more"


@EACH
def test_any_member_less_is_refused_at_every_depth(body: GovernanceBody) -> None:
    for spoiled, pointer in _with_each_member_dropped(as_json(body)):
        with pytest.raises(BodyMemberMissing) as refused:
            read_body(spoiled)
        assert refused.value.pointer == pointer
        assert refused.value.wanted


@EACH
@pytest.mark.parametrize("wrong", [True, -1, 1 << 63, "\u202e", [], [0], {}, {"a": 1}, 1.5, "\tno such thing", ""], ids=repr)
def test_a_value_of_no_kind_is_refused_at_its_pointer(body: GovernanceBody, wrong: object) -> None:
    for name in as_json(body):
        if (name, wrong) in EMPTY_LISTS_ALLOWED or name == "type":
            continue
        with pytest.raises(BodyMalformed) as refused:
            read_body({**as_json(body), name: wrong})
        assert refused.value.pointer is not None
        assert refused.value.pointer.startswith(f"/{name}")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("party", "Ledger.example/party"),
        ("party", "a//b"),
        ("party", "a/../b"),
        ("party", "x" * 101),
        ("roles", ["king"]),
        ("roles", [None]),
        ("territory", "cn"),
        ("territory", "CN-"),
        ("territory", "CN-GZXX"),
        ("territory", ""),
        ("custody", "Self"),
        ("custody", "shared"),
        ("label", None),
        ("label", " Tea"),
        ("label", "T" * 101),
        ("label", "Tea\u202eeT"),
        ("label", "Tea\nCo"),
        ("label", "Te\u200ba"),
        ("keys", [{"key": "x+00000000+AAAA", "proof": None}]),
        ("keys", [{"key": str(key_of(TEA).verifier) + " ", "proof": None}]),
        ("keys", [{"key": str(key_of(TEA, 0, KeyType.MLDSA44).verifier), "proof": None}]),
        ("keys", [{"key": str(key_of(TEA).verifier), "proof": "AA"}]),
        ("keys", [{"key": str(key_of(TEA).verifier), "proof": ""}]),
        ("keys", [{"key": str(key_of(TEA, n).verifier), "proof": None} for n in range(17)]),
    ],
)
def test_wrong_members_of_an_admission(member: str, value: object) -> None:
    with pytest.raises(BodyMemberWrong) as refused:
        read_body({**as_json(admission(TEA)), member: value})
    assert (refused.value.pointer or "").startswith(f"/{member}")


@pytest.mark.parametrize("territory", ["CN", "CN-GZ", "GB-ENG", "US-1", "-"])
def test_territories_that_are_read(territory: str) -> None:
    body = read_body({**as_json(admission(TEA)), "territory": territory})
    assert isinstance(body, PartyAdmitted)
    assert body.territory == territory


def test_lists_hold_nothing_twice() -> None:
    whole = as_json(founding())
    for name in ("governanceKeys", "registrars", "contexts", "rulePacks", "logKeys"):
        with pytest.raises(BodyMemberRepeated) as refused:
            read_body({**whole, name: [*whole[name], whole[name][0]]})
        assert refused.value.pointer == f"/{name}/{len(whole[name])}"
    with pytest.raises(BodyMemberRepeated):
        read_body({**as_json(admission(TEA)), "roles": ["shop", "merchant", "shop"]})


@pytest.mark.parametrize("threshold", [0, 17, True, "2", 2.0, None])
def test_threshold_is_a_number_from_1_to_16(threshold: object) -> None:
    with pytest.raises(BodyMemberWrong):
        read_body({**as_json(founding()), "threshold": threshold})


def test_more_than_16_governance_keys_are_refused() -> None:
    seat = as_json(founding())["governanceKeys"][0]
    seats = [{**seat, "party": f"{ORIGIN}/governance/{n}"} for n in range(1, 18)]
    with pytest.raises(BodyMemberWrong) as refused:
        read_body({**as_json(founding()), "governanceKeys": seats})
    assert refused.value.pointer == "/governanceKeys"


def test_a_log_key_may_be_post_quantum_or_p256_but_no_cosigners() -> None:
    for kind in (KeyType.ED25519, KeyType.ECDSA_P256, KeyType.MLDSA44):
        assert read_body(as_json(LogKeyAdded(key_of(ORIGIN, 0, kind).verifier, None)))
    with pytest.raises(BodyMemberWrong):
        LogKeyAdded(key_of(ORIGIN, 0, KeyType.COSIGNATURE).verifier, None).to_body()


def test_a_party_key_may_be_p256() -> None:
    vkey = str(key_of(TEA, 0, KeyType.ECDSA_P256).verifier)
    assert read_body({**as_json(admission(TEA)), "keys": [{"key": vkey, "proof": None}]})


@pytest.mark.parametrize("name", ["", "ObjectEvent", "PartyAdmitted ", "partyAdmitted"])
def test_another_type_is_named(name: str) -> None:
    with pytest.raises(BodyTypeUnknown) as refused:
        read_body({**as_json(RoleGranted(TEA, "shop")), "type": name})
    assert refused.value.pointer == "/type"


@pytest.mark.parametrize("type_", [None, 1, ["RoleGranted"]])
def test_a_type_must_be_text(type_: object) -> None:
    with pytest.raises(RecordTypeMissing):
        read_body({**as_json(RoleGranted(TEA, "shop")), "type": type_})


def test_nothing_is_written_that_could_not_be_read() -> None:
    with pytest.raises(BodyMemberWrong):
        RoleGranted(TEA, "king").to_body()
    with pytest.raises(BodyMemberWrong):
        admission(TEA, label="\ud800").to_body()


def _with_each_object_spoiled(value: Any, pointer: str = "") -> Iterator[tuple[Any, str]]:
    """Copies of a JSON value in which one object has a member more, and the pointer of that object."""
    if isinstance(value, dict):
        yield {**value, "notes/more": 1}, pointer
        for name, inner in value.items():
            for spoiled, at in _with_each_object_spoiled(inner, f"{pointer}/{name}"):
                yield {**value, name: spoiled}, at
    if isinstance(value, list):
        for place, inner in enumerate(value):
            for spoiled, at in _with_each_object_spoiled(inner, f"{pointer}/{place}"):
                yield [*value[:place], spoiled, *value[place + 1 :]], at


def _with_each_member_dropped(value: Any, pointer: str = "") -> Iterator[tuple[Any, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("type", "label"):
                yield {key: kept for key, kept in value.items() if key != name}, f"{pointer}/{name}"
            for spoiled, at in _with_each_member_dropped(inner, f"{pointer}/{name}"):
                yield {**value, name: spoiled}, at
    if isinstance(value, list):
        for place, inner in enumerate(value):
            for spoiled, at in _with_each_member_dropped(inner, f"{pointer}/{place}"):
                yield [*value[:place], spoiled, *value[place + 1 :]], at
