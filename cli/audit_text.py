"""The audit's report as a person reads it: the verdict first, then what was found, and what was not looked at."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

import click

from cli.boundary import one_line
from ledger.actions.rehearse_attacks import Rehearsed
from ledger.audit.finding import MEANING, Finding
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.evidence.spelling import format_base64

_WIDTH: Final = 100
_SAID: Final = {
    AuditVerdict.CLEAN: ("green", "Clean: everything was checked, from the body bytes up, and holds."),
    AuditVerdict.BROKEN: ("red", "Broken: the evidence does not hold at the places below."),
    AuditVerdict.DISTRUSTED: ("red", "Not trusted: the log does not satisfy the policy file."),
    AuditVerdict.INCOMPLETE: ("yellow", "Incomplete: what was checked holds, but not everything could be checked."),
}

_ERASED: Final = "Whether a dispute or recall stood in the way can be seen in the erased body alone."
_WITHOUT_TABLES: Final = "The operator's own tables are not part of this source, and were not checked."
_CLEAN_AS_SHOWN: Final = (
    "Clean: everything that this source shows was checked, from the body bytes up, and holds.\n"
    "The operator's own tables are not part of it; only an audit of the data directory reads them."
)


def print_report(report: AuditReport) -> None:
    """Print it to standard output; colours only on a terminal."""
    click.echo(text_of(report), nl=False)


def text_of(report: AuditReport) -> str:
    """The report as a page, with the colours of a terminal."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: AuditReport) -> Iterator[str]:
    colour, sentence = _SAID[report.verdict]
    if report.verdict is AuditVerdict.CLEAN and not report.with_tables:
        sentence = _CLEAN_AS_SHOWN
    yield f"Audit of {one_line(report.source)}\n"
    yield click.style(sentence, fg=colour, bold=True)
    yield ""
    if report.root is not None:
        yield f"  checkpoint  {report.size:,} entries, root {format_base64(report.root)}"
    counts = asdict(report.checked)
    erased = counts.pop("erased")
    yield _folded("  checked     ", " · ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items()))
    if erased:
        yield _folded("  erased      ", f"{erased:,} records: erased, commitment intact. {_ERASED}")
    if report.since:
        yield _folded("  ", f"The entries before {report.since:,} were checked by the earlier audit that left the state file.")
    yield from _neighbour_lines(report)
    if report.verdict is not AuditVerdict.CLEAN and not report.with_tables:
        yield _folded("  ", _WITHOUT_TABLES)
    if report.findings:
        yield f"\nFound ({len(report.findings)})"
        for finding in report.findings:
            yield from _finding_lines(finding)
    if report.not_checked:
        yield "\nNot checked"
        for what in report.not_checked:
            yield _folded("  - ", one_line(what))


def _neighbour_lines(report: AuditReport) -> Iterator[str]:
    """What the log says of the ledgers before and after it; `suyuan log follow` holds the two against each other."""
    before, closed = report.continues, report.closed
    if before is not None:
        said = f"{before.origin}, which ended with {before.size:,} entries, root {format_base64(before.root)}"
        yield _folded("  continues   ", said)
    if closed is not None:
        yield _folded("  closed      ", f"by entry {closed.entry}; {closed.successor or 'no ledger'} goes on from it")


def print_rehearsal(rehearsed: Sequence[Rehearsed]) -> None:
    """Print one line an attack."""
    for one in rehearsed:
        mark = click.style("found ", fg="green") if one.found else click.style("MISSED", fg="red", bold=True)
        click.echo(f"{mark}  {one.attack.kind:26} {one.position or '-':34} {one.attack.sentence}")
    found = sum(one.found for one in rehearsed)
    click.echo()
    click.secho(f"{found} of {len(rehearsed)} attacks were found at their place.", bold=True)


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield ""
    yield click.style(f"  {one_line(finding.position)}  ", bold=True) + click.style(finding.kind.value, fg="red")
    yield _folded("    ", f"{MEANING[finding.kind].sentence}.")
    yield _folded("    seen: ", one_line(finding.message))
    yield _folded("    hint: ", f"{finding.hint}.")


def _folded(first: str, text: str) -> str:
    rest = " " * len(first)
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
