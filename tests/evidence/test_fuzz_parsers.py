"""Every parser of what comes from outside, under arbitrary and bent bytes: refused by name, or accepted in its one spelling."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.evidence_targets import evidence_targets
from tests.fuzz.mutations import bent
from tests.fuzz.outside_targets import outside_targets
from tests.fuzz.target import Target
from tests.house.sources import CHECKOUT

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

each_target = pytest.mark.parametrize("target", [*evidence_targets(), *outside_targets()], ids=lambda target: target.name)


def test_no_parser_of_evidence_is_left_out() -> None:
    fuzzed = (CHECKOUT / "tests" / "fuzz" / "evidence_targets.py").read_text(encoding="utf-8")
    parsers = [name for path in (CHECKOUT / "ledger" / "evidence").glob("*.py") for name in parsers_in(path)]
    assert len(parsers) > 20
    assert [name for name in parsers if name not in fuzzed] == []


def parsers_in(path: Path) -> list[str]:
    """Every public function and method whose name begins with parse, decode or read, as it is called."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    found = [(f"{one.name}.", node) for one in classes for node in one.body] + [("", node) for node in tree.body]
    named = [(stem, node.name) for stem, node in found if isinstance(node, ast.FunctionDef)]
    return [f"{stem}{name}" for stem, name in named if name.startswith(("parse", "decode_", "read_"))]


@each_target
def test_the_samples_are_accepted(target: Target) -> None:
    assert all(target.accepts(sample) for sample in target.samples)


@each_target
@QUICK
@given(data=st.binary() | st.text(st.characters()).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_arbitrary_bytes_are_refused_by_name(target: Target, data: bytes) -> None:
    target.accepts(data)


@each_target
@QUICK
@given(drawn=st.data())
def test_bent_bytes_are_refused_or_print_back_the_same(target: Target, drawn: st.DataObject) -> None:
    target.accepts(drawn.draw(bent(target.samples)))
