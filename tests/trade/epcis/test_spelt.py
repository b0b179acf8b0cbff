"""Identifiers from parsed JSON are those of the typed event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.evidence.authority import EVENT_TYPES
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.exact import EpcisUnreadable
from ledger.trade.epcis.roles import spelt_identifiers
from ledger.trade.epcis.spelt import spelt_in
from tests.documents import event

_CLASS = {"epcClass": "urn:epc:class:lgtin:9506000.013435.L", "quantity": 2}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"epcList": []},
        {"epcList": None, "quantityList": [_CLASS]},
        {"type": "AggregationEvent", "parentID": "urn:p", "childEPCs": ["urn:a"], "childQuantityList": [_CLASS], "epcList": None},
        {"type": "TransactionEvent", "bizTransactionList": [{"bizTransaction": "urn:t"}], "parentID": "urn:p"},
        {"type": "AssociationEvent", "parentID": "urn:p", "childEPCs": ["urn:a", "urn:a"], "epcList": None},
        {
            "type": "TransformationEvent",
            "action": None,
            "inputEPCList": ["urn:a"],
            "outputQuantityList": [_CLASS],
            "transformationID": "urn:x",
            "epcList": None,
        },
        {"childEPCs": ["an ObjectEvent has none"]},
    ],
)
def test_as_the_typed_event_has_them(changed: dict[str, Any]) -> None:
    made = event(**changed)
    assert spelt_in(made) == spelt_identifiers(read_event(json.dumps(made).encode()))


@pytest.mark.parametrize("wrong", [5, [5], ["urn:a", 5], [{"epcClass": 5}], [{"quantity": 1}], {"a": 1}, [["urn:a"]]])
def test_another_kind_is_refused(wrong: object) -> None:
    with pytest.raises(EpcisUnreadable):
        spelt_in(event(epcList=wrong))


def test_null_is_refused() -> None:
    with pytest.raises(EpcisUnreadable):
        spelt_in({**event(), "epcList": None})


@pytest.mark.conformance
def test_of_every_official_event(conformance: Path) -> None:
    seen = 0
    for path in sorted((conformance / "epcis" / "json").rglob("*.jsonld")):
        document = json.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        for one in document.get("epcisBody", {}).get("eventList", [document]):
            if one.get("type") in EVENT_TYPES:
                try:
                    typed = read_event(json.dumps(one).encode())
                except msgspec.ValidationError:
                    continue
                assert spelt_in(one) == spelt_identifiers(typed), path.name
                seen += 1
    assert seen > 10
