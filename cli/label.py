"""`suyuan label`: print the QR code of an item."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.identifiers import read_item
from ledger.actions.codes.draw_code import CodeKind, code_lines, draw_code
from ledger.errors import Misused
from ledger.trade.element_string import bracketed

_BASE: Final = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~\-]+)*")


class BaseUrlMalformed(Misused):
    title = "this is not the address of a server"


class PictureKindUnknown(Misused):
    title = "a label is drawn as .svg or .png"


@click.command()
@click.argument("identifier")
@click.option("--url", "base", required=True, help="Where the server is found by the world, such as https://ledger.example.")
@click.option("--out", type=data_options.NEW_FILE, help="FILE.svg or FILE.png; drawn in the terminal without it.")
def command(*, identifier: str, base: str, out: Path | None) -> None:
    """Print the QR code of an item.

    The code holds the item's short public address and nothing else. IDENTIFIER is a Digital Link, its short form such as
    01/09506000200033/21/A1, or the element string (01)…(21)…. A wrong check digit is refused. For a whole address as
    short as can be, choose a short host.

    \b
    Example:
      suyuan label 01/09506000200033/21/A1 --url https://ledger.example --out tin.svg
    """
    stem = base.removesuffix("/")
    if not _BASE.fullmatch(stem):
        raise BaseUrlMalformed(seen=base, wanted="https://host[:port][/stem]")
    link = read_item(identifier)
    address = link.uri(root=stem, with_attributes=False)
    if out is None:
        for line in code_lines(address):
            click.echo(click.style(line, fg="black", bg="bright_white"))
    elif out.suffix.lower() in set(CodeKind):
        out.write_bytes(draw_code(address, CodeKind(out.suffix.lower())))
    else:
        raise PictureKindUnknown(seen=out.name, wanted="a name that ends in .svg or .png")
    click.echo(f"{address}\n{bracketed(link)}")
