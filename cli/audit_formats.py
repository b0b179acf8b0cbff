"""The formats that an audit reports in, and a report written to standard output or into a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from cli.audit_csv import csv_of
from cli.audit_junit import junit_of
from cli.audit_sarif import sarif_of
from cli.audit_text import text_of
from cli.boundary import one_line
from cli.whole_file import write_whole
from ledger.audit.report import AuditReport


def json_of(report: AuditReport) -> str:
    return json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n"


FORMATS: Final[Mapping[str, Callable[[AuditReport], str]]] = {
    "text": text_of,
    "json": json_of,
    "junit": junit_of,
    "sarif": sarif_of,
    "csv": csv_of,
}
"""Name of a format to what prints it. All are UTF-8; docs/FORMATS.md, "Audit report", has their members."""


def write_report(report: AuditReport, form: str, out: Path | None) -> None:
    """Print the report, or write it into `out`, which then holds the whole of it or what it held before.

    What was written, and the verdict, is said on standard error, for `out` may be standard output.
    """
    text = FORMATS[form](report)
    if out is not None:
        write_whole(out, _encoded(click.unstyle(text) if form == "text" else text))
        counted = f"found {len(report.findings)}, not checked {len(report.not_checked)}"
        click.echo(one_line(f"{out}: the report, {form}; {report.verdict.value}: {counted}"), err=True)
    elif form == "text":
        click.echo(text, nl=False)
    else:
        # As bytes: the line ends of a table, and no other encoding than UTF-8, whatever the terminal's is.
        click.echo(_encoded(text), nl=False)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
