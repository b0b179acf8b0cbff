"""Tables for print houses: no cell is a formula, and the table that was written is read again."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.codes.label import Label, LabelStyle, label_of
from ledger.actions.codes.sheet_csv import COLUMNS, LabelTableMalformed, csv_lines, guarded, read_label_rows
from ledger.errors import SuyuanError
from ledger.trade.digital_link import CheckDigitWrong, DigitalLink

LOTS = st.text("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz", min_size=1, max_size=20).filter(lambda lot: lot not in (".", ".."))


def label(lot: str = "L7", name: str | None = None) -> Label:
    link = DigitalLink((("01", "09506000200033"), ("10", lot), ("21", "7ZK3M9QH2T4VX")))
    return label_of(link, LabelStyle("https://ledger.example"), name=name)


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_line_a_label_with_everything_a_printer_needs() -> None:
    (row,) = rows_of(b"".join(csv_lines([label(name="都匀毛尖")])))
    assert tuple(row) == COLUMNS
    assert row["gtin"] == "09506000200033" and row["name"] == "都匀毛尖" and row["short_code"] == "7ZK3M-9QH2T-4VX8"
    assert row["address"] == "https://ledger.example/01/09506000200033/10/L7/21/7ZK3M9QH2T4VX"


def test_a_byte_order_mark_only_where_it_is_asked_for() -> None:
    assert b"".join(csv_lines([], bom=True)).startswith(b'\xef\xbb\xbf"address"')
    assert b"".join(csv_lines([])).startswith(b'"address"')


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"]
)
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1", "a=b", "a'b", "(01)", "https://l.example"])
def test_all_else_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


@given(LOTS, st.text(max_size=30))
def test_no_cell_begins_as_a_formula_and_each_label_is_read_again(lot: str, text: str) -> None:
    try:
        made = label(lot, text)
    except SuyuanError:
        return
    data = b"".join(csv_lines([made]))
    for row in csv.reader(io.StringIO(data.decode(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
    ((link, name),) = read_label_rows(io.StringIO(data.decode(), newline=""))
    assert (link.value("10"), name) == (lot, made.name)


@pytest.mark.parametrize(
    "table",
    ["", "serial\r\nA1\r\n", 'address\r\n"https://x', "\x00", 'address\r\n"a"b\r\n'],
)
def test_what_is_no_table_of_labels_is_refused(table: str) -> None:
    with pytest.raises(SuyuanError) as refusal:
        list(read_label_rows(io.StringIO(table, newline="")))
    assert isinstance(refusal.value, LabelTableMalformed)


def test_a_wrong_row_is_named() -> None:
    table = "element_string\r\n(01)09506000200033(21)A1\r\n(01)09506000200034(21)A1\r\n"
    with pytest.raises(CheckDigitWrong, match="row 2"):
        list(read_label_rows(io.StringIO(table, newline="")))


def test_other_columns_and_other_hosts_do_not_matter() -> None:
    table = "\ufeffPrice, Address ,name\r\n5,https://other.example/stem/01/09506000200033/21/A1,'=Tea\r\n\r\n"
    ((link, name),) = read_label_rows(io.StringIO(table, newline=""))
    assert (link.value("21"), name) == ("A1", "=Tea")
