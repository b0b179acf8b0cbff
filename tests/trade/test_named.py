"""Which records name an item, in whichever spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.named import names_item
from tests.scenario import json_body

ITEM = "https://id.gs1.org/01/09521234000013/10/L1/21/T1"
LOT = "https://id.gs1.org/01/09521234000013/10/L1"
PRODUCT = "https://id.gs1.org/01/09521234000013"


@pytest.mark.parametrize(
    ("text", "of"),
    [
        (ITEM, (ITEM, LOT, PRODUCT)),
        ("https://id.gs1.org/01/09521234000013/21/T1", (ITEM, PRODUCT)),
        ("https://tea.example/shop/01/09521234000013/22/V/10/L1/21/T1?3103=000189", (ITEM, LOT, PRODUCT)),
        ("https://tea.example/gtin/9521234000013/ser/T1", (ITEM, PRODUCT)),
        ("urn:epc:id:sgtin:952123.4000001.T1", ()),
        ("urn:epc:id:sgtin:9521234.00001.T1", ()),
        ("urn:epc:id:sgtin:9521234.000001.T1", (ITEM, PRODUCT)),
        ("urn:epc:class:lgtin:9521234.000001.L1", (LOT, PRODUCT)),
        (LOT, (LOT, PRODUCT)),
        (PRODUCT, (PRODUCT,)),
        ("https://id.gs1.org/01/09521234000013/21/t1", (PRODUCT,)),
        ("https://id.gs1.org/01/09521234000020/21/T1", ()),
        ("T1", ()),
        (f"see {ITEM}", ()),
    ],
)
def test_an_item_is_named_by_what_stands_for_it(text: str, of: tuple[str, ...]) -> None:
    for body in (json_body(type="X", a=text), json_body(type="X", a=[{"b": [1, None, {"c": text}]}])):
        assert tuple(item for item in (ITEM, LOT, PRODUCT) if names_item(body, item)) == of


def test_names_of_members_name_nothing() -> None:
    assert not names_item(json_body(type="X", **{ITEM: 1}), ITEM)


@given(
    st.recursive(st.text() | st.none() | st.integers(-9, 9), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_no_record_is_too_odd_to_ask(value: object) -> None:
    assert names_item(json_body(type="X", value=value, item=ITEM), ITEM)
