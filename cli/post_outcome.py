"""What became of each file that was posted, and how that is shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.boundary import one_line
from ledger.actions.capture.capture_job import Verdict
from ledger.errors import SuyuanError
from ledger.storage.position import Position
from ledger.trade.epcis.finding import Finding

_WIDTH_ELSEWHERE: Final = 160
_POINTER_WIDTH: Final = 48
_Row = tuple[str, str, str, str, str]
_WORDS: Final = {
    Verdict.ACCEPTED: "accepted",
    Verdict.DUPLICATE: "duplicate",
    Verdict.REFUSED: "refused",
    Verdict.ROLLED_BACK: "rolled back",
}


@dataclass(frozen=True, slots=True)
class EventSaid:
    """The verdict on one event; `position` is where its record is, None if it is nowhere."""

    index: int
    event_id: str | None
    verdict: Verdict
    position: Position | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one file: `errors` of the document, then each event; `refusal` if it was not even read."""

    events: tuple[EventSaid, ...] = ()
    errors: tuple[Finding, ...] = ()
    refusal: SuyuanError | None = None

    @property
    def refused(self) -> bool:
        """Whether anything in it was not taken."""
        stored = (Verdict.ACCEPTED, Verdict.DUPLICATE)
        return (
            self.refusal is not None
            or any(error.severity == "refuse" for error in self.errors)
            or any(event.verdict not in stored for event in self.events)
        )


Answers = Sequence[tuple[Path, Answer]]
Receipts = Mapping[tuple[Path, int], dict[str, Any]]
"""What to say of the receipt of an event, by file and place in it."""


def print_answers(answers: Answers, *, dry_run: bool) -> None:
    """A table of everything found, then the counts."""
    found = [(file, rows) for file, answer in answers if (rows := list(_rows(answer)))]
    if found:
        _print_table(found)
    counts = Counter(event.verdict for _, answer in answers for event in answer.events)
    unread = sum(answer.refusal is not None for _, answer in answers)
    parts = [f"files {len(answers)}", *(f"{_WORDS[verdict]} {counts[verdict]}" for verdict in _WORDS if counts[verdict])]
    parts += [f"not taken as a whole {unread}"] if unread else []
    click.echo(("dry run: " if dry_run else "") + " · ".join(parts))


def _print_table(found: Sequence[tuple[Path, Sequence[_Row]]]) -> None:
    table = Table(box=SIMPLE, pad_edge=False, expand=False)
    longest = max(len(row[1]) for _, rows in found for row in rows)
    for title in ("file", "pointer", "code", "seen", "wanted"):
        least = min(longest, _POINTER_WIDTH) if title == "pointer" else None
        table.add_column(title, overflow="fold", min_width=least, no_wrap=title == "code")
    for file, rows in found:
        for number, (severity, pointer, *rest) in enumerate(rows):
            style = "red" if severity == "refuse" else "yellow"
            cells = (Text(one_line(cell), style if at == 0 else "") for at, cell in enumerate(rest))
            table.add_row(Text("" if number else one_line(file.name)), Text(one_line(pointer)), *cells)
    console = Console()
    (console if console.is_terminal else Console(width=_WIDTH_ELSEWHERE)).print(table)


def answers_as_json(answers: Answers, receipts: Receipts | None = None) -> str:
    """The same for programs: one object per file, in the words of a capture job, and what `receipts` says of its events."""
    said = [{"file": str(file), **_answer(answer)} for file, answer in answers]
    for (file, _), one in zip(answers, said, strict=True):
        for event in one["events"]:
            event.update((receipts or {}).get((file, event["index"]), {}))
    return json.dumps(said, ensure_ascii=False, indent=2)


def _rows(answer: Answer) -> Iterator[_Row]:
    found = [*answer.errors, *(finding for event in answer.events for finding in event.findings)]
    if answer.refusal is not None and not found:
        error = answer.refusal
        yield "refuse", error.pointer or "", error.code, error.seen or error.title, error.wanted or error.hint
    for finding in found:
        yield finding.severity, finding.pointer, finding.code, finding.seen, finding.wanted or finding.hint


def _answer(answer: Answer) -> dict[str, Any]:
    error = answer.refusal
    return {
        "refused": answer.refused,
        "errors": [asdict(finding) for finding in answer.errors],
        "refusal": None if error is None else {"code": error.code, "message": str(error), "pointer": error.pointer},
        "events": [
            {
                "index": event.index,
                "eventID": event.event_id,
                "verdict": event.verdict.value,
                "position": event.position,
                "findings": [asdict(finding) for finding in event.findings],
            }
            for event in answer.events
        ],
    }
