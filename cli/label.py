"""`suyuan label`: print the QR codes of items, one or many, on whatever prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import click

from cli import data_options, label_options
from cli.identifiers import read_item
from cli.label_writing import write_labels
from ledger.actions.codes.draw_code import code_lines
from ledger.actions.codes.label import Label, LabelStyle, label_of
from ledger.actions.codes.print_issue import issue_of_entry, labels_of_issue, product_name
from ledger.actions.codes.release_labels import release_file
from ledger.actions.codes.sheet_csv import read_label_rows
from ledger.actions.codes.sheet_pdf import calibration_pdf
from ledger.trade.digital_link import DigitalLink
from ledger.trade.label_sheet import read_sheet

_CALIBRATE = "calibrate"


@click.command()
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@label_options.options
def command(*, items: tuple[str, ...], out: Path | None, **asked: Any) -> None:  # noqa: ANN401 - the options by name
    """Print the QR codes of items.

    A code holds the item's short public address and nothing else. ITEM is a Digital Link, its short form such as
    01/09506000200033/21/A1, or the element string (01)…(21)…. A wrong check digit is refused, and so is a code that would
    be smaller than GS1 allows. Each code is read again by a decoder before it is written; all labels are written or none.
    One item without --out is drawn in the terminal. The word `calibrate` for ITEM writes a page with rulers and the
    outline of every cell, to hold against an empty sheet.

    \b
    Examples:
      suyuan label 01/09506000200033/21/A1 --url https://ledger.example --out tin.svg
      suyuan label --issued 17 --data DIR --url https://ledger.example --sheet avery-l7160 --out labels.pdf
      suyuan label --issued 17 --data DIR --url https://ledger.example --dpi 300 --label-mm 50x25 --print 10.0.0.9
      suyuan label --codes codes.csv --url https://ledger.example --sheet a4-3x8 --start-cell 5 --out rest.pdf
      suyuan label calibrate --sheet avery-l7160 --out ruler.pdf
    """
    if items == (_CALIBRATE,):
        if out is None:
            raise click.UsageError("calibrate needs --out FILE.pdf")
        release_file(out, [calibration_pdf(read_sheet(asked["sheet"]))])
        click.echo(out)
        return
    if (bool(items) + (asked["issued"] is not None) + (asked["codes"] is not None)) != 1:
        raise click.UsageError("give ITEM, or --issued ENTRY, or --codes FILE")
    if asked["base"] is None:
        raise click.UsageError("Missing option '--url'.")
    style = LabelStyle(
        label_options.read_base(asked["base"]), upper=asked["upper"], lot_in_code=not asked["no_lot"], language=asked["language"]
    )
    if items and out is None and asked["printer"] is None:
        _show(items, style)
        return
    with ExitStack() as open_now:
        labels, count = _labels(items, style, asked, open_now)
        write_labels(labels, count, out=out, asked=asked)
    if len(items) == 1:
        _say(label_of(read_item(items[0]), style))


def _show(items: tuple[str, ...], style: LabelStyle) -> None:
    for item in items:
        label = label_of(read_item(item), style)
        for line in code_lines(label.address):
            click.echo(click.style(line, fg="black", bg="bright_white"))
        _say(label)


def _say(label: Label) -> None:
    click.echo(f"{label.address}\n{label.element_string}")


def _labels(
    items: tuple[str, ...], style: LabelStyle, asked: dict[str, Any], open_now: ExitStack
) -> tuple[Iterator[Label], int | None]:
    """The labels, read as they are asked for, and how many there are, where that is known before."""
    count: int | None = None
    found: Iterator[Label]
    if asked["issued"] is not None:
        if asked["data"] is None:
            raise click.UsageError("--issued needs --data DIR")
        ledger = open_now.enter_context(data_options.opened(asked["data"], asked["unlock"]))
        issue = issue_of_entry(ledger, asked["issued"])
        name = asked["name"] or product_name(ledger, issue, language=style.language)
        found, count = labels_of_issue(ledger, issue, style, name=name), issue.count
    elif asked["codes"] is not None:
        table = open_now.enter_context(asked["codes"].open(encoding="utf-8-sig", newline=""))
        found = (label_of(link, style, name=name or asked["name"]) for link, name in read_label_rows(table))
    else:
        links: list[DigitalLink] = [read_item(item) for item in items]
        found, count = (label_of(link, style, name=asked["name"]) for link in links), len(links)
    skip, limit = asked["skip"], asked["limit"]
    if count is not None:
        count = min(max(0, count - skip), count if limit is None else limit)
    return islice(found, skip, None if limit is None else skip + limit), count
