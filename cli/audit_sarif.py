"""The audit's report for code scanning: SARIF 2.1.0, with places in the log and none in a file system."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, Final

from cli.audit_exit import exit_of
from ledger.audit.finding import MEANING, Finding, FindingKind
from ledger.audit.report import AuditReport
from ledger.evidence.spelling import format_base64

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULE_NUMBER: Final = {kind: number for number, kind in enumerate(FindingKind)}


def sarif_of(report: AuditReport) -> str:
    """The report as a SARIF log of one run: a rule for each kind of the closed list, a result for each finding.

    What was not checked is a notification of the run. No times, no host, no paths: the same log gives the same bytes.

    Source: docs/FORMATS.md, "Audit report"; OASIS SARIF 2.1.0, sections 3.13 to 3.58.
    """
    driver = {"name": "suyuan", "semanticVersion": version("suyuan"), "rules": [_rule(kind) for kind in FindingKind]}
    invocation = {
        "executionSuccessful": True,
        "exitCode": int(exit_of(report)),
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": what}} for what in report.not_checked],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "results": [_result(finding) for finding in report.findings],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "verdict": report.verdict.value,
            "size": report.size,
            "root": None if report.root is None else format_base64(report.root),
            "checked": asdict(report.checked),
        },
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(kind: FindingKind) -> dict[str, Any]:
    meaning = MEANING[kind]
    return {
        "id": kind.value,
        "name": kind.value,
        "shortDescription": {"text": f"{_capital(meaning.sentence)}."},
        "help": {"text": f"{_capital(meaning.hint)}."},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: Finding) -> dict[str, Any]:
    named = f"{finding.kind.value}\n{finding.position}".encode("utf-8", "backslashreplace")
    return {
        "ruleId": finding.kind.value,
        "ruleIndex": _RULE_NUMBER[finding.kind],
        "level": "error",
        "message": {"text": f"{finding.position}: {finding.message}"},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": finding.position}]}],
        "partialFingerprints": {"finding/v1": hashlib.sha256(named).hexdigest()},
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
