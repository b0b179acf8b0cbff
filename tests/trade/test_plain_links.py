"""Many identifiers are called canonical only where each of them is."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.trade.identifiers import canonical
from ledger.trade.plain_links import plain_links

PLAIN = (
    "https://id.gs1.org/01/09506000134352",
    "https://id.gs1.org/01/09506000134352/21/S-1_a",
    "https://id.gs1.org/01/09506000134352/10/L1",
    "https://id.gs1.org/00/395060001343500000",
    "https://id.gs1.org/414/9506000134352",
)
_OTHERS = (
    "https://example.com/01/09506000134352",
    "http://id.gs1.org/01/09506000134352",
    "https://id.gs1.org/01/09506000134352/10/L1/21/S1",
    "https://id.gs1.org/01/9506000134352/21/S1",
    "https://id.gs1.org/01/09506000134352?a=b",
    "https://id.gs1.org/01/09506000134352/21/" + "x" * 21,
    "urn:epc:id:sgtin:9506000.013435.1",
    "urn:example:crate",
    "https://id.gs1.org/414/9506000134352\nhttps://id.gs1.org/414/9506000134352",
    "https://id.gs1.org/01/０9506000134352",
    "",
    "\n",
)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PLAIN + _OTHERS), max_size=4))
@example(list(PLAIN))
@example([_OTHERS[8]])
def test_plain_is_canonical(identifiers: list[str]) -> None:
    found = plain_links([identifier.encode() for identifier in identifiers])
    if found is None:
        assert not set(identifiers) <= set(PLAIN)
    else:
        assert [text.decode() for text in found] == [canonical(identifier) for identifier in identifiers]


def test_one_that_is_not_plain_leaves_all_to_be_read_one_by_one() -> None:
    plain = [identifier.encode() for identifier in PLAIN]
    assert plain_links(plain) == plain
    for other in _OTHERS:
        assert plain_links([*plain, other.encode()]) is None
