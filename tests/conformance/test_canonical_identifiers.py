"""Canonical identifiers against published vectors, and over every EPC of the published documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.trade.identifiers import canonical, check_digit_holds, is_class_identifier, ladder

pytestmark = pytest.mark.conformance

_INSTANCES = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
_QUANTITIES = frozenset({"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"})
# EPC schemes that have no GS1 key, and so no Digital Link form.
_PRIVATE = ("urn:epc:id:gid:", "urn:epc:id:adi:", "urn:epc:id:usdod:", "urn:epc:id:bic:", "urn:epc:id:imovn:")


def test_published_vectors(conformance: Path) -> None:
    vectors = json.loads((conformance / "event-hash" / "canonical-identifiers.json").read_bytes())
    texts = [vector for vector in vectors if isinstance(vector["input"], str)]
    assert len(texts) > 30
    wrong = [
        (vector["input"], canonical(vector["input"])) for vector in texts if canonical(vector["input"]) != vector["canonical"]
    ]
    assert wrong == []


def test_every_identifier_of_every_document_is_read(conformance: Path) -> None:
    seen: set[str] = set()
    for identifier in _identifiers(conformance):
        seen.add(identifier)
        found = canonical(identifier)
        if found is None:
            assert ladder(identifier) == (identifier,)
        else:
            assert canonical(found) == found
            assert ladder(identifier)[0] == found
            assert is_class_identifier(found) == is_class_identifier(identifier)
            # A canonical spelling made from a URN carries the digit we computed.
            assert not identifier.startswith("urn:") or check_digit_holds(found) is not False
    unread = {identifier for identifier in seen if canonical(identifier) is None}
    assert len(seen) > 60
    assert {identifier for identifier in unread if not identifier.startswith(_PRIVATE)} == set()


def test_instances_and_classes_stand_where_they_belong(conformance: Path) -> None:
    for path in _documents(conformance):
        for key, value in _members(json.loads(path.read_bytes())):
            if key in _INSTANCES:
                assert [epc for epc in value if isinstance(epc, str) and is_class_identifier(epc)] == [], path.name
            elif key in _QUANTITIES:
                classes = [element["epcClass"] for element in value]
                assert [epc for epc in classes if not is_class_identifier(epc) and canonical(epc)] == [], path.name


def _documents(conformance: Path) -> list[Path]:
    folders = [conformance / "epcis" / "json", conformance / "epcis" / "openepcis" / "2.0" / "JSON" / "Capture" / "Documents"]
    return sorted(path for folder in folders for path in folder.rglob("*.json*"))


def _identifiers(conformance: Path) -> Iterator[str]:
    for path in _documents(conformance):
        for key, value in _members(json.loads(path.read_bytes())):
            if key in _INSTANCES:
                yield from (epc for epc in value if isinstance(epc, str))
            elif key in _QUANTITIES:
                yield from (element["epcClass"] for element in value)
            elif key == "parentID":
                yield value


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
        for member in value.values():
            yield from _members(member)
    elif isinstance(value, list):
        for member in value:
            yield from _members(member)
