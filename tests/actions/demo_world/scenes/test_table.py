"""Every scene shows what its line in the table promises, and nothing that it does not."""

from __future__ import annotations

import pytest

from ledger.actions.demo_world.build import DemoWorld
from ledger.actions.demo_world.identifiers import TEA_GTIN, TIN_GTIN, item
from ledger.actions.demo_world.scenes.recalled_lot import RECALLED_LEAVES
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.trade.assessment.finding import Weight
from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.custody import Hands
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.scans import CodeState, Suspicion

VERDICTS = {
    "clean": Verdict.VERIFIED,
    "findings": Verdict.FINDINGS,
    "recalled": Verdict.RECALLED,
    "spared": Verdict.VERIFIED,
    "missing": Verdict.INCOMPLETE,
    "copied": Verdict.FINDINGS,
    "erased": Verdict.VERIFIED,
    "manufactured": Verdict.VERIFIED,
    "second-hand": Verdict.VERIFIED,
}


def facts_of(ledger: Ledger, scene: str) -> ItemFacts:
    return describe_item(ledger, parse_digital_link(SCENES[scene].item))


def cautions(facts: ItemFacts) -> list[str]:
    return [finding.code for finding in facts.findings if finding.weight is Weight.CAUTION]


def test_each_scene_has_a_page_of_its_own() -> None:
    assert set(SCENES) == {*VERDICTS, "unknown"}
    assert len({scene.item for scene in SCENES.values()}) == len(SCENES) == 10
    for scene in SCENES.values():
        assert parse_digital_link(scene.item).uri() == scene.item


@pytest.mark.parametrize("scene", VERDICTS)
def test_the_verdict(ledger: Ledger, scene: str) -> None:
    facts = facts_of(ledger, scene)
    assert facts.verdict is VERDICTS[scene], (facts.findings, facts.expectations.missing)
    assert facts.name is not None and facts.brand is not None and facts.by_brand
    assert not facts.truncated and facts.damaged == 0


def test_the_clean_tin_lacks_nothing(ledger: Ledger) -> None:
    facts = facts_of(ledger, "clean")
    assert cautions(facts) == []
    assert facts.expectations.pack == "farm-produce/1" and facts.expectations.missing == ()
    assert {row.parameter for row in facts.measurements if row.agrees} == {"net-weight", "moisture"}
    assert facts.began is not None and facts.began.place.kind == "plot"
    assert facts.inspected is not None and facts.inspected.source.grade is Grade.INDEPENDENT
    assert all(report.accredited for report in facts.reports) and len(facts.reports) == 2
    assert len(facts.certificates) == 2
    assert facts.holder is not None and facts.holder.label == "Lantern Lane Tea" and facts.custody.hands is Hands.HELD
    checked = {party.said.label for party in facts.parties if party.checks}
    assert {"Duyun Maojian Tea Works", "Guiyang Leaf Laboratory"} <= checked
    assert all(step.place is None or step.place.latitude is not None for step in facts.steps)


@pytest.mark.parametrize("scene", ["clean", "findings", "recalled", "manufactured"])
def test_its_picture_and_model_are_kept_are_small_and_are_said_to_be_drawn(ledger: Ledger, scene: str) -> None:
    facts = facts_of(ledger, scene)
    assert facts.picture is not None and facts.picture.intact and facts.picture.said is not None
    assert facts.picture.said.origin == "synthetic" and facts.picture.said.captured is None
    assert facts.picture.thumbnail is not None and len(facts.picture.thumbnail) <= 6_144
    assert facts.model is not None and facts.model.file.intact
    assert facts.model.fits and facts.model.measured == facts.model.declared


def test_the_powder_became_warm_and_is_too_moist(ledger: Ledger) -> None:
    facts = facts_of(ledger, "findings")
    assert cautions(facts) == ["cold-chain-broken", "measured-outside-declared"]
    warm, moist = (finding.values for finding in facts.findings[:2])
    assert (warm["highest"], warm["high"]) == ("17.6", "8")
    assert (moist["parameter"], moist["measured"]) == ("moisture", "6.4")
    assert facts.expectations.missing == ()


def test_the_recall_goes_from_the_leaves_to_every_tin_made_of_them_and_no_further(ledger: Ledger) -> None:
    for number in range(6):
        called = describe_item(ledger, parse_digital_link(item(TIN_GTIN, f"T26C {number}")))
        assert [recall.through for recall in called.recalls] == [(RECALLED_LEAVES,)]
        spared = describe_item(ledger, parse_digital_link(item(TIN_GTIN, f"T26D {number}")))
        assert spared.recalls == () and spared.verdict is Verdict.VERIFIED
    tea = describe_item(ledger, parse_digital_link(f"https://id.gs1.org/01/{TEA_GTIN}/10/DAY41"))
    assert tea.verdict is Verdict.RECALLED


def test_of_the_honey_most_is_missing(ledger: Ledger) -> None:
    facts = facts_of(ledger, "missing")
    assert facts.expectations.missing == ("plot", "inputs", "pre-harvest-interval", "laboratory-test", "cold-chain")
    assert cautions(facts) == [] and facts.reports == ()


def test_the_unknown_code_is_named_by_no_record(ledger: Ledger) -> None:
    with pytest.raises(ItemUnknown):
        facts_of(ledger, "unknown")


def test_the_copied_code_is_suspect_by_what_strangers_did_alone(ledger: Ledger) -> None:
    facts = facts_of(ledger, "copied")
    assert cautions(facts) == [] and facts.code is not None
    assert (facts.code.state, facts.code.suspicion) == (CodeState.SOLD, Suspicion.WARN)
    assert (facts.code.scans, facts.code.areas) == (7, 5)
    assert not any(reason.signed for reason in facts.code.reasons)


def test_of_the_erased_record_only_that_it_was_there_is_left(ledger: Ledger, built: DemoWorld) -> None:
    (erased,) = facts_of(ledger, "erased").erased
    assert (erased.label, erased.ground) == ("Lantern Lane Tea", "person-request")
    for file in built.data.rglob("*"):
        assert file.is_dir() or b"Mei Ling Tan" not in file.read_bytes(), file.name


def test_the_kettle_is_told_from_its_materials(ledger: Ledger) -> None:
    facts = facts_of(ledger, "manufactured")
    assert facts.expectations.pack == "manufactured/1" and facts.expectations.missing == ()
    assert cautions(facts) == []
    assert len([node for node in facts.graph.nodes if not node.carrier]) >= 4
    assert facts.code is not None and facts.code.state is CodeState.ACTIVATED


def test_the_second_kettle_was_passed_on(ledger: Ledger) -> None:
    facts = facts_of(ledger, "second-hand")
    assert facts.code is not None and facts.code.state is CodeState.TRANSFERRED
    assert facts.custody.hands is Hands.SOLD
