"""The formats of an audit's report, read by the parsers that others use, with whatever a hostile log puts into it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.audit_csv import csv_of
from cli.audit_formats import FORMATS, write_report
from cli.audit_junit import junit_of
from cli.audit_sarif import sarif_of
from ledger.audit.finding import MEANING, TABLE_KINDS, Finding, FindingKind
from ledger.audit.journal import Checked
from ledger.audit.report import AuditReport

ALTERED = Finding(FindingKind.BODY_ALTERED, "entry 12 place 3", 'commitment missing, "under" the signed <root>')
AGAIN = Finding(FindingKind.BODY_ALTERED, "entry 12 place 4", "likewise")
LEFT = "3 bodies that this reader may not read, and the grounds of erasures among them"


def report(*findings: Finding, not_checked: tuple[str, ...] = (), with_tables: bool = False) -> AuditReport:
    source = "/home/somebody/data"
    return AuditReport(source, 40, bytes(32), findings, Checked(entries=40, bodies=7), not_checked, with_tables)


def cases_of(text: str) -> dict[str, ElementTree.Element]:
    return {case.attrib["name"]: case for case in ElementTree.fromstring(text.encode()).iter("testcase")}


def test_junit_has_a_case_for_each_kind_and_a_failure_for_each_finding() -> None:
    suite = ElementTree.fromstring(junit_of(report(ALTERED, AGAIN, not_checked=(LEFT,), with_tables=True)).encode())
    cases = {case.attrib["name"]: case for case in suite}
    assert suite.tag == "testsuite"
    assert set(cases) == {kind.value for kind in FindingKind} | {LEFT}
    failures = cases["BodyAltered"].findall("failure")
    assert [failure.attrib["message"].split(":")[0] for failure in failures] == ["entry 12 place 3", "entry 12 place 4"]
    assert [failure.attrib["type"] for failure in failures] == ["BodyAltered", "BodyAltered"]
    assert MEANING[FindingKind.BODY_ALTERED].hint in (failures[0].text or "")
    assert cases[LEFT].find("skipped") is not None
    counts = {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": str(len(FindingKind) + 1), "failures": "1", "errors": "0", "skipped": "1"}


def test_junit_skips_the_tables_that_a_source_does_not_show() -> None:
    cases = cases_of(junit_of(report()))
    skipped = {name for name, case in cases.items() if case.find("skipped") is not None}
    assert skipped == {kind.value for kind in TABLE_KINDS}
    assert not any(case.find("skipped") is not None for case in cases_of(junit_of(report(with_tables=True))).values())


def test_junit_keeps_to_the_elements_and_attributes_of_the_schema_of_jenkins() -> None:
    allowed = {
        "testsuite": {"name", "tests", "failures", "errors", "skipped"},
        "testcase": {"classname", "name"},
        "failure": {"type", "message"},
        "skipped": {"message"},
    }
    tree = ElementTree.fromstring(junit_of(report(ALTERED, not_checked=(LEFT,))).encode())
    assert {element.tag for element in tree.iter()} == set(allowed)
    for element in tree.iter():
        assert set(element.attrib) == allowed[element.tag]


def test_sarif_has_what_its_standard_requires() -> None:
    log = json.loads(sarif_of(report(ALTERED, AGAIN, not_checked=(LEFT,))))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "suyuan"
    assert [rule["id"] for rule in rules] == [kind.value for kind in FindingKind]
    assert all(rule["shortDescription"]["text"].endswith(".") and rule["help"]["text"].endswith(".") for rule in rules)
    for result, finding in zip(run["results"], (ALTERED, AGAIN), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.kind.value
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"] == f"{finding.position}: {finding.message}"
        assert result["locations"] == [{"logicalLocations": [{"fullyQualifiedName": finding.position}]}]
    prints = {result["partialFingerprints"]["finding/v1"] for result in run["results"]}
    assert len(prints) == 2
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [LEFT]
    assert run["properties"]["root"] == "A" * 43 + "="


@pytest.mark.parametrize(("findings", "left", "code"), [((), (), 0), ((), (LEFT,), 3), ((ALTERED,), (LEFT,), 1)])
def test_sarif_says_the_exit_code(findings: tuple[Finding, ...], left: tuple[str, ...], code: int) -> None:
    log = json.loads(sarif_of(report(*findings, not_checked=left)))
    assert log["runs"][0]["invocations"][0]["exitCode"] == code


def test_csv_is_a_table_of_findings_and_of_what_was_not_checked() -> None:
    text = csv_of(report(ALTERED, AGAIN, not_checked=(LEFT,)))
    assert text.startswith("kind,position,message,hint\r\n")
    assert re.search(r"(?<!\r)\n", text) is None
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["kind"], row["position"]) for row in rows] == [
        ("BodyAltered", "entry 12 place 3"),
        ("BodyAltered", "entry 12 place 4"),
        ("NotChecked", ""),
    ]
    assert (rows[0]["message"], rows[0]["hint"], rows[2]["message"]) == (ALTERED.message, ALTERED.hint, LEFT)


def test_a_cell_is_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(report(Finding(FindingKind.BODY_ALTERED, "entry 1", "=cmd()"))), newline="")))
    assert rows[1][2] == "'=cmd()"


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "csv"])
def test_a_machine_format_names_no_path_and_no_time_and_comes_out_alike(form: str) -> None:
    one = FORMATS[form](report(ALTERED, not_checked=(LEFT,)))
    assert one == FORMATS[form](report(ALTERED, not_checked=(LEFT,)))
    assert "/home" not in one
    assert re.search(r"timestamp|hostname|startTime|\b20\d\d-", one.replace("sarif-schema", "")) is None


@given(st.text(st.characters()), st.text(st.characters()))
@example("\ud800", "\ud800")
def test_whatever_a_log_holds_the_formats_are_read_back(position: str, message: str) -> None:
    hostile = report(Finding(FindingKind.SOURCE_UNREADABLE, position, message), not_checked=(message,))

    def bytes_of(form: str) -> bytes:
        return FORMATS[form](hostile).encode("utf-8", "backslashreplace")

    suite = ElementTree.fromstring(bytes_of("junit"))
    assert len(list(suite.iter("failure"))) == 1
    result: dict[str, Any] = json.loads(bytes_of("sarif"))["runs"][0]["results"][0]
    assert result["message"]["text"] == f"{position}: {message}"
    assert json.loads(bytes_of("json"))["findings"][0]["message"] == message
    rows = list(csv.reader(io.StringIO(bytes_of("csv").decode(), newline="")))
    assert [len(row) for row in rows] == [4, 4, 4]
    tame = report(Finding(FindingKind.SOURCE_UNREADABLE, "database", "no tables"), not_checked=("tables",))
    assert FORMATS["text"](hostile).count("\x1b") == FORMATS["text"](tame).count("\x1b")


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_has_what_is_printed(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], form: str) -> None:
    write_report(report(ALTERED), form, None)
    printed = capfdbinary.readouterr().out
    (tmp_path / "report").write_bytes(b"older")
    write_report(report(ALTERED), form, tmp_path / "report")
    assert (tmp_path / "report").read_bytes() == printed
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_that_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_report(report(), "json", tmp_path / "absent" / "report")
    assert list(tmp_path.iterdir()) == []
