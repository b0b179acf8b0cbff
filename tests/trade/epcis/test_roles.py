"""Every identifier of an event is found, in its role, by both readers."""

from __future__ import annotations

import json

import pytest

from ledger.trade.epcis import event as model
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.exact import EpcisUnreadable
from ledger.trade.epcis.roles import ROLES, Named, Role, identifiers_in, read_identifiers
from tests.trade.epcis.samples import BOX, SERIAL, event_of

ONE, TWO = SERIAL.format(1), SERIAL.format(2)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (event_of(quantityList=[{"epcClass": "urn:a:c"}]), [Named(Role.EPC, ONE), Named(Role.CLASS, "urn:a:c")]),
        (event_of("AggregationEvent"), [Named(Role.PARENT, BOX), Named(Role.CHILD, ONE)]),
        (
            event_of("AssociationEvent", childEPCs=..., childQuantityList=[{"epcClass": "urn:a:c"}]),
            [Named(Role.PARENT, BOX), Named(Role.CHILD_CLASS, "urn:a:c")],
        ),
        (event_of("TransactionEvent", parentID=BOX), [Named(Role.EPC, ONE), Named(Role.PARENT, BOX)]),
        (
            event_of(
                "TransformationEvent",
                transformationID="urn:a:t",
                outputQuantityList=[{"epcClass": "urn:a:c"}],
                inputQuantityList=[{"epcClass": "urn:a:d"}],
            ),
            [
                Named(Role.INPUT, ONE),
                Named(Role.OUTPUT, TWO),
                Named(Role.INPUT_CLASS, "urn:a:d"),
                Named(Role.OUTPUT_CLASS, "urn:a:c"),
                Named(Role.TRANSFORMATION, "urn:a:t"),
            ],
        ),
    ],
)
def test_identifiers_by_role(body: dict[str, object], named: list[Named]) -> None:
    data = json.dumps({**body, "ex:epcList": ["urn:not:this"]}).encode()
    assert identifiers_in(read_event(data)) == named
    assert read_identifiers(data) == named


def test_the_table_names_members_as_the_events_do() -> None:
    kinds = (model.ObjectEvent, model.AggregationEvent, model.TransactionEvent, model.TransformationEvent, model.AssociationEvent)
    spelt = {
        name: attribute
        for kind in kinds
        for attribute, name in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    }
    assert {name: spelt[name] for name in ROLES} == {name: attribute for name, (attribute, _) in ROLES.items()}


def test_what_is_no_event_is_refused_by_name() -> None:
    for data in (b"", b"[]", b'{"epcList":[1]}'):
        with pytest.raises(EpcisUnreadable):
            read_identifiers(data)
