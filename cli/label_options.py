"""The options of `suyuan label`, and what they mean together."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from cli import data_options
from ledger.actions.codes.label import LOT_WORDS
from ledger.actions.codes.zpl import RESOLUTIONS
from ledger.errors import Misused
from ledger.trade.label_size import Correction

F = TypeVar("F", bound=Callable[..., Any])

FORMATS: Final = ("svg", "png", "pdf", "zpl", "csv")
_BASE: Final = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~\-]+)*")
_ACROSS_BY_DOWN: Final = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)x([0-9]{1,4}(?:\.[0-9]{1,3})?)", re.ASCII)


class BaseUrlMalformed(Misused):
    title = "this is not the address of a server"


class PictureKindUnknown(Misused):
    title = "labels are written as svg, png, pdf, zpl or csv"


class LengthMalformed(Misused):
    title = "this is no length in millimetres"


def read_base(base: str) -> str:
    stem = base.removesuffix("/")
    if not _BASE.fullmatch(stem):
        raise BaseUrlMalformed(seen=base, wanted="https://host[:port][/stem]")
    return stem


def kind_of(asked: str | None, out: Path | None, *, printer: bool) -> str:
    """Which of `FORMATS`: the one asked for, else by the ending of the file's name."""
    kind = asked or ("zpl" if printer else out.suffix.lower().removeprefix(".") if out is not None else "")
    if kind not in FORMATS or (printer and kind != "zpl"):
        raise PictureKindUnknown(
            seen=kind or "nothing", wanted="zpl for --print" if printer else "a name that ends in one of them"
        )
    return kind


def micrometres(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text, re.ASCII):
        raise LengthMalformed(seen=text, wanted="such as 0.5")
    return int(Decimal(text) * 1_000)


def across_by_down(text: str) -> tuple[int, int]:
    found = _ACROSS_BY_DOWN.fullmatch(text)
    if found is None:
        raise LengthMalformed(seen=text, wanted="across by down, such as 60x30")
    return micrometres(found[1]) or 0, micrometres(found[2]) or 0


_OPTIONS: Final = (
    click.option("--url", "base", help="Where the server is found by the world, such as https://ledger.example."),
    click.option("--out", type=click.Path(path_type=Path), help="Where to write; a folder for several svg or png."),
    click.option("--format", "kind", type=click.Choice(FORMATS), help="What to write; by default what --out ends in."),
    click.option("--issued", type=click.IntRange(0), metavar="ENTRY", help="Labels of what this entry issued; needs --data."),
    click.option("--codes", type=data_options.FILE, help="Labels of the rows of a CSV table, as --format csv writes it."),
    click.option("--skip", type=click.IntRange(0), default=0, help="Leave out so many labels at the beginning."),
    click.option("--limit", type=click.IntRange(1), help="At most so many labels."),
    click.option("--name", help="The product's name; by default, with --issued, what its issuer calls it in the ledger."),
    click.option("--language", type=click.Choice(tuple(LOT_WORDS)), default="en", show_default=True, help="Of the text."),
    click.option("--module-mm", help="Side of one square of the code, 0.396 to 0.99; as large as fits by default."),
    click.option("--level", type=click.Choice(tuple(Correction)), default="M", show_default=True, help="Error correction."),
    click.option("--upper", is_flag=True, help="The address in upper case, which makes a smaller code."),
    click.option("--no-lot", is_flag=True, help="Leave the lot out of the address; the server that drew the number knows it."),
    click.option("--sheet", default="a4-3x8", show_default=True, help="pdf: a sheet's name or its measures (see OPERATIONS.md)."),
    click.option("--start-cell", type=click.IntRange(1), default=1, show_default=True, help="pdf: first free cell, along rows."),
    click.option("--dpi", type=click.Choice([str(dpi) for dpi in RESOLUTIONS]), default="203", show_default=True, help="zpl."),
    click.option("--label-mm", default="60x30", show_default=True, help="zpl: the label on the roll, across by down."),
    click.option("--print", "printer", metavar="HOST", help="zpl: send it to this printer, port 9100 or HOST:PORT."),
    click.option("--bom", is_flag=True, help="csv: begin with a byte order mark, for Excel."),
    data_options.data_if_local,
    data_options.unlock,
)


def options(command: F) -> F:
    """All of them; they reach the command as one mapping."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
