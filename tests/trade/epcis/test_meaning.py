"""Each refusal and each mark of the semantic layer, with the place it names; and what is near it but right."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.trade.epcis.finding import CODES
from tests.trade.epcis.samples import BOX, EVENTS, SENSED, SERIAL, event_of, said_of

CLASS = "urn:epc:class:lgtin:4023333.002000.2019-10-07"
URN_OF_ONE = "urn:epc:id:sgtin:9521141.001234.1"
SENSORS = SENSED["sensorElementList"][0]


def _sensed(metadata: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    return {**SENSED, "sensorElementList": [{"sensorMetadata": metadata, "sensorReport": [{"type": "Temperature", **report}]}]}


CASES: list[tuple[str, str, dict[str, Any], str | None, str]] = [
    ("a class in epcList", "ObjectEvent", {"epcList": [SERIAL.format(1), CLASS]}, "ClassIdentifierInEpcList", "/epcList/1"),
    ("a GTIN alone in epcList", "TransactionEvent", {"epcList": [SERIAL[:36]]}, "ClassIdentifierInEpcList", "/epcList/0"),
    (
        "a pattern in epcList",
        "ObjectEvent",
        {"epcList": ["urn:epc:idpat:sgtin:9521141.001234.*"]},
        "ClassIdentifierInEpcList",
        "/epcList/0",
    ),
    ("a class among children", "AggregationEvent", {"childEPCs": [CLASS]}, "ClassIdentifierAmongInstances", "/childEPCs/0"),
    ("a class as input", "TransformationEvent", {"inputEPCList": [CLASS]}, "ClassIdentifierAmongInstances", "/inputEPCList/0"),
    ("packed into nothing", "AggregationEvent", {"parentID": ...}, "ParentMissing", "/parentID"),
    ("unpacked from nothing known", "AggregationEvent", {"parentID": ..., "action": "DELETE"}, None, ""),
    ("its own parent", "AggregationEvent", {"childEPCs": [SERIAL.format(1), BOX]}, "ParentAmongChildren", "/childEPCs/1"),
    ("its own parent", "AssociationEvent", {"parentID": SERIAL.format(1)}, "ParentAmongChildren", "/childEPCs/0"),
    ("its own parent, spelt otherwise", "AggregationEvent", {"parentID": URN_OF_ONE}, "ParentAmongChildren", "/childEPCs/0"),
    (
        "a debt of things",
        "ObjectEvent",
        {"quantityList": [{"epcClass": CLASS, "quantity": -1}]},
        "QuantityNegative",
        "/quantityList/0/quantity",
    ),
    (
        "a tiny debt",
        "ObjectEvent",
        {"quantityList": [{"epcClass": CLASS, "quantity": -1e-300, "uom": "KGM"}]},
        "QuantityNegative",
        "/quantityList/0/quantity",
    ),
    (
        "half a thing",
        "ObjectEvent",
        {"quantityList": [{"epcClass": CLASS, "quantity": 0.5}]},
        "QuantityFractionalWithoutUnit",
        "/quantityList/0/quantity",
    ),
    ("half a kilogram", "ObjectEvent", {"quantityList": [{"epcClass": CLASS, "quantity": 0.5, "uom": "KGM"}]}, None, ""),
    ("one whole thing", "ObjectEvent", {"quantityList": [{"epcClass": CLASS, "quantity": 1.0}]}, None, ""),
    ("nothing observed", "ObjectEvent", {"epcList": []}, "NothingObserved", "/epcList"),
    ("nothing added", "ObjectEvent", {"epcList": [], "action": "ADD"}, None, ""),
    ("nothing transacted", "TransactionEvent", {"epcList": [], "action": "OBSERVE"}, "NothingObserved", "/epcList"),
    ("a whole pallet transacted", "TransactionEvent", {"epcList": [], "action": "OBSERVE", "parentID": BOX}, None, ""),
    ("only sensed", "ObjectEvent", {"epcList": [], **SENSED}, None, ""),
    ("a prefix nobody declared", "ObjectEvent", {"zz:note": 1}, "PrefixUndeclared", "/zz:note"),
    ("… deep inside", "ObjectEvent", {"ex:note": [{"zz:a/b": 1}]}, "PrefixUndeclared", "/ex:note/0/zz:a~1b"),
    ("… inside ilmd", "ObjectEvent", {"action": "ADD", "ilmd": {"zz:lot": 1}}, "PrefixUndeclared", "/ilmd/zz:lot"),
    ("… in a place", "ObjectEvent", {"readPoint": {"id": "urn:a:b", "zz:hall": 3}}, "PrefixUndeclared", "/readPoint/zz:hall"),
    (
        "… in a sensor report",
        "ObjectEvent",
        _sensed({}, {"zz:a": 1}),
        "PrefixUndeclared",
        "/sensorElementList/0/sensorReport/0/zz:a",
    ),
    ("… in a term", "ObjectEvent", {"bizStep": "zz:selling"}, "PrefixUndeclared", "/bizStep"),
    ("… declared by the event itself", "ObjectEvent", {"@context": {"zz": "https://z.example/"}, "zz:note": 1}, None, ""),
    (
        "… declared inside the extension",
        "ObjectEvent",
        {"ex:n": {"@context": {"zz": "https://z.example/"}, "zz:note": 1}},
        None,
        "",
    ),
    (
        "a full URI as name",
        "ObjectEvent",
        {"https://x.example/note": 1, "urn:x:note": 2, "ni:///sha-256;a": 3, "did:web:x": 4},
        None,
        "",
    ),
    ("a prefix of GS1", "ObjectEvent", {"gs1:bestBeforeDate": "2027-01-01", "rdfs:comment": "x"}, None, ""),
    (
        "a prefix behind an unread URL",
        "ObjectEvent",
        {"@context": "https://x.example/c.jsonld", "zz:note": 1},
        "PrefixUnexplained",
        "/zz:note",
    ),
    ("an unread URL", "ObjectEvent", {"@context": ["https://x.example/c.jsonld"]}, "ContextNotPinned", "/@context/0"),
    ("the future", "ObjectEvent", {"eventTime": "2026-11-20T16:05:00.001+08:00"}, "EventTimeAhead", "/eventTime"),
    ("five minutes ahead", "ObjectEvent", {"eventTime": "2026-11-20T16:05:00.000+08:00"}, None, ""),
    ("two offsets", "ObjectEvent", {"eventTimeZoneOffset": "+07:00"}, "OffsetContradictsTime", "/eventTimeZoneOffset"),
    ("UTC and an offset", "ObjectEvent", {"eventTime": "2026-11-20T07:30:00Z"}, None, ""),
    (
        "two spellings of no offset",
        "ObjectEvent",
        {"eventTime": "2026-11-20T07:30:00+00:00", "eventTimeZoneOffset": "-00:00"},
        None,
        "",
    ),
    (
        "a sensor after the event",
        "ObjectEvent",
        _sensed({"endTime": "2026-11-20T07:30:00.001Z"}, {}),
        "SensorTimeAfterEvent",
        "/sensorElementList/0/sensorMetadata/endTime",
    ),
    (
        "a report after the event",
        "ObjectEvent",
        _sensed({}, {"time": "2026-11-20T07:31:00Z"}),
        "SensorTimeAfterEvent",
        "/sensorElementList/0/sensorReport/0/time",
    ),
    (
        "a device in two places",
        "ObjectEvent",
        _sensed({"deviceID": "urn:a:b"}, {"deviceID": "urn:a:b"}),
        "DeviceIdTwice",
        "/sensorElementList/0/sensorReport/0/deviceID",
    ),
    (
        "a wrong check digit",
        "ObjectEvent",
        {"epcList": ["https://id.gs1.org/01/09521141012346/21/1"]},
        "CheckDigitWrong",
        "/epcList/0",
    ),
    (
        "a wrong check digit of a place",
        "ObjectEvent",
        {"readPoint": {"id": "https://id.gs1.org/414/9521321000011"}},
        "CheckDigitWrong",
        "/readPoint/id",
    ),
    ("in and out", "TransformationEvent", {"outputEPCList": [SERIAL.format(1)]}, "SameIdentifierBothSides", "/outputEPCList/0"),
    (
        "in and out, spelt otherwise",
        "TransformationEvent",
        {"outputEPCList": [URN_OF_ONE]},
        "SameIdentifierBothSides",
        "/outputEPCList/0",
    ),
    ("a record time", "ObjectEvent", {"recordTime": "2026-11-20T07:30:00Z"}, "RecordTimeGiven", "/recordTime"),
    ("a step of one's own", "ObjectEvent", {"bizStep": "https://x.example/steaming"}, "VocabularyNotCbv", "/bizStep"),
    ("a step of one's own, prefixed", "ObjectEvent", {"bizStep": "ex:steaming"}, "VocabularyNotCbv", "/bizStep"),
    ("a CBV step spelt out", "ObjectEvent", {"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}, None, ""),
    ("a CBV step as URN", "ObjectEvent", {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, "BizStepUnknown", "/bizStep"),
    (
        "a measurement nobody knows",
        "ObjectEvent",
        _sensed({}, {"type": "Bitterness"}),
        "MeasurementTypeUnknown",
        "/sensorElementList/0/sensorReport/0/type",
    ),
    (
        "a measurement spelt out",
        "ObjectEvent",
        _sensed({}, {"type": "https://gs1.org/voc/Temperature"}),
        "MeasurementTypeMalformed",
        "/sensorElementList/0/sensorReport/0/type",
    ),
    (
        "a lasting disposition on a box",
        "AggregationEvent",
        {"persistentDisposition": {"set": ["damaged"]}},
        "DispositionNotAllowedHere",
        "/persistentDisposition",
    ),
    (
        "… on an association",
        "AssociationEvent",
        {"persistentDisposition": {"set": ["damaged"]}},
        "FieldUnknown",
        "/persistentDisposition",
    ),
    ("a wrong digit in an eventID", "ObjectEvent", {"eventID": "https://id.gs1.org/01/09521141012346"}, None, ""),
]


@pytest.mark.parametrize(("what", "kind", "changes", "code", "pointer"), CASES, ids=[f"{case[1]}: {case[0]}" for case in CASES])
def test_one_thing_said(what: str, kind: str, changes: dict[str, Any], code: str | None, pointer: str) -> None:
    said = said_of(event_of(kind, **changes))
    beside = {("ContextNotPinned", "/@context")} if code == "PrefixUnexplained" else set()
    assert said - beside == ({(code, pointer)} if code else set()), what


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_there_is_nothing_to_say_of_the_samples(kind: str) -> None:
    assert said_of(event_of(kind)) == set()
    assert said_of(event_of(kind, **SENSED)) == set()


def test_everything_wrong_is_said_at_once() -> None:
    said = said_of(
        event_of(
            eventTime="yesterday",
            action="SEE",
            bizStep="transforming",
            epcList=["a b"],
            readPoint={},
            foo=1,
            eventTimeZoneOffset="8",
        )
    )
    assert said == {
        ("EventTimeMalformed", "/eventTime"),
        ("ActionUnknown", "/action"),
        ("BizStepUnknown", "/bizStep"),
        ("UriMalformed", "/epcList/0"),
        ("FieldMissing", "/readPoint/id"),
        ("FieldUnknown", "/foo"),
        ("OffsetMalformed", "/eventTimeZoneOffset"),
    }


def test_the_codes_say_what_they_mean() -> None:
    for code, row in CODES.items():
        assert code[0].isupper() and code.isalnum()
        assert row.severity in ("refuse", "mark")
        assert row.title and not row.title.endswith(".")
        assert row.hint
