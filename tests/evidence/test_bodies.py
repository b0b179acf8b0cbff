"""The format of bodies in bulk: golden bytes, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.bodies import BodiesMalformed, BodyState, PlacedBody, decode_bodies, encode_bodies

SALT = bytes(range(16))
RECORDS = [
    PlacedBody(0, BodyState.PRESENT, SALT, b"{}"),
    PlacedBody(1, BodyState.ERASED),
    PlacedBody(3, BodyState.WITHHELD),
]
GOLDEN = bytes.fromhex("00000003") + b'"x"' + bytes.fromhex("0000000000") + SALT + bytes.fromhex("00000002") + b"{}" + (
    bytes.fromhex("0000000101" "0000000302")
)  # fmt: skip


def test_golden_bytes() -> None:
    assert b"".join(encode_bodies(b'"x"', RECORDS)) == GOLDEN
    assert decode_bodies(GOLDEN) == (b'"x"', RECORDS)


def test_no_context_is_not_an_empty_one() -> None:
    assert decode_bodies(b"".join(encode_bodies(None, []))) == (None, [])
    assert decode_bodies(b"".join(encode_bodies(b"", []))) == (b"", [])


@pytest.mark.parametrize("length", range(len(GOLDEN)))
def test_cut_short_is_refused_or_says_less(length: int) -> None:
    whole_records = {7, 34, 39}  # where one record ends and the next would begin
    if length in whole_records:
        assert len(decode_bodies(GOLDEN[:length])[1]) < len(RECORDS)
    else:
        with pytest.raises(BodiesMalformed):
            decode_bodies(GOLDEN[:length])


def test_unknown_state_and_descending_places_are_refused() -> None:
    none = b"\xff\xff\xff\xff"
    with pytest.raises(BodiesMalformed):
        decode_bodies(none + bytes.fromhex("0000000003"))
    with pytest.raises(BodiesMalformed):
        decode_bodies(none + bytes.fromhex("00000001010000000101"))


@given(st.none() | st.binary(max_size=40), st.lists(st.binary(max_size=40), max_size=6))
def test_what_is_written_is_read_again(context: bytes | None, bodies: list[bytes]) -> None:
    records = [PlacedBody(place, BodyState.PRESENT, SALT, body) for place, body in enumerate(bodies)]
    assert decode_bodies(b"".join(encode_bodies(context, records))) == (context, records)
