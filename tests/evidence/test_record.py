"""The strict pass accepts exactly what the rules of a record allow, and names every fault with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence import record
from ledger.evidence.record import (
    DEPTH_MAX,
    RECORD_BYTES_MAX,
    ByteOrderMarkPresent,
    EncodingNotUtf8,
    JsonMalformed,
    JsonTooLarge,
    NameRepeated,
    NestedTooDeep,
    NumberOutOfRange,
    RecordNotObject,
    RecordTypeMissing,
    SurrogateUnpaired,
    read_json,
    read_record,
    read_records,
    type_of,
)
from tests.evidence import reference_json


def _read(data: bytes) -> Any:
    return read_json(data, bytes_max=1 << 26)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":[1,-0,2.50,1e2,-1.5E+3],"b":{"c":null,"d":true}}', None),
        ('"[[[[{{{{"', "[[[[{{{{"),
        ('["\\"","\\\\","[[\\\\\\"["]', ['"', "\\", '[[\\"[']),
        ('"\\ud83c\\udf75"', "🍵"),
        ('"\\\\ud800"', "\\ud800"),
        ('"\\u0000"', "\x00"),
        ('{"":{"":{}}}', {"": {"": {}}}),
        (' \r\n\t{"a" : "茶"} ', {"a": "茶"}),
        ("9" * 38, 10**38 - 1),
        ('"' + "9" * 60 + '"', "9" * 60),
        ("1e-400", Decimal("1e-400")),
        ("0e400", Decimal("0e400")),
    ],
)
def test_accepts(text: str, value: Any) -> None:
    found = _read(text.encode())
    assert found == reference_json.read(text.encode())
    assert value is None or found == value


def test_numbers_keep_their_digits() -> None:
    found = _read(b'{"quantity": 0.1000, "count": 7}')
    assert isinstance(found["quantity"], Decimal)
    assert str(found["quantity"]) == "0.1000"
    assert type(found["count"]) is int


@pytest.mark.parametrize(
    ("data", "error", "pointer"),
    [
        (b"\xef\xbb\xbf{}", ByteOrderMarkPresent, "byte 0"),
        (b'{"a":"\xff"}', EncodingNotUtf8, "byte 6"),
        (b'"\xed\xa0\x80"', EncodingNotUtf8, "byte 1"),
        (b'"\xc0\xaf"', EncodingNotUtf8, "byte 1"),
        ('{"茶":1,}'.encode(), JsonMalformed, "byte 9"),
        (b'["a\nb"]', JsonMalformed, "byte 3"),
        (b"", JsonMalformed, "byte 0"),
        (b"{} {}", JsonMalformed, "byte 3"),
        (b"[01]", JsonMalformed, "byte 2"),
        (b"'a'", JsonMalformed, "byte 0"),
        (b'{"a":[NaN]}', JsonMalformed, "/a/0"),
        (b"[-Infinity]", JsonMalformed, "/0"),
        (b"[Infinity]", JsonMalformed, "/0"),
        (b'{"a":1,"b":2,"a":3}', NameRepeated, "/a"),
        (b'{"a":1,"\\u0061":2}', NameRepeated, "/a"),
        (b'{"x":[{},{"a/b":{"~":1,"~":2}}]}', NameRepeated, "/x/1/a~1b/~0"),
        (b'{"a":1,"a":{"a":1}}', NameRepeated, "/a"),
        (b'{"n":' + b"1" * 39 + b"}", NumberOutOfRange, "/n"),
        (b'{"n":0.' + b"1" * 38 + b"}", NumberOutOfRange, "/n"),
        (b"[1e400]", NumberOutOfRange, "/0"),
        (b"[0e401]", NumberOutOfRange, "/0"),
        (b"[1e-401]", NumberOutOfRange, "/0"),
        (b"[1e" + b"0" * 5000 + b"1]", NumberOutOfRange, "/0"),
        (b"[" + b"1" * 5000 + b"]", NumberOutOfRange, "/0"),
        (b'{"a":"\\ud800"}', SurrogateUnpaired, "/a"),
        (b'["\\udc00\\ud800"]', SurrogateUnpaired, "/0"),
        (b'{"\\ud800":1}', SurrogateUnpaired, "/\\ud800"),
    ],
)
def test_refuses_and_names_the_place(data: bytes, error: type[SuyuanError], pointer: str) -> None:
    with pytest.raises(error) as refusal:
        _read(data)
    assert refusal.value.pointer == pointer
    with pytest.raises(reference_json.Refused):
        reference_json.read(data)


def test_depth_is_counted_outside_strings_only() -> None:
    deep = b'{"[":' * (DEPTH_MAX - 1) + b'["]]]"]' + b"}" * (DEPTH_MAX - 1)
    assert _read(deep) == reference_json.read(deep)
    with pytest.raises(NestedTooDeep) as refusal:
        _read(b"[" + deep + b"]")
    assert refusal.value.pointer == f"byte {1 + 5 * (DEPTH_MAX - 1)}"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b'["\\"",', b'["\\\\",'])
def test_hostile_depth_never_reaches_a_recursive_parser(opening: bytes) -> None:
    with pytest.raises(NestedTooDeep):
        _read(opening * 100_000)


def test_brackets_hidden_by_broken_quoting_do_not_reach_it_either() -> None:
    with pytest.raises(SuyuanError):
        _read(b"\\" + b'"' + b"[" * 100_000)
    with pytest.raises(SuyuanError):
        _read(b'"' + b"[" * 100_000)


def test_a_name_repeated_among_very_many_is_found_in_linear_time() -> None:
    members = b",".join(b'"%d":0' % number for number in range(50_000))
    with pytest.raises(NameRepeated) as refusal:
        _read(b"{" + members + b',"49999":1}')
    assert refusal.value.pointer == "/49999"


def test_size_is_bounded() -> None:
    with pytest.raises(JsonTooLarge):
        read_json(b"[1, 2]", bytes_max=5)
    assert read_json(b"[1,2]", bytes_max=5) == [1, 2]


@pytest.mark.parametrize("body", [b' {"a":1}', b'{"a":1}\n', b"[]", b"1", b"", b"{}{", b"null"])
def test_a_record_has_no_bytes_around_it(body: bytes) -> None:
    with pytest.raises(RecordNotObject):
        read_record(body)


def test_a_record_is_at_most_one_mebibyte() -> None:
    filling = b"a" * (RECORD_BYTES_MAX - len(b'{"a":""}'))
    assert read_record(b'{"a":"' + filling + b'"}') == {"a": filling.decode()}
    with pytest.raises(JsonTooLarge):
        read_record(b'{"a":"a' + filling + b'"}')


def test_two_objects_are_not_one_record() -> None:
    with pytest.raises(JsonMalformed):
        read_record(b"{}{}")


def test_type_of() -> None:
    assert type_of({"type": "ObjectEvent"}) == "ObjectEvent"
    for broken in ({}, {"type": 7}, {"type": ["ObjectEvent"]}):
        with pytest.raises(RecordTypeMissing):
            type_of(broken)


# --- agreement with the reference reader ---------------------------------------------------------------------------------

_SPACE = st.sampled_from(["", "", "", " ", "\n", "\t\r", "\u00a0"])
_PIECES = st.one_of(
    st.text(st.characters(exclude_characters='"\\', exclude_categories=("Cs", "Cc")), max_size=4),
    st.sampled_from(
        ["\\n", '\\"', "\\\\", "\\/", "\\u0061", "\\ud800", "\\udc00", "\\ud83c\\udf75", "\\uD83C", "a", "[", "}", "\\x"]
    ),
)
_STRINGS = st.lists(_PIECES, max_size=4).map(lambda pieces: '"' + "".join(pieces) + '"')
_NAMES = st.one_of(st.sampled_from(['"a"', '"\\u0061"', '"b"', '""']), _STRINGS)
_NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["1e400", "-0", "0.0", "1.7976931348623157e308", "1.7976931348623159e308", "17976931348623158e292", "NaN"]),
)
_SCALARS = st.one_of(_NUMBERS, _STRINGS, st.sampled_from(["true", "false", "null"]))


def _array(items: list[str], space: str) -> str:
    return "[" + f"{space},{space}".join(items) + space + "]"


def _object(members: list[tuple[str, str]], space: str) -> str:
    return "{" + ",".join(f"{space}{name}{space}:{inner}" for name, inner in members) + space + "}"


_TEXTS = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.builds(_array, st.lists(inner, max_size=4), _SPACE),
        st.builds(_object, st.lists(st.tuples(_NAMES, inner), max_size=4), _SPACE),
    ),
    max_leaves=12,
)


def _outcome(reader: Any, data: bytes) -> tuple[str, str]:
    try:
        return "read", repr(reader(data))
    except (SuyuanError, reference_json.Refused):
        return "refused", ""


@settings(max_examples=200)
@given(_TEXTS)
@example('{"a":"1111111111111111111111111111111111111111","a":1}')
@example('{"a":"\\"","\\u0061":"\\\\"}')
def test_agrees_with_the_reference_reader(text: str) -> None:
    data = text.encode()
    assert _outcome(_read, data) == _outcome(reference_json.read, data)


@settings(max_examples=200)
@given(_TEXTS, st.data())
def test_agrees_with_the_reference_reader_on_damaged_text(text: str, data: st.DataObject) -> None:
    whole = text.encode()
    place = data.draw(st.integers(0, len(whole)))
    taken = data.draw(st.integers(0, 2))
    put = data.draw(
        st.sampled_from([b"", b'"', b"\\", b"{", b"]", b",", b":", b"0", b"e", b".", b"\x00", b"\x80", b"\xed\xa0\x80", b" "])
    )
    damaged = whole[:place] + put + whole[place + taken :]
    assert _outcome(_read, damaged) == _outcome(reference_json.read, damaged)


@settings(max_examples=100)
@given(_TEXTS)
def test_both_readers_give_the_same_value(text: str) -> None:
    careful = _outcome(lambda data: record._read_carefully(data.decode()), text.encode())
    assert _outcome(_read, text.encode()) == careful


@settings(max_examples=200)
@given(st.lists(_TEXTS, max_size=4), st.data())
@example(['{"a":[{}', "{}]}"], None)
@example(['{"a":"', '","b":1}'], None)
@example(['{"a":1,"a":2}', '{"b":"c"}'], None)
def test_many_together_are_read_as_each_alone_or_not_at_all(texts: list[str], data: st.DataObject | None) -> None:
    bodies = [text.encode() for text in texts]
    if data is not None and bodies and data.draw(st.booleans()):
        bodies[-1] = bodies[-1].replace(data.draw(st.sampled_from([b'"', b"}", b"1", b":", b"\\"])), b"")
    together = read_records(bodies)
    if together is not None:
        assert repr(together) == repr([read_record(body) for body in bodies])


def test_many_clean_records_are_read_together() -> None:
    bodies = [b'{"a":"\\"[{","b":[1,2.50,-0]}', '{"茶":{}}'.encode(), b"{}"]
    assert read_records(bodies) == [read_record(body) for body in bodies]
    assert read_records([*bodies, b'{"a":' + b"1" * 39 + b"}"]) is None
    assert read_records([*bodies, b'{"a":1,"\\u0061":2}']) is None
    assert read_records([*bodies, b'{"a":"\x80"}']) is None
    assert read_records([*bodies, b" {}"]) is None
    assert read_records([]) == []


@pytest.mark.conformance
def test_official_documents_are_read_like_the_reference_reads_them(conformance: Path) -> None:
    documents = sorted((conformance / "epcis" / "json").rglob("*.jsonld"))
    assert documents
    for document in documents:
        data = document.read_bytes().removeprefix(b"\xef\xbb\xbf")
        assert _read(data) == reference_json.read(data) == json.loads(data, parse_float=Decimal), document.name
