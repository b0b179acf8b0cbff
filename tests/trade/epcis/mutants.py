"""Systematic mutations of a JSON document: every place, every way it could be wrong that we could think of."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

STRANGERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "word",
    "urn:a:b",
    "Temperature",
    [],
    {},
    [1],
    [None],
    ["urn:a:b"],
    {"id": "urn:a:b"},
    {"set": ["active"]},
    [{"type": "Temperature"}],
)
TEXTS: tuple[str, ...] = (
    "urn:epcglobal:cbv:bizstep:shipping",
    "urn:epcglobal:cbv:disp:active",
    "urn:epcglobal:cbv:btt:po",
    "urn:epcglobal:cbv:sdt:location",
    "https://ref.gs1.org/cbv/BizStep-shipping",
    "http://ns.gs1.org/cbv/BizStep-shipping",
    "https://ns.gs1.org/cbv/Disp-active",
    "cbv:BizStep-shipping",
    "gs1:Temperature",
    "https://gs1.org/voc/Temperature",
    "http://www.gs1.org/voc/Temperature",
    "Shipping",
    "shipping",
    "active",
    "po",
    "location",
    "did_not_occur",
    "ALARM_CONDITION",
    "x",
    "Celsius",
    "OBSERVE",
    "ADD",
    "DELETE",
    "observe",
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
    "ex:OwnEvent",
    "EPCISDocument",
    "EPCISQueryDocument",
    "urn:x:unknown",
    "2020-02-29T12:00:00Z",
    "2021-02-29T12:00:00Z",
    "2020-01-01T12:00:00",
    "2020-01-01 12:00:00Z",
    "2020-01-01t12:00:00z",
    "2020-01-01T24:00:00Z",
    "2020-01-01T23:59:60Z",
    "2020-01-01T12:00:00+0100",
    "2020-01-01T12:00:00.Z",
    "2020-01-01T12:00:00,5Z",
    "2020-01-01T12:00:00.123456789-23:59",
    "0000-01-01T00:00:00Z",
    "2020-W01-1T12:00:00.116Z",
    "20200101T120000Z",
    "2020-01-01",
    "2020-1-01T12:00:00Z",
    "2020-01-01T12:00Z",
    "2020-01-01T12:00:00+24:00",
    "2020-01-01T12:00:00-00:00",
    "9999-12-31T23:59:59Z",
    "+14:00",
    "+14:30",
    "-14:00",
    "+15:00",
    "08:00",
    "+8:00",
    "+08:60",
    "-00:00",
    "Z",
    "KGM",
    "kg",
    "K",
    "KGMX",
    "2N",
    "K M",
    "2.0",
    "2",
    "2.",
    "v2",
    "f0F0",
    "f0g0",
    "urn:epc:id:sgtin:0614141.107346.2017",
    "urn:epc:class:lgtin:4023333.002000.2019",
    "urn:epc:idpat:sgtin:4012345.011111.*",
    "https://id.gs1.org/01/09521141012345/21/1",
    "https://id.gs1.org/01/09521141012346/21/1",
    "https://id.gs1.org/01/09521141012345",
    "https://id.gs1.org/414/9521321000010",
    "https://x.example/a b",
    "https://x.example/<a>",
    "https://x.example/ä",
    "https://[::1]/",
    "https://[::1/",
    "http://x:y/",
    "mailto:a@b.c",
    "a:",
    ":a",
    "1a:b",
    "a_b:c",
    "example:x",
    "zz:undeclared",
    "ni:///sha-256;ab?ver=CBV2.0",
    "urn:a:b#c#d",
    "urn:a:%zz",
    "urn:a:%41",
    "urn:a:b\nurn:c:d",
    "did:web:example.com",
)
NAMES: tuple[tuple[str, Any], ...] = (
    ("foo", 1),
    ("ex:foo", 1),
    ("zz:foo", 1),
    ("example:foo", {"bar": [1, {"baz": 2}]}),
    ("https://x.example/y", "z"),
    ("urn:x:y", None),
    ("foo bar", 1),
    ("a_b:c", 1),
    ("ex:nest", {"zz:inside": 1}),
    ("ex:own", {"@context": {"zz": "https://z.example/"}, "zz:inside": 1}),
    ("_comment", "x"),
    ("@id", "urn:a:b"),
    ("", 1),
    ("ex:a b", 1),
    ("rdfs:comment", "x"),
)
MEMBERS: dict[str, Any] = {
    "@context": {"zz": "https://z.example/"},
    "type": "ObjectEvent",
    "eventTime": "2020-01-01T12:00:00Z",
    "id": "urn:a:b",
    "recordTime": "2020-01-01T12:00:00Z",
    "eventID": "urn:uuid:1",
    "certificationInfo": ["urn:a:b"],
    "action": "OBSERVE",
    "errorDeclaration": {"declarationTime": "2020-01-01T12:00:00Z"},
    "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
    "quantityList": [{"epcClass": "urn:epc:class:lgtin:4023333.002000.2019", "quantity": 2}],
    "parentID": "urn:epc:id:sscc:0614141.1234567890",
    "childEPCs": ["urn:epc:id:sgtin:0614141.107346.2018"],
    "childQuantityList": [{"epcClass": "urn:a:b"}],
    "bizStep": "shipping",
    "inputEPCList": ["urn:epc:id:sgtin:0614141.107346.2019"],
    "outputEPCList": ["urn:epc:id:sgtin:0614141.107346.2020"],
    "inputQuantityList": [{"epcClass": "urn:a:b"}],
    "outputQuantityList": [{"epcClass": "urn:a:b", "quantity": 1.5, "uom": "KGM"}],
    "transformationID": "urn:epc:id:gdti:0614141.12345.400",
    "persistentDisposition": {"set": ["active"]},
    "disposition": "active",
    "readPoint": {"id": "urn:a:b"},
    "bizLocation": {"id": "urn:a:b"},
    "bizTransactionList": [{"bizTransaction": "urn:a:b"}],
    "sourceList": [{"type": "location", "source": "urn:a:b"}],
    "destinationList": [{"type": "location", "destination": "urn:a:b"}],
    "sensorElementList": [{"sensorReport": [{"type": "Temperature"}]}],
    "ilmd": {"ex:lot": 1},
    "quantity": 1,
    "uom": "KGM",
    "value": 1,
    "time": "2020-01-01T12:00:00Z",
    "deviceID": "urn:a:b",
    "component": "x",
    "exception": "ALARM_CONDITION",
    "hexBinaryValue": "0f",
    "booleanValue": True,
    "reason": "incorrect_data",
    "correctiveEventIDs": ["urn:a:b"],
    "startTime": "2020-01-01T12:00:00Z",
    "eventList": [],
    "epcisHeader": {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:a:b",
                    "vocabularyElementList": [
                        {"id": "urn:a:b", "attributes": [{"id": "urn:a:b", "attribute": "x"}], "children": ["urn:a:b"]}
                    ],
                }
            ]
        }
    },
    "vocabularyList": [{"type": "urn:a:b"}],
    "sender": "x",
    "subscriptionID": "x",
    "queryName": "x",
}


def mutants(document: Any) -> Iterator[tuple[str, Any]]:
    """Each mutant with words for what was done; the document itself is left as it is."""
    for path, value in _places(document, ()):
        where = "/".join(map(str, path))
        if path:
            yield f"without {where}", _changed(document, path, lambda holder, name: holder.__delitem__(name))
            for stranger in (*STRANGERS, *(TEXTS if isinstance(value, str) else ()), [value], [value, value], {"ex:in": value}):
                yield f"{where} = {stranger!r}", _replaced(document, path, stranger)
        if isinstance(value, str):
            for text in (value + " ", value[:-1], value.upper(), value.lower(), "x" + value, value.replace(":", "")):
                yield f"{where} = {text!r}", _replaced(document, path, text)
        if isinstance(value, list):
            for longer in ([*value, *value[:1]], [*value, None], [*value, "urn:a:b"], [*value, "no uri"], [{}, *value]):
                yield f"{where} = {longer!r}"[:200], _replaced(document, path, longer)
        if isinstance(value, dict):
            for name, member in (*NAMES, *MEMBERS.items()):
                yield f"{where} with {name}", _replaced(document, path, {**value, name: member})


def _places(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    for name, member in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(member, (*path, name))


def _replaced(document: Any, path: Path, value: Any) -> Any:
    return value if not path else _changed(document, path, lambda holder, name: holder.__setitem__(name, value))


def _changed(document: Any, path: Path, change: Any) -> Any:
    twin = copy.deepcopy(document)
    holder = twin
    for name in path[:-1]:
        holder = holder[name]
    change(holder, path[-1])
    return twin
