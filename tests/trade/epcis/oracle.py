"""GS1's own schema as the judge, and which differences between it and us are meant."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from ledger.evidence.instant import Instant
from ledger.trade.epcis.document import split_document
from ledger.trade.epcis.finding import Finding
from ledger.trade.epcis.syntax import URI
from ledger.trade.epcis.validate import validate_document, validate_event
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS

NOW = Instant(1_795_300_000_000)
OURS_ALONE = frozenset(
    {
        "PrefixUndeclared",
        "ClassIdentifierInEpcList",
        "ParentMissing",
        "ParentAmongChildren",
        "QuantityNegative",
        "QuantityFractionalWithoutUnit",
        "NothingObserved",
        "EventIdRepeated",
    }
)
"""What we refuse and the schema does not."""
Judge = Callable[[Any], bool]


def schema_judge(conformance: Path) -> Judge:
    """Whether the official schema refuses a decoded document, `format` asserted."""
    schema = json.loads((conformance / "epcis/artefacts/EPCIS-JSON-Schema.json").read_bytes())
    validator = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
    # Without these two the formats are silently not checked at all.
    assert {"date-time", "uri"} <= set(Draft7Validator.FORMAT_CHECKER.checkers)
    return lambda document: not validator.is_valid(document)


def findings_of(data: bytes) -> list[Finding]:
    """All findings of a document, or of a bare event."""
    document = split_document(data)
    if document.kind is None and "epcisBody" not in document.header:
        return list(validate_event(data, now=NOW, pinned=PINNED_CONTEXTS).findings)
    verdict = validate_document(document, now=NOW, pinned=PINNED_CONTEXTS)
    return [*verdict.errors, *(finding for event in verdict.events for finding in event.findings)]


def unexplained(document: Any, refuses: Judge) -> str:
    """What we and the schema disagree about beyond the meant differences; empty if nothing."""
    if not isinstance(document, dict):
        return ""
    findings = findings_of(json.dumps(document).encode())
    by_schema = refuses(_as_the_schema_would_have_it(document, findings))
    taken = tuple(finding.pointer + "/" for finding in findings if finding.code == "DispositionNotAllowedHere")
    refusals = [
        finding
        for finding in findings
        if finding.severity == "refuse" and not _is_ours_alone(finding) and not f"{finding.pointer}/".startswith(taken or ("\n",))
    ]
    if by_schema == bool(refusals):
        return ""
    return f"schema {'refuses' if by_schema else 'accepts'}, we found {[(f.code, f.pointer, f.seen) for f in findings]}"


def _is_ours_alone(finding: Finding) -> bool:
    # An event of a type of its own, named by a URI, is none of the ledger's records.
    return finding.code in OURS_ALONE or (finding.code == "EventTypeUnknown" and URI.search(finding.seen) is not None)


def _as_the_schema_would_have_it(document: Any, findings: list[Finding]) -> Any:
    """The document without the two things that we take and mark although the schema refuses them."""
    twin = copy.deepcopy(document)
    for finding in findings:
        if finding.code in ("DispositionNotAllowedHere", "MeasurementTypeUnknown"):
            holder, name = _holder(twin, finding.pointer)
            holder[name] = "Temperature" if finding.code == "MeasurementTypeUnknown" else holder[name]
            if finding.code == "DispositionNotAllowedHere":
                holder["ex:lasting"] = holder.pop(name)
    return twin


def _holder(document: Any, pointer: str) -> tuple[Any, str]:
    *path, name = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    holder = document
    for part in path:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    return holder, name
