"""EPCIS documents of others get the verdict that GS1's schema gives, but for the differences that are meant."""

from __future__ import annotations

import hashlib
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from ledger.trade.epcis import vocabulary
from ledger.trade.epcis.document import split_document
from ledger.trade.epcis.schema import EVENTS
from ledger.trade.epcis.vocabulary import Vocabulary
from tests.trade.epcis.mutants import mutants
from tests.trade.epcis.oracle import findings_of, schema_judge, unexplained

pytestmark = pytest.mark.conformance
SWEEP_SECONDS_MAX = 25.0
SWEEP_SEED = 20


def _documents(conformance: Path) -> list[Path]:
    folders = ("epcis/json", "epcis/openepcis/2.0/JSON", "scenarios")
    found = [
        file for folder in folders for file in sorted((conformance / folder).rglob("*.json*")) if "Queries" not in file.parts
    ]
    assert len(found) >= 70
    return found


def test_published_documents_get_the_verdict_of_the_schema(conformance: Path) -> None:
    refuses = schema_judge(conformance)
    for file in _documents(conformance):
        assert unexplained(json.loads(file.read_bytes()), refuses) == "", file.name


def test_valid_documents_are_taken_and_invalid_ones_refused_with_a_pointer(conformance: Path) -> None:
    for file in _documents(conformance):
        if "scenarios" in file.parts:
            continue
        refusals = [finding for finding in findings_of(file.read_bytes()) if finding.severity == "refuse"]
        assert bool(refusals) == ("Invalid" in file.parts), (file.name, refusals)
        assert all(finding.pointer.startswith("/") for finding in refusals)


def test_published_documents_are_cut_without_a_lost_byte(conformance: Path) -> None:
    for file in _documents(conformance):
        data = file.read_bytes()
        found = split_document(data)
        if not found.events:
            continue
        rest = data
        for event in found.events:
            _, own, rest = rest.partition(event)
            assert own == event
        assert json.loads(found.record)["type"] == found.kind
        listed: Any = json.loads(data)
        for name in found.events_at[1:].split("/"):
            listed = listed[name]
        assert [json.loads(event) for event in found.events] == listed


def test_mutants_of_published_documents_get_the_verdict_of_the_schema(conformance: Path) -> None:
    refuses = schema_judge(conformance)
    chance = random.Random(SWEEP_SEED)
    files = [file for file in _documents(conformance) if "scenarios" not in file.parts and file.stat().st_size < 4000]
    chance.shuffle(files)
    until = time.monotonic() + SWEEP_SECONDS_MAX
    tried = 0
    for file in files:
        for what, mutant in mutants(json.loads(file.read_bytes())):
            # Python's `$` matches before a last line break and so does the oracle; JSON schema's, and ours, does not.
            if chance.random() < 0.02 and "\\n" not in what:
                assert unexplained(mutant, refuses) == "", (file.name, what)
                tried += 1
        if time.monotonic() > until:
            break
    assert tried > 100


@pytest.mark.parametrize(
    ("definition", "own"),
    [
        ("bizStep", vocabulary.BIZ_STEP),
        ("disposition", vocabulary.DISPOSITION),
        ("bizTransaction-type", vocabulary.BIZ_TRANSACTION_TYPE),
        ("source-dest-type", vocabulary.SOURCE_DESTINATION_TYPE),
        ("error-reason", vocabulary.ERROR_REASON),
        ("component", vocabulary.COMPONENT),
        ("measurementType", vocabulary.MEASUREMENT_TYPE),
        ("sensorAlertType", vocabulary.ALERT_TYPE),
    ],
)
def test_the_words_are_those_of_the_schema(conformance: Path, definition: str, own: Vocabulary) -> None:
    schema = json.loads((conformance / "epcis/artefacts/EPCIS-JSON-Schema.json").read_bytes())
    assert set(schema["definitions"][definition]["anyOf"][1]["enum"]) == own.words


def test_the_members_are_those_of_the_schema(conformance: Path) -> None:
    schema = json.loads((conformance / "epcis/artefacts/EPCIS-JSON-Schema.json").read_bytes())
    for kind, shape in EVENTS.items():
        common, own = (schema["definitions"][name] for name in ("common-event-properties", kind))
        names = {*common["anyOf"][0]["enum"], *own["allOf"][1]["propertyNames"]["anyOf"][1]["enum"]}
        assert set(shape.members) - names == ({"persistentDisposition"} if kind == "AggregationEvent" else set())
        assert names <= set(shape.members)


def test_the_pinned_context_is_the_published_one(conformance: Path) -> None:
    data = (conformance / "epcis/artefacts/epcis-context.jsonld").read_bytes()
    assert set(vocabulary.PINNED_CONTEXTS.values()) == {hashlib.sha256(data).digest()}
    terms = json.loads(data)["@context"]
    namespaces = {name for name, meaning in terms.items() if isinstance(meaning, str) and meaning.endswith(("/", "#", ":"))}
    assert namespaces == vocabulary.CONTEXT_PREFIXES
