"""What becomes of labels: pictures, a PDF of sheets, formats for a thermal printer, or a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from cli.label_options import across_by_down, kind_of, micrometres
from cli.progress import Tell, progress
from ledger.actions.codes.draw_code import CodeKind, draw_checked_code
from ledger.actions.codes.label import Label
from ledger.actions.codes.label_font import LabelFont
from ledger.actions.codes.release_labels import release_file, release_folder
from ledger.actions.codes.send_labels import send_labels
from ledger.actions.codes.sheet_csv import csv_lines
from ledger.actions.codes.sheet_pdf import PDF_LABELS_MAX, SheetOrder, sheet_pdf
from ledger.actions.codes.zpl import ThermalLabel, zpl_labels
from ledger.trade.label_sheet import read_sheet
from ledger.trade.label_size import MODULE_UM_MIN, Correction


def write_labels(labels: Iterator[Label], count: int | None, *, out: Path | None, asked: dict[str, Any]) -> None:
    """Write `labels` to `out`, or send them to the printer; `count` is how many, where that is known."""
    kind = kind_of(asked["kind"], out, printer=asked["printer"] is not None)
    level, module_um = Correction(asked["level"]), micrometres(asked["module_mm"])
    with progress("labels") as (tell,):
        if kind == "pdf":
            sheet = SheetOrder(read_sheet(asked["sheet"]), asked["start_cell"], module_um, level)
            whole = [label for label, _ in zip(labels, range(PDF_LABELS_MAX + 1), strict=False)]
            release_file(_given(out), [sheet_pdf(whole, sheet, font=LabelFont(), tell=tell)])
        elif kind == "zpl":
            across, down = across_by_down(asked["label_mm"])
            roll = ThermalLabel(int(asked["dpi"]), across, down, module_um or MODULE_UM_MIN, level)
            _print(zpl_labels(_told(labels, tell, count), roll, font=LabelFont()), out, asked["printer"])
        elif kind == "csv":
            release_file(_given(out), csv_lines(_told(labels, tell, count), bom=asked["bom"]))
        else:
            _draw(_told(labels, tell, count), count, CodeKind(f".{kind}"), _given(out), (level, module_um))


def _print(formats: Iterator[bytes], out: Path | None, printer: str | None) -> None:
    if printer is None:
        release_file(_given(out), formats)
        return
    # Nothing is printed before every label was drawn and read again.
    whole = list(formats)
    click.echo(f"sent: {send_labels(printer, whole)} labels")


def _draw(labels: Iterable[Label], count: int | None, kind: CodeKind, out: Path, drawn: tuple[Correction, int | None]) -> None:
    level, module_um = drawn
    if count == 1:
        (label,) = labels
        release_file(out, [draw_checked_code(label.address, kind, correction=level, module_um=module_um)])
        return
    pictures = ((label, draw_checked_code(label.address, kind, correction=level, module_um=module_um)) for label in labels)
    release_folder(out, ((_file_name(label, at, kind), picture) for at, (label, picture) in enumerate(pictures, start=1)))


def _file_name(label: Label, place: int, kind: CodeKind) -> str:
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in label.serial or label.lot or label.gtin)
    return f"{place:06}-{safe}{kind}"


def _told(labels: Iterable[Label], tell: Tell | None, count: int | None) -> Iterator[Label]:
    for done, label in enumerate(labels, start=1):
        yield label
        if tell is not None and done % 100 == 0:
            tell(done, count or done)


def _given(out: Path | None) -> Path:
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    return out
