"""The audit's report for build servers: JUnit XML, one test case for each kind of finding that an audit looks for."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ledger.audit.finding import MEANING, POLICY_KINDS, TABLE_KINDS, Finding, FindingKind
from ledger.audit.report import AuditReport

_SUITE: Final = "suyuan audit"
_WITHOUT_TABLES: Final = "the operator's own tables are not part of this source"
# XML 1.0, production 2: anything else may not stand in a document, not even as a reference.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_of(report: AuditReport) -> str:
    """The report as one test suite.

    A kind with findings has failed, once for each of them; a kind that was not looked for, and whatever else was not
    checked, is skipped. No times and no host: the same log gives the same bytes.

    Source: docs/FORMATS.md, "Audit report"; the schema that Jenkins publishes for its JUnit plugin.
    """
    found: defaultdict[FindingKind, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        found[finding.kind].append(finding)
    suite = Element("testsuite", name=_SUITE)
    for kind in FindingKind:
        _add_kind(suite, kind, found[kind], looked_for=report.with_tables or kind not in TABLE_KINDS)
    for what in report.not_checked:
        SubElement(_case(suite, "not checked", what), "skipped", message=_xml(what))
    skipped = len(suite.findall("testcase/skipped"))
    failed = len({finding.kind for finding in report.findings})
    for name, count in (("tests", len(suite)), ("failures", failed), ("errors", 0), ("skipped", skipped)):
        suite.set(name, str(count))
    indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suite, encoding="unicode")}\n'


def _add_kind(suite: Element, kind: FindingKind, findings: list[Finding], *, looked_for: bool) -> None:
    case = _case(suite, _group(kind), kind.value)
    for finding in findings:
        failure = SubElement(case, "failure", type=kind.value, message=_xml(f"{finding.position}: {finding.message}"))
        failure.text = _xml(
            f"{MEANING[kind].sentence}.\nposition: {finding.position}\nseen: {finding.message}\nhint: {finding.hint}"
        )
    if not findings and not looked_for:
        SubElement(case, "skipped", message=_WITHOUT_TABLES)


def _case(suite: Element, group: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=f"{_SUITE}.{group}".replace(" ", "."), name=_xml(name))


def _group(kind: FindingKind) -> str:
    if kind in POLICY_KINDS:
        return "policy"
    return "tables" if kind in TABLE_KINDS else "evidence"


def _xml(text: str) -> str:
    """`text` with what XML cannot hold escaped as Python would."""
    return _NOT_XML.sub(lambda odd: odd[0].encode("unicode_escape").decode("ascii"), text)
