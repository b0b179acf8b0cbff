"""The JSON of a receipt: golden bytes, and one accepted form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.receipt_extra import Extra, ExtraKey, ReceiptMalformed, print_extra, read_extra

_EXTRA = Extra(entry=b"e", place=3, path=(b"p", b"q"), salt=b"s", keys=(ExtraKey("key line", 1, (b"k",)),), context=None)
_GOLDEN = (
    b'{"entry":"ZQ==","place":3,"path":["cA==","cQ=="],"salt":"cw==",'
    b'"keys":[{"line":"key line","place":1,"path":["aw=="]}],"context":null}'
)
_GOLDEN_ERASED = b'{"entry":"ZQ==","place":3,"path":[],"salt":null,"commitment":"Yw==","keys":[],"context":"eA=="}'


def test_golden_json() -> None:
    assert print_extra(_EXTRA) == _GOLDEN
    assert read_extra(_GOLDEN) == _EXTRA


def test_golden_json_of_an_erased_record() -> None:
    erased = Extra(entry=b"e", place=3, path=(), salt=None, commitment=b"c", keys=(), context=b"x")
    assert print_extra(erased) == _GOLDEN_ERASED
    assert read_extra(_GOLDEN_ERASED) == erased


_BYTES = st.binary(max_size=5)
_PATHS = st.lists(_BYTES, max_size=3).map(tuple)
_KEYS = st.builds(ExtraKey, line=st.text(max_size=5), place=st.integers(0, 2**63 - 1), path=_PATHS)


_OPTIONAL = st.none() | _BYTES
_EXTRAS = st.builds(
    Extra, entry=_BYTES, place=st.integers(0, 2**63 - 1), path=_PATHS, salt=_OPTIONAL,
    keys=st.lists(_KEYS, max_size=2).map(tuple), context=_OPTIONAL,
)  # fmt: skip


@given(_EXTRAS)
def test_every_extra_prints_and_reads_back(extra: Extra) -> None:
    assert read_extra(print_extra(extra)) == extra


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"place":3', b'"place":3,"place":3'),
        (b'"place":3', b'"place":4,"place":3'),
        (b'"place":3', b'"place":3.0'),
        (b'"place":3', b'"place":"3"'),
        (b'"place":3', b'"place": 3'),
        (b'"place":3', b'"place":03'),
        (b'"place":3,', b""),
        (b'"place":3', b'"Place":3'),
        (b'"place":3', b'"pl\\u0061ce":3'),
        (b'"entry":"ZQ==","place":3', b'"place":3,"entry":"ZQ=="'),
        (b'"ZQ=="', b'"ZR=="'),
        (b'"ZQ=="', b'"ZQ"'),
        (b'"ZQ=="', b'"Z-=="'),
        (b'"ZQ=="', b"null"),
        (b'"salt":"cw=="', b'"salt":"cw==","commitment":null'),
        (b'"context":null', b'"context":null,"more":1'),
        (b'"line":"key line"', b'"line":"key line","more":1'),
        (b"}]", b"}],"),
        (b"null}", b"null} "),
        (b"null}", b"null"),
        (b"key", b"\xff"),
        (_GOLDEN, b"[]"),
        (_GOLDEN, b"[" * 100_000),
        (_GOLDEN, b""),
    ],
)
def test_another_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in _GOLDEN
    with pytest.raises(ReceiptMalformed):
        read_extra(_GOLDEN.replace(old, new, 1))
