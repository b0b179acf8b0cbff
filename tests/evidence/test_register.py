"""Key lines and their register: golden bytes, strict lines, proofs for every line and for no other."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed, SuyuanError
from ledger.evidence.batch import NameMalformed
from ledger.evidence.key import KeyType
from ledger.evidence.lines import LineUnexpected
from ledger.evidence.merkle import EMPTY_ROOT, InclusionUnproven, verify_inclusion
from ledger.evidence.register import KeyLine, KeyLineAbsent, KeyLineMalformed, KeyLineRepeated, Register
from tests.scenario import BUYER, GARDEN, GOVERNANCE, LABORATORY, key_of

_GARDEN = KeyLine(GARDEN, key_of(GARDEN).verifier, "self", ("factory", "merchant"), "CN-GZ")
_GARDEN_P256 = replace(_GARDEN, key=key_of(GARDEN, KeyType.ECDSA_P256).verifier)
_LABORATORY = KeyLine(LABORATORY, key_of(LABORATORY).verifier, "operator", ("laboratory",), "CN")
_GOVERNANCE = KeyLine(GOVERNANCE[0], key_of(GOVERNANCE[0]).verifier, "self", ("governance",), "-")
_BUYER = KeyLine(BUYER, key_of(BUYER).verifier, "self", ("buyer",), "SG")
_LINES = (_BUYER, _GARDEN, _GARDEN_P256, _GOVERNANCE, _LABORATORY)


def test_golden_line() -> None:
    assert _LABORATORY.line == (
        "key ledger.example/party/guiyang-lab ledger.example/party/guiyang-lab+"
        "c845b941+AcuLp2qkWOfNRhUwl49KJ5FCV7h6zVL3mo9nGK8aWtAC operator laboratory CN"
    )
    assert _LABORATORY.leaf == sha256(b"\x00" + _LABORATORY.line.encode() + b"\n").digest()


def test_golden_root() -> None:
    assert Register.of(_LINES).root.hex() == "3c89a6efdd5a97b7c550f1755aae1333cb22cd328fade66b2d3a1d52e5d803f0"
    assert Register.of(()).root == EMPTY_ROOT


@pytest.mark.parametrize("line", _LINES)
def test_lines_print_and_read_back(line: KeyLine) -> None:
    assert KeyLine.parse(line.line) == line


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"party": BUYER}, KeyLineMalformed),
        ({"party": "A"}, NameMalformed),
        ({"key": key_of(GARDEN, KeyType.COSIGNATURE).verifier}, KeyLineMalformed),
        ({"custody": "bank"}, KeyLineMalformed),
        ({"roles": ()}, KeyLineMalformed),
        ({"roles": ("merchant", "factory")}, KeyLineMalformed),
        ({"roles": ("factory", "factory")}, KeyLineMalformed),
        ({"roles": ("factory,merchant",)}, None),
        ({"roles": ("Factory",)}, KeyLineMalformed),
        ({"roles": ("fac tory",)}, KeyLineMalformed),
        ({"territory": "cn"}, KeyLineMalformed),
        ({"territory": "CN-GUIZ"}, KeyLineMalformed),
        ({"territory": ""}, KeyLineMalformed),
        ({"territory": "--"}, KeyLineMalformed),
    ],
)
def test_a_line_that_breaks_a_rule_cannot_be_built(changes: dict[str, Any], error: type[SuyuanError] | None) -> None:
    if error is None:
        assert KeyLine.parse(replace(_GARDEN, **changes).line) == _GARDEN
        return
    with pytest.raises(error):
        replace(_GARDEN, **changes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key ", "Key "),
        ("key ", "key  "),
        (" self ", " self self "),
        (" CN-GZ", " CN-GZ "),
        (" CN-GZ", " CN-GZ\n"),
        (" CN-GZ", ""),
        ("factory,merchant", "factory,merchant,"),
        ("+", "+0"),
    ],
)
def test_another_spelling_is_refused(old: str, new: str) -> None:
    with pytest.raises(Malformed):
        KeyLine.parse(_GARDEN.line.replace(old, new, 1))


def test_a_second_line_is_not_swallowed() -> None:
    with pytest.raises(Malformed):
        KeyLine.parse(f"{_GARDEN.line}\n{_BUYER.line}")
    with pytest.raises(LineUnexpected):
        KeyLine.parse("")


@given(st.permutations(_LINES))
def test_the_order_given_does_not_matter(lines: list[KeyLine]) -> None:
    register = Register.of(lines)
    assert register == Register.of(_LINES)
    assert [line.line.encode() for line in register.lines] == sorted(line.line.encode() for line in lines)


def test_a_key_stands_once() -> None:
    with pytest.raises(KeyLineRepeated):
        Register.of((*_LINES, replace(_GARDEN, territory="CN")))


def test_keys_of_a_party() -> None:
    register = Register.of(_LINES)
    assert set(register.keys_of(GARDEN)) == {_GARDEN, _GARDEN_P256}
    assert register.keys_of(BUYER) == (_BUYER,)
    assert register.keys_of("nobody") == ()


@settings(max_examples=60)
@given(st.integers(1, 40))
def test_every_line_is_proven_and_only_in_its_place(size: int) -> None:
    names = [f"p/{number}" for number in range(size)]
    register = Register.of(KeyLine(name, replace(_BUYER.key, name=name), "self", ("buyer",), "SG") for name in names)
    for line in register.lines:
        place, path = register.prove(line)
        verify_inclusion(index=place, size=size, leaf_hash=line.leaf, proof=path, root=register.root)
        with pytest.raises(InclusionUnproven):
            changed = replace(line, territory="CN")
            verify_inclusion(index=place, size=size, leaf_hash=changed.leaf, proof=path, root=register.root)


def test_a_line_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(KeyLineAbsent):
        Register.of(_LINES).prove(replace(_GARDEN, roles=("merchant",)))
