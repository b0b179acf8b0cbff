"""What has the shape of an event that was read is read to the same: the strict pass accepts it, and finds the same in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.evidence.record import read_record
from ledger.trade.epcis import alike
from ledger.trade.epcis.alike import SHAPES_MAX, Alike, EventShapes
from ledger.trade.epcis.spelt import spelt_in
from tests.documents import event

_CLASS = {"epcClass": "urn:epc:class:lgtin:9506000.013435.L", "quantity": 2.5, "uom": "KGM"}
SAMPLES: Sequence[dict[str, Any]] = (
    event(1),
    event(2, eventID=None),
    event(3, epcList=[]),
    event(4, epcList=["urn:a", "urn:b", "urn:c"], extra={"a": [1, -2.5, True, None], "b": [[], {}, [{"c": "d"}, {"c": "e"}]]}),
    event(5, epcList=None, quantityList=[_CLASS, {**_CLASS, "epcClass": "urn:other"}]),
    event(6, type="AggregationEvent", parentID="urn:p", childEPCs=["urn:a"], childQuantityList=[_CLASS], epcList=None),
    event(7, errorDeclaration={"declarationTime": "2026-11-20T07:31:00Z", "correctiveEventIDs": []}),
    event(8, eventID="urn:茶", epcList=["urn:é", "urn:茶"]),
)
_TEXTS = [json.dumps(one, ensure_ascii=False).encode() for one in SAMPLES]
_COMPACT = [json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in SAMPLES]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "_UNKNOWN_BEFORE_LEARNING", 1)


def learned(*texts: bytes) -> EventShapes:
    shapes = EventShapes()
    for text in texts:
        shapes.learn(text, read_record(text))
    return shapes


def told(found: Alike) -> list[tuple[int, object, list[str], bool]]:
    names, places = found.identifiers()
    ids = found.event_ids() or [None] * len(found.places)
    rows = []
    for at, event_id in zip(found.places, ids, strict=True):
        own = sorted(name.decode() for name, of in zip(names, places, strict=True) if of == at)
        rows.append((at, event_id and event_id.decode(), own, found.declares))
    return rows


def read(place: int, text: bytes) -> tuple[int, object, list[str], bool]:
    record = read_record(text)
    return place, record.get("eventID"), sorted(spelt_in(record)), "errorDeclaration" in record


@pytest.mark.parametrize("text", [*_TEXTS, *_COMPACT])
def test_an_event_has_its_own_shape(text: bytes) -> None:
    (found,), left = learned(text).recognise([(7, text), (9, text)])
    assert not left
    assert told(found) == [read(7, text), read(9, text)]
    assert (found.texts(), found.kind) == ([text, text], read_record(text)["type"])


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["compact", "spaced"])
@pytest.mark.parametrize("names", [[","], [",", ","], [", "], [", ", ",", "urn:a"], [",,"], ["urn:a", ","], [",", ",", ","]])
def test_names_that_look_like_seams_are_names(names: list[str], separators: tuple[str, str]) -> None:
    usual = json.dumps(event(1, epcList=["urn:a"]), separators=separators).encode()
    odd = json.dumps(event(2, epcList=names), separators=separators).encode()
    (found,), left = learned(usual).recognise([(7, odd), (8, usual), (9, odd)])
    assert not left
    assert told(found) == [read(7, odd), read(8, usual), read(9, odd)]


def test_each_of_many_shapes_is_told_and_the_others_are_left() -> None:
    header = b'{"type":"EPCISDocument"}'
    shown = list(enumerate([header, *_TEXTS, *_COMPACT]))
    found, left = learned(*_TEXTS).recognise(shown)
    assert sorted(row for one in found for row in told(one)) == [read(place, text) for place, text in shown[1 : len(_TEXTS) + 1]]
    assert left == [shown[0], *shown[len(_TEXTS) + 1 :]]


def test_lists_of_strings_may_be_of_another_length() -> None:
    two = json.dumps(event(4, epcList=["urn:a", ", ", ""])).encode()
    for one in (["urn:x"], ["", ""], [",", "],", '","'.replace('"', "")]):
        text = json.dumps(event(9, epcList=one)).encode()
        (found,), left = learned(two).recognise([(1, text)])
        assert (told(found), left) == ([read(1, text)], [])


_BENDS: Mapping[str, Callable[[bytes], bytes]] = {
    "a name twice": lambda text: text.replace(b'"action"', b'"eventID"'),
    "another type": lambda text: text.replace(b"ObjectEvent", b"EPCISDocument"),
    "an escape": lambda text: text.replace(b'"urn:a"', b'"urn:\\u0061"'),
    "an escaped quote": lambda text: text.replace(b'"urn:a"', b'"urn:\\"'),
    "half of a pair": lambda text: text.replace(b'"urn:a"', b'"\\ud800"'),
    "a control character": lambda text: text.replace(b'"urn:a"', b'"\n"'),
    "no UTF-8": lambda text: text.replace(b'"urn:a"', b'"\xff"'),
    "a surrogate": lambda text: text.replace(b'"urn:a"', b'"\xed\xa0\x80"'),
    "a character cut off": lambda text: text.replace(b'"urn:a"', b'"\xe8\x8c"'),
    "a byte before": lambda text: b" " + text,
    "a byte after": lambda text: text + b" ",
    "a member more": lambda text: text.replace(b'{"c": "d"}', b'{"c": "d", "c": "d"}'),
    "a long number": lambda text: text.replace(b"-2.5", b"-2." + b"5" * 40),
    "a number from zero": lambda text: text.replace(b"-2.5", b"-02.5"),
    "no number": lambda text: text.replace(b"-2.5", b"-"),
    "an exponent": lambda text: text.replace(b"-2.5", b"-2e999"),
    "a comma more": lambda text: text.replace(b'"urn:a", ', b'"urn:a",, '),
    "a comma at the end": lambda text: text.replace(b'"urn:c"]', b'"urn:c", ]'),
    "cut off": lambda text: text[:-1],
    "another word": lambda text: text.replace(b"true", b"tru"),
    "deeper": lambda text: text.replace(b'"urn:a"', b"[" * 65 + b"]" * 65),
    "too long": lambda text: text.replace(b"urn:a", b"a" * (1 << 20)),
}


@pytest.mark.parametrize("name", _BENDS)
def test_what_is_bent_is_left_to_be_read(name: str) -> None:
    text = _TEXTS[3]
    bent = _BENDS[name](text)
    assert bent != text
    found, left = learned(text).recognise([(0, bent)])
    assert (found, list(left)) == ([], [(0, bent)])


@settings(max_examples=300)
@given(st.data())
def test_whatever_is_told_by_its_shape_reads_the_same(data: st.DataObject) -> None:
    shapes = learned(*_TEXTS, *_COMPACT)
    text = bytearray(data.draw(st.sampled_from(_TEXTS + _COMPACT)))
    pieces = st.sampled_from([b"", b'"', b"\\", b",", b" ", b"1", b"]", b"{", b"\xe8", b"\n", b'", "'])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(pieces)
    found, left = shapes.recognise([(0, bytes(text))])
    assert len(found) + len(left) == 1
    for one in found:
        assert told(one) == [read(0, bytes(text))]


@pytest.mark.parametrize(
    "text",
    [
        _TEXTS[0].replace(b"urn:", b"urn\\u003a"),
        json.dumps(event(1, big=10**25)).encode(),
        json.dumps(event(1), indent=1).encode(),
        json.dumps(event(1, epcList=["urn:a", {"epcClass": "urn:b"}])).encode(),
        json.dumps(event(1, epcList=[{"quantity": 1}])).encode(),
        json.dumps(event(1, epcList={"a": "b"})).encode(),
        json.dumps(event(1, more=list(range(4_000)))).encode(),
        _TEXTS[3].replace(b'"urn:a", "urn:b"', b'"urn:a" , "urn:b"'),
        _TEXTS[3].replace(b'["urn:a"', b'[ "urn:a"'),
    ],
)
def test_a_text_without_a_simple_shape_is_not_learned(text: bytes) -> None:
    assert learned(text).recognise([(0, text)]) == ([], [(0, text)])


def test_spaces_between_members_may_be_more_or_fewer() -> None:
    text = _TEXTS[0].replace(b', "action"', b',    "action"')
    other = text.replace(b"    ", b"          ")
    assert len(learned(text).recognise([(0, other)])[0]) == 1


def test_so_many_shapes_are_kept_and_those_met_last() -> None:
    texts = [json.dumps(event(1, **{f"more{number}": "x"})).encode() for number in range(SHAPES_MAX + 1)]
    shapes = learned(*texts[:SHAPES_MAX])
    assert shapes.recognise([(0, texts[0])])[1] == []
    shapes.learn(texts[-1], read_record(texts[-1]))
    assert [bool(shapes.recognise([(0, text)])[0]) for text in (texts[0], texts[1], texts[-1])] == [True, False, True]
