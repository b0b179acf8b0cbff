"""Which encodings of Ed25519 public keys are no honest key: not canonical, off the curve, or of small order."""

from __future__ import annotations

from typing import Final

_PRIME: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _PRIME) % _PRIME
_ORDER_8_Y: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7

_SMALL_ORDER_Y: Final = frozenset({1, _PRIME - 1, 0, _ORDER_8_Y, _PRIME - _ORDER_8_Y})
"""The y of the eight points of order 1, 2, 4 and 8; both signs of x."""


def fault_of_point(encoded: bytes) -> str | None:
    """Return what is wrong with a 32-byte encoded point, or None for a point of large order.

    With a point of small order one signature is valid for many messages; with two encodings of one point
    the same key passes for two. Source: RFC 8032 sections 5.1.2 and 5.1.3.
    """
    y = int.from_bytes(encoded, "little") & (1 << 255) - 1
    if y >= _PRIME:
        return "a point whose y is not reduced"
    if y in _SMALL_ORDER_Y:
        return "a point of small order"
    # -x^2 + y^2 = 1 + d x^2 y^2, so x^2 = (y^2 - 1) / (d y^2 + 1) must be a square (Euler's criterion).
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _PRIME)
    return None if pow(x_squared, (_PRIME - 1) // 2, _PRIME) == 1 else "no point of the curve"
