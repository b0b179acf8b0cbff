"""Which recalls stand, and whom they reach."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.authority import RecordClass
from ledger.evidence.instant import Instant
from ledger.trade.assessment.recall import RECALLERS, Recalls, standing_recalls
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.genealogy import trace
from ledger.trade.membership import TracedEvent
from ledger.trade.shapes.address import Address
from tests.trade.assessment.scene import CASE, GTIN, LEAF, LOT, NAMES, ORIGIN, OTHER_TIN, TIN, said

RUNGS = (TIN, LOT, GTIN)


def recall(*things: str, issuer: str = "office", role: str = "authority", at: int = 50) -> Statement:
    body = RecallIssued(Instant(0), things, "safety", "return", NAMES)
    return said(body, issuer, role=role, klass=RecordClass.RECALL, at=at)


def end(of: Statement, issuer: str = "office", role: str = "inspector", at: int = 60, origin: str = ORIGIN) -> Statement:
    body = RecallEnded(Address(origin, *of.position), NAMES)
    return said(body, issuer, role=role, klass=RecordClass.RECALL, at=at)


def judged(recalls: Iterable[Statement], ended: Iterable[Statement] = (), reached: Iterable[str] = (TIN, LEAF, CASE)) -> Recalls:
    return standing_recalls(
        recalls,
        ended,
        rungs=RUNGS,
        reached=set(reached),
        origin=ORIGIN,
        answers_for=lambda party, thing: (party, thing) in OWNERS,
    )


OWNERS = {("brand", GTIN), ("garden", LEAF), ("carrier", OTHER_TIN)}


@pytest.mark.parametrize("thing", [TIN, LOT, GTIN, LEAF, CASE])
def test_it_reaches_the_item_by_its_code_lot_product_origin_and_carrier(thing: str) -> None:
    (found,) = judged([recall(thing)]).standing
    assert found.through == (thing,)


def test_it_reaches_no_other_item() -> None:
    assert judged([recall(OTHER_TIN), recall(f"{GTIN}/10/L2")]) == Recalls()


def test_through_is_nearest_first() -> None:
    (found,) = judged([recall(LEAF, OTHER_TIN, GTIN, TIN)]).standing
    assert found.through == (TIN, GTIN, LEAF)


@pytest.mark.parametrize("role", sorted(RECALLERS))
def test_an_office_may_recall_anything(role: str) -> None:
    assert judged([recall(TIN, issuer="anybody", role=role)]).standing


@pytest.mark.parametrize(
    ("issuer", "thing", "stands"),
    [("brand", GTIN, True), ("garden", LEAF, True), ("garden", GTIN, False), ("carrier", TIN, False), ("rival", TIN, False)],
)
def test_a_brand_or_maker_only_its_own(issuer: str, thing: str, stands: bool) -> None:
    found = judged([recall(thing, issuer=issuer, role="merchant")])
    assert (len(found.standing), len(found.strangers)) == ((1, 0) if stands else (0, 1))


def test_an_own_thing_in_the_list_opens_no_door_to_others() -> None:
    """The carrier answers for another tin; naming it beside this one gives it no say about this one."""
    assert judged([recall(OTHER_TIN, TIN, issuer="carrier", role="merchant")]).strangers


def test_its_issuer_or_an_authority_lifts_it() -> None:
    issued = recall(LOT, issuer="brand", role="authority")
    for issuer, role, lifted in (("brand", "factory", True), ("office", "authority", True), ("office", "inspector", False)):
        found = judged([issued], [end(issued, issuer, role)])
        assert (len(found.ended), len(found.standing)) == ((1, 0) if lifted else (0, 1))


def test_what_lifts_nothing() -> None:
    issued, other = recall(LOT), recall(TIN, at=51)
    for wrong in (end(issued, at=49), end(issued, origin="elsewhere.example/main"), end(issued, "brand", "merchant")):
        assert judged([issued], [wrong]).standing
    found = judged([issued, other], [end(issued)])
    assert [one.statement for one in found.standing] == [other]
    assert found.ended[0].ended is not None


def test_the_first_record_that_lifts_it_is_shown() -> None:
    issued = recall(LOT)
    ends = [end(issued, at=70), end(issued, at=61)]
    assert judged([issued], ends).ended[0].ended == ends[1]


links = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=18)


@given(links, st.integers(0, 9))
def test_it_reaches_every_descendant_and_nobody_else(pairs: list[tuple[int, int]], recalled: int) -> None:
    """Random genealogies, against a closure computed without them: child made of parents with a smaller number."""
    made = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    parents: dict[int, list[int]] = {}
    for parent, child in made:
        parents.setdefault(child, []).append(parent)
    events = [
        TracedEvent((child, 0), "TransformationEvent", Instant(child), inputs=tuple(map(_lot, sources)), outputs=(_lot(child),))
        for child, sources in parents.items()
    ]
    descendants = {recalled}
    for parent, child in made:
        if parent in descendants:
            descendants.add(child)
    for item in range(10):
        found = trace((_lot(item),), direction="back", events_naming=lambda named: _naming(events, named))
        reached = {node.identifier for node in found.nodes}
        judgement = standing_recalls(
            [recall(_lot(recalled))], (), rungs=(_lot(item),), reached=reached, origin=ORIGIN, answers_for=lambda p, t: False
        )
        assert bool(judgement.standing) == (item in descendants)


def _lot(number: int) -> str:
    return f"{GTIN}/10/N{number}"


def _naming(events: list[TracedEvent], named: str) -> list[TracedEvent]:
    return [event for event in events if named in (*event.inputs, *event.outputs)]
