"""Documents are cut where their events are, to the byte, however they are written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.trade.epcis import document as cutting
from ledger.trade.epcis.document import ContextMissing, split_document, split_event
from ledger.trade.epcis.exact import EpcisUnreadable

KINDS = {"EPCISDocument": ["epcisBody"], "EPCISQueryDocument": ["epcisBody", "queryResults", "resultsBody"]}


def test_white_space_between_events_belongs_to_nobody() -> None:
    data = b'  {"type" : "EPCISDocument","@context":[ "u:x" ],"epcisBody": {"eventList" : [ {"a" : 1} ,\n\t{"b":[2]}\r ] } }\n'
    found = split_document(data)
    assert found.record == b'{"type" : "EPCISDocument","@context":[ "u:x" ],"epcisBody": {"eventList" : [] } }'
    assert found.events == [b'{"a" : 1}', b'{"b":[2]}']
    assert found.context == b'[ "u:x" ]'
    assert found.events_at == "/epcisBody/eventList"


def test_escaped_names_are_the_names_they_spell() -> None:
    data = rb'{"\u0074ype":"EPCISDocument","\u0040context":"u:x","epcisBod\u0079":{"event\u004cist":[1, 2]}}'
    found = split_document(data)
    assert (found.events, found.context) == ([b"1", b"2"], b'"u:x"')
    assert found.record == rb'{"\u0074ype":"EPCISDocument","\u0040context":"u:x","epcisBod\u0079":{"event\u004cist":[]}}'


@pytest.mark.parametrize(
    "decoy",
    [
        b'"ex:a":{"eventList":[9]}',
        b'"ex:a":"\\"eventList\\":[9]"',
        b'"ex:a":"\\"epcisBody\\": {\\"eventList\\":["',
        b'"ex:]":"]}}"',
        b'"eventList":[8]',
        b'"epcisHeader":{"epcisBody":{"eventList":[7]}}',
        b'"ex:\\\\":"\\\\","ex:\\"":[[]]',
        b'"ex:a":{"eventList":[0]},"ex:b":1',
    ],
)
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_look_alikes_are_content(decoy: bytes, before: bool, inside: bool) -> None:
    def around(own: bytes, wanted: bool) -> bytes:
        return b"{" + (own if not wanted else decoy + b" , " + own if before else own + b"," + decoy) + b"}"

    def write(events: bytes) -> bytes:
        body = around(b'"eventList":' + events, inside)
        return around(b'"type":"EPCISDocument","epcisBody":' + body, not inside)

    if inside and decoy.startswith(b'"eventList"'):
        pytest.skip("one name twice is stopped by the strict pass")
    found = split_document(write(b'[{"x":"]}"} , 2]'))
    assert found.events == [b'{"x":"]}"}', b"2"]
    assert found.record == write(b"[]")


@pytest.mark.parametrize("value", [b"{}", b"null", b'"[]"', b"0", b"1"])
def test_what_is_no_list_stays_in_the_record(value: bytes) -> None:
    data = b'{"type":"EPCISDocument","epcisBody":{"eventList":' + value + b'},"ex:a":{"eventList":[1]}}'
    found = split_document(data)
    assert (found.record, found.events) == (data, [])


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"1", b"{", b'{"type":"EPCISDocument"', b"\xff", b'{"type":"EPCISDocument","type":"x"}']
)
def test_what_is_no_object_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(EpcisUnreadable):
        split_document(data)


def test_a_single_event_brings_its_context() -> None:
    assert split_event(b' {"a":1,"@context" : {"ex": "u:x"} }\n') == (b'{"a":1,"@context" : {"ex": "u:x"} }', b'{"ex": "u:x"}')
    with pytest.raises(ContextMissing):
        split_event(b'{"a":{"@context":"u:x"}}')


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["eventList", '"eventList":[', "]", "}", "\\", "[1]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["eventList", "epcisBody", "ex:a", "]", '"', "type"]) | st.text(max_size=5), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@st.composite
def written(draw: st.DrawFn, value: Any) -> bytes:
    """A JSON value with white space and escapes as somebody might write them."""
    space = lambda: draw(st.sampled_from(["", "", " ", "\n\t", "\r\n"]))  # noqa: E731

    def text(string: str) -> str:
        if string and draw(st.booleans()):
            place = draw(st.integers(0, len(string) - 1))
            if ord(string[place]) < 0x10000:
                head, tail = json.dumps(string[:place])[:-1], json.dumps(string[place + 1 :])[1:]
                return f"{head}\\u{ord(string[place]):04x}{tail}"
        return json.dumps(string, ensure_ascii=draw(st.booleans()))

    def write(value: Any) -> str:
        if isinstance(value, dict):
            return (
                "{"
                + space()
                + ",".join(space() + text(n) + space() + ":" + space() + write(v) + space() for n, v in value.items())
                + "}"
            )
        if isinstance(value, list):
            return "[" + space() + ",".join(space() + write(item) + space() for item in value) + "]"
        return text(value) if isinstance(value, str) else json.dumps(value)

    return write(value).encode("utf-8", "replace")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_writing_is_cut_at_the_same_values(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    items = data.draw(st.lists(JSON, max_size=4))
    slices = [data.draw(written(item)) for item in items]
    gaps = [data.draw(st.sampled_from([b"", b" ", b"\n"])) for _ in range(2 * len(slices) + 1)]
    event_list = (
        b"[" + b",".join(gaps[2 * n] + s + gaps[2 * n + 1] for n, s in enumerate(slices)) + gaps[-1] * (not slices) + b"]"
    )
    head, tail = b"", b""
    for depth, name in enumerate(["", *KINDS[kind]]):
        beside = data.draw(
            st.dictionaries(st.text(max_size=4).filter(lambda n: n not in ("type", "epcisBody")), JSON, max_size=2)
        )
        own = {**({"type": kind} if depth == 0 else {}), **{f"ex:{n}": v for n, v in beside.items()}}
        following = data.draw(st.dictionaries(st.sampled_from(["ey:eventList", "ey:a"]), JSON, max_size=1))
        next_name = [*KINDS[kind], "eventList"][depth]
        first = data.draw(written(own))[1:-1].rstrip()
        last = data.draw(written(following))[1:-1]
        head += b"{" + first + (b"," if own else b"") + data.draw(written(next_name)) + b" :"
        tail = ((b"," + last) if following else b"") + b"}" + tail
        assert name == "" or depth
    found = split_document(head + event_list + tail)
    assert found.events == slices
    assert found.record == head + b"[]" + tail
    assert json.loads(found.record) == json.loads(head + b"[]" + tail)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({"type": st.sampled_from([*KINDS, "x"])}, optional={"epcisBody": JSON, "ex:a": JSON, "@context": JSON})
)
def test_the_quick_cut_never_disagrees_with_the_walk(value: dict[str, Any]) -> None:
    data = json.dumps(value).encode()
    quick, walked = cutting._cut_where_expected(data), cutting._cut_by_walking(data)
    if quick is not None:
        assert walked is not None
        assert (quick.start, quick.end) == (walked.start, walked.end)
    assert split_document(data).header["type"] == value["type"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_cut_or_refused_by_name(data: bytes) -> None:
    for split in (split_document, split_event):
        try:
            split(data)
        except (EpcisUnreadable, ContextMissing) as refused:
            assert refused.code in ("EpcisUnreadable", "ContextMissing")
