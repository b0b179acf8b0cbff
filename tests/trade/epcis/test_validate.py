"""Verdicts on documents and single events; nothing that parses makes validation fall over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.evidence.instant import parse_instant
from ledger.trade.epcis.document import split_document
from ledger.trade.epcis.finding import CODES
from ledger.trade.epcis.ordinary import read_ordinary
from ledger.trade.epcis.prefixes import NO_PREFIXES
from ledger.trade.epcis.validate import EventVerdict, look_thoroughly, validate_document, validate_event
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS
from tests.trade.epcis.mutants import MEMBERS, STRANGERS, TEXTS, mutants
from tests.trade.epcis.samples import EVENTS, GS1, NOW, SENSED, SERIAL, all_findings, document_of, event_of, verdict_on

CONTEXT = [GS1, {"ex": "https://example.com/"}]
PREFIXES = NO_PREFIXES.within(CONTEXT)


def _said_of_document(document: Any) -> set[tuple[str, str]]:
    return {(finding.code, finding.pointer) for finding in verdict_on(document).errors}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"@context": 1}, "FieldKind", "/@context"),
        ({"@context": [GS1, GS1]}, "ListRepeats", "/@context"),
        ({"@context": [GS1, "https://x.example/c"]}, "ContextNotPinned", "/@context/1"),
        ({"@context": [GS1, {"@import": "https://x.example/c"}]}, "ContextNotPinned", "/@context/1/@import"),
        ({"@context": "no url"}, "UriMalformed", "/@context"),
        ({"type": "EPCISdocument"}, "DocumentTypeUnknown", "/type"),
        ({"type": ["EPCISDocument"]}, "DocumentTypeUnknown", "/type"),
        ({"schemaVersion": 2.0}, "FieldKind", "/schemaVersion"),
        ({"schemaVersion": "two"}, "VersionMalformed", "/schemaVersion"),
        ({"creationDate": "2026-11-20"}, "TimeMalformed", "/creationDate"),
        ({"epcisBody": {}}, "FieldMissing", "/epcisBody/eventList"),
        ({"epcisBody": {"eventList": {}}}, "FieldKind", "/epcisBody/eventList"),
        ({"epcisBody": []}, "FieldKind", "/epcisBody"),
        ({"comment": "x"}, "FieldUnknown", "/comment"),
        ({"zz:comment": "x"}, "PrefixUndeclared", "/zz:comment"),
        (
            {"epcisHeader": {"epcisMasterData": {"vocabularyList": [{}]}}},
            "FieldMissing",
            "/epcisHeader/epcisMasterData/vocabularyList/0/type",
        ),
    ],
)
def test_one_thing_said_of_a_document(changes: dict[str, Any], code: str, pointer: str) -> None:
    said = _said_of_document(document_of(**changes))
    assert (code, pointer) in said
    assert len(said - {("ContextNotPinned", "/@context")}) == 1


def test_a_document_without_context_or_type_is_refused() -> None:
    assert _said_of_document({n: v for n, v in document_of().items() if n != "@context"}) == {("ContextMissing", "/@context")}
    assert _said_of_document({n: v for n, v in document_of().items() if n != "type"}) == {("FieldMissing", "/type")}
    assert _said_of_document({}) == {("FieldMissing", "/type")}
    assert verdict_on({}).refused


def test_query_documents_are_taken_too() -> None:
    results = {"queryName": "q", "resultsBody": {"eventList": [event_of(), event_of(action="SEE")]}}
    verdict = verdict_on({"@context": GS1, "type": "EPCISQueryDocument", "epcisBody": {"queryResults": results}})
    assert not verdict.refused
    assert [event.refused for event in verdict.events] == [False, True]
    assert verdict.events[1].findings[0].pointer == "/epcisBody/queryResults/resultsBody/eventList/1/action"


def test_an_event_id_stands_once_but_for_error_declarations() -> None:
    declared = {"errorDeclaration": {"declarationTime": "2026-11-20T07:00:00Z"}}
    events = [event_of(eventID="urn:uuid:1", **more) for more in ({}, {}, declared, {"foo": 1})] + [event_of(), event_of()]
    verdicts = verdict_on(document_of(*events)).events
    assert [[finding.code for finding in verdict.findings] for verdict in verdicts] == [
        [],
        ["EventIdRepeated"],
        [],
        ["FieldUnknown", "EventIdRepeated"],
        [],
        [],
    ]
    assert verdicts[1].findings[0].pointer == "/epcisBody/eventList/1/eventID"
    assert verdicts[1].refused


def test_the_verdict_says_what_capture_needs() -> None:
    plain, marked, strange = verdict_on(document_of(event_of(eventID="urn:uuid:1"), event_of(**SENSED, **{"ex:a": 1}), 7)).events
    assert (plain.index, plain.type, plain.event_id, plain.has_error_declaration) == (0, "ObjectEvent", "urn:uuid:1", False)
    assert plain.event_time == marked.event_time == parse_instant("2026-11-20T07:30:00.000Z")
    assert plain.event is not None and plain.event.biz_step == "shipping"
    assert marked.event is not None and marked.event.type == "ObjectEvent"
    assert (strange.index, strange.type, strange.event, strange.refused) == (2, None, None, True)
    assert [(f.code, f.pointer) for f in strange.findings] == [("FieldKind", "/epcisBody/eventList/2")]


def test_an_event_of_a_sixth_type_is_refused() -> None:
    verdict = verdict_on(document_of(event_of(type="ex:Tasting"))).events[0]
    assert verdict.refused
    assert {finding.code for finding in verdict.findings} == {"EventTypeUnknown"}


def test_a_single_event_needs_its_context() -> None:
    bare = validate_event(json.dumps(event_of()).encode(), now=NOW, pinned=PINNED_CONTEXTS)
    assert [(finding.code, finding.pointer) for finding in bare.findings] == [("ContextMissing", "/@context")]
    explained = validate_event(json.dumps(event_of(**{"@context": GS1})).encode(), now=NOW, pinned=PINNED_CONTEXTS)
    assert (explained.findings, explained.refused) == ((), False)
    unpinned = validate_event(json.dumps(event_of(**{"@context": GS1})).encode(), now=NOW, pinned=())
    assert [finding.code for finding in unpinned.findings] == ["ContextNotPinned"]


def test_quantities_are_judged_by_their_digits() -> None:
    template = json.dumps(event_of(quantityList=[{"epcClass": "urn:a:b", "quantity": 1.25}]))
    for number, code in (
        ("1.0000000000000000000000001", "QuantityFractionalWithoutUnit"),
        ("-1e-390", "QuantityNegative"),
        ("2.0e0", ""),
    ):
        document = json.dumps(document_of("EVENT")).replace('"EVENT"', template.replace("1.25", number))
        verdict = validate_document(split_document(document.encode()), now=NOW, pinned=PINNED_CONTEXTS).events[0]
        assert {finding.code for finding in verdict.findings} >= ({code} if code else set())
        assert verdict.refused == bool(code)


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_the_quick_way_never_overlooks_what_the_thorough_way_finds(kind: str) -> None:
    more: dict[str, Any] = {
        "eventID": "urn:uuid:1",
        "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
        "bizTransactionList": [{"type": "po", "bizTransaction": "https://id.gs1.org/253/9521141000007PO1"}],
        "sourceList": [{"type": "location", "source": "https://id.gs1.org/414/9521321000018"}],
        "ex:note": [{"ex:inside": 1}],
    }
    quantities = {
        "ObjectEvent": "quantityList",
        "TransformationEvent": "inputQuantityList",
        "AggregationEvent": "childQuantityList",
    }
    if kind == "TransformationEvent":
        more["ilmd"] = {"ex:lot": {"ex:number": 1}}
    if kind in quantities:
        more[quantities[kind]] = [{"epcClass": "https://id.gs1.org/01/09521141012345/10/L", "quantity": 2.5, "uom": "KGM"}]
    quick, terms = 0, json.dumps(CONTEXT).encode()
    for what, mutant in mutants(event_of(kind, **more)):
        if (
            not isinstance(mutant, dict)
            or "@context" in mutant
            or read_ordinary(json.dumps(mutant).encode(), now=NOW, prefixes=PREFIXES) is None
        ):
            continue
        quick += 1
        alone = json.dumps({**mutant, "@context": CONTEXT}).encode()
        thorough = look_thoroughly(alone, index=0, at="", now=NOW, pinned=PINNED_CONTEXTS, prefixes=None)
        assert thorough.findings == (), what
        assert _without_event(validate_event(alone, now=NOW, pinned=PINNED_CONTEXTS, context=terms)) == _without_event(thorough)
    assert quick > 20


def _without_event(verdict: EventVerdict) -> tuple[object, ...]:
    return (verdict.type, verdict.event_id, verdict.event_time, verdict.has_error_declaration, verdict.findings, verdict.refused)


@pytest.mark.parametrize(
    "context",
    [GS1, [GS1], CONTEXT, 1, [GS1, GS1], [GS1, "https://x.example/c"], "no url", None, {}, [{"ex": 1}], [GS1, {"ex": None}]],
)
def test_a_single_event_is_judged_alike_whether_its_context_is_given_or_not(context: object) -> None:
    for more in ({}, {"ex:a": 1}, {"action": "SEE"}, {"eventID": "urn:uuid:1"}):
        alone = json.dumps(event_of(**{"@context": context}, **more)).encode()
        terms = json.dumps(context).encode()
        given, thorough = (
            validate_event(alone, now=NOW, pinned=PINNED_CONTEXTS, context=terms),
            look_thoroughly(alone, index=0, at="", now=NOW, pinned=PINNED_CONTEXTS, prefixes=None),
        )
        assert _without_event(given) == _without_event(thorough)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*MEMBERS, "ex:a", "zz:b"]) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)
ODD = st.sampled_from([json.dumps(value) for value in STRANGERS]).map(json.loads) | JSON


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(st.sampled_from(sorted(MEMBERS)), ODD, max_size=4), ODD)
def test_whatever_parses_gets_a_verdict(kind: str, changes: dict[str, Any], stranger: Any) -> None:
    document = document_of({**EVENTS[kind], **changes}, stranger, **{"ex:a": stranger})
    for shape in (document, {**document, **changes}, stranger if isinstance(stranger, dict) else {"a": stranger}):
        verdict = verdict_on(shape)
        assert {finding.code for finding in all_findings(verdict)} <= set(CODES)
        assert all(event.refused == any(f.severity == "refuse" for f in event.findings) for event in verdict.events)


def test_serials_of_one_document_are_all_looked_at() -> None:
    wrong = SERIAL.format(3).replace("12345/", "12346/")
    said = verdict_on(document_of(event_of(epcList=[SERIAL.format(n) for n in range(3)] + [wrong]))).events[0].findings
    assert [(finding.code, finding.pointer) for finding in said] == [("CheckDigitWrong", "/epcisBody/eventList/0/epcList/3")]
