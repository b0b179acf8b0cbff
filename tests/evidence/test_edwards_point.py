"""Refused Ed25519 points, found again by adding points the slow way."""

from __future__ import annotations

from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.edwards_point import fault_of_point

PRIME: Final = 2**255 - 19
D: Final = -121665 * pow(121666, -1, PRIME) % PRIME
ORDER_8: Final = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


def add(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    """The addition law of RFC 8032 section 5.1.4, in affine form."""
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2
    x3 = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME)
    y3 = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME)
    return x3 % PRIME, y3 % PRIME


def decode(encoded: bytes) -> tuple[int, int]:
    whole = int.from_bytes(encoded, "little")
    y, sign = whole & (1 << 255) - 1, whole >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert x * x % PRIME == square
    return (x if x & 1 == sign else PRIME - x), y


def encode(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def test_all_eight_points_of_small_order_are_refused() -> None:
    generator = decode(ORDER_8)
    points = [generator]
    while points[-1] != (0, 1):
        points.append(add(points[-1], generator))
    assert len(points) == 8
    for point in points:
        assert fault_of_point(encode(point)) == "a point of small order"


@pytest.mark.parametrize("y", [1, PRIME - 1])
def test_a_sign_without_x_is_refused(y: int) -> None:
    assert fault_of_point((y | 1 << 255).to_bytes(32, "little")) is not None


@pytest.mark.parametrize("y", [PRIME + excess for excess in range(19)])
def test_an_unreduced_y_is_refused(y: int) -> None:
    for sign in (0, 1 << 255):
        assert fault_of_point((y | sign).to_bytes(32, "little")) == "a point whose y is not reduced"


def test_y_of_no_point_is_refused() -> None:
    assert fault_of_point((2).to_bytes(32, "little")) == "no point of the curve"


@given(st.binary(min_size=32, max_size=32))
def test_honest_keys_have_no_fault(seed: bytes) -> None:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert fault_of_point(public) is None
    assert encode(decode(public)) == public
