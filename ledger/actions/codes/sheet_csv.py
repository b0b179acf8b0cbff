"""Labels as a table for print houses and spreadsheets: every cell is text, and none is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TextIO

from ledger.actions.codes.label import Label
from ledger.errors import Malformed, SuyuanError
from ledger.trade.digital_link import DigitalLink, parse_digital_link
from ledger.trade.element_string import parse_element_string

COLUMNS: Final = ("address", "element_string", "gtin", "lot", "serial", "short_code", "name", "domain")
_BOM: Final = b"\xef\xbb\xbf"
_GUARD: Final = "'"
# What a spreadsheet takes for a formula (CWE-1236), the wide forms that East Asian ones fold to the same, and the guard.
_FORMULA: Final = (_GUARD, "=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FIELD_CHARACTERS_MAX: Final = 8_192


class LabelTableMalformed(Malformed):
    title = "this table does not say what labels to print"
    default_hint = "one row a label; a column `element_string`, such as (01)…(21)…, or `address`; and a column `name` if you like"


def csv_lines(labels: Iterable[Label], *, bom: bool = False) -> Iterator[bytes]:
    """The heading, then one line a label; UTF-8, lines ended as RFC 4180 has it.

    Args:
        bom: begin with a byte order mark, without which Excel takes UTF-8 for something else.
    """
    yield (_BOM if bom else b"") + _line(COLUMNS)
    for label in labels:
        cells = (
            label.address,
            label.element_string,
            label.gtin,
            label.lot,
            label.serial,
            label.short_code,
            label.name,
            label.domain,
        )
        yield _line([guarded(cell or "") for cell in cells])


def guarded(cell: str) -> str:
    """`cell`, behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"{_GUARD}{cell}" if cell.startswith(_FORMULA) else cell


def read_label_rows(table: TextIO) -> Iterator[tuple[DigitalLink, str | None]]:
    """The item and the name of each row of a table as `csv_lines` writes it, read as it is asked for.

    Raises:
        LabelTableMalformed: no such columns, or a row that is none; the row is named, counted from 1 below the heading.
        SuyuanError: what the readers of element strings and Digital Links refuse, with the row.
    """
    csv.field_size_limit(_FIELD_CHARACTERS_MAX)
    rows = csv.reader(table, strict=True)
    try:
        head = [name.removeprefix("\ufeff").strip().lower() for name in next(rows, [])]
        keys = [name for name in ("element_string", "address") if name in head]
        if not keys:
            raise LabelTableMalformed(seen=", ".join(head), wanted="a column element_string or address")
        for number, row in enumerate(rows, start=1):
            if row:
                yield _read_row(dict(zip(head, row, strict=False)), keys, number)
    except (csv.Error, UnicodeDecodeError) as reason:
        raise LabelTableMalformed(seen=str(reason), wanted="CSV in UTF-8") from reason


def _read_row(row: dict[str, str], keys: Sequence[str], number: int) -> tuple[DigitalLink, str | None]:
    text = next((cell for key in keys if (cell := _plain(row.get(key, "")))), "")
    try:
        link = parse_element_string(text) if text.startswith("(") else parse_digital_link(text)
    except SuyuanError as refusal:
        refusal.pointer = f"row {number}" + (f", {refusal.pointer}" if refusal.pointer else "")
        raise
    return link, _plain(row.get("name", "")) or None


def _plain(cell: str) -> str:
    cell = cell.strip(" ")
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith(_FORMULA) else cell


def _line(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()
