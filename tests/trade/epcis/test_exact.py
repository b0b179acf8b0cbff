"""Two texts are the same value when JSON says so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.trade.epcis.exact import EpcisUnreadable, read_exactly, same_value


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (b'{"a":1,"b":[true,null]}', b'{ "b" : [true, null], "a":1.0e0}', True),
        (b"100", b"1e2", True),
        (b"0", b"-0.0", True),
        (b'"\\u0061"', b'"a"', True),
        (b"1", b"true", False),
        (b"0", b"false", False),
        (b"null", b"false", False),
        (b"[1,2]", b"[2,1]", False),
        (b"0.1", b"0.10000000000000000000001", False),
        (b"9007199254740993", b"9007199254740992", False),
        (b'{"a":1}', b'{"a":1,"b":null}', False),
        (b'"1"', b"1", False),
        (b"[]", b"{}", False),
    ],
)
def test_same_value(first: bytes, second: bytes, same: bool) -> None:
    assert same_value(first, second) is same
    assert same_value(second, first) is same


@settings(max_examples=100)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda i: st.lists(i) | st.dictionaries(st.text(), i)))
def test_writing_does_not_matter(value: object) -> None:
    assert same_value(
        json.dumps(value).encode(), json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    ) or ("\\ud" in json.dumps(value))


@pytest.mark.parametrize("data", [b"", b"{", b"nul", b"\xff", b"1e99999999999999999999999", b"[" * 5000 + b"]" * 5000])
def test_what_is_no_json_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(EpcisUnreadable):
        read_exactly(data)
