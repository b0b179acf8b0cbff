"""The published RFC 6962 proof vectors: every verdict of every case."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from ledger.evidence.merkle import (
    ConsistencyUnproven,
    InclusionUnproven,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

pytestmark = pytest.mark.conformance


def _cases(folder: Path, name: str, count: int) -> list[dict[str, Any]]:
    cases = json.loads((folder / "merkle" / name).read_bytes())
    assert len(cases) == count, "cases were lost on the way"
    return list(cases)


def _proof(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(step) for step in case["proof"] or []]


def _verdict(case: dict[str, Any], refusal: type[Exception]) -> AbstractContextManager[object]:
    return pytest.raises(refusal) if case["wantErr"] else nullcontext()


def test_inclusion(conformance: Path, subtests: pytest.Subtests) -> None:
    for case in _cases(conformance, "inclusion.json", 66):
        with subtests.test(case["case"]), _verdict(case, InclusionUnproven):
            verify_inclusion(
                index=case["leafIdx"],
                size=case["treeSize"],
                leaf_hash=b64decode(case["leafHash"]),
                proof=_proof(case),
                root=b64decode(case["root"]),
            )


def test_consistency(conformance: Path, subtests: pytest.Subtests) -> None:
    for case in _cases(conformance, "consistency.json", 66):
        with subtests.test(case["case"]), _verdict(case, ConsistencyUnproven):
            verify_consistency(
                old_size=case["size1"],
                new_size=case["size2"],
                old_root=b64decode(case["root1"]),
                new_root=b64decode(case["root2"]),
                proof=_proof(case),
            )


def test_subtree_inclusion(conformance: Path, subtests: pytest.Subtests) -> None:
    for case in _cases(conformance, "subtreeinclusion.json", 136):
        with subtests.test(case["case"]), _verdict(case, InclusionUnproven):
            verify_subtree_inclusion(
                index=case["leafIdx"],
                start=case["start"],
                end=case["end"],
                leaf_hash=b64decode(case["leafHash"]),
                proof=_proof(case),
                root=b64decode(case["root"]),
            )


def test_subtree_consistency(conformance: Path, subtests: pytest.Subtests) -> None:
    for case in _cases(conformance, "subtreeconsistency.json", 79):
        with subtests.test(case["case"]), _verdict(case, ConsistencyUnproven):
            verify_subtree_consistency(
                start=case["start"],
                end=case["end"],
                size=case["size"],
                subtree_root=b64decode(case["root1"]),
                root=b64decode(case["root2"]),
                proof=_proof(case),
            )
