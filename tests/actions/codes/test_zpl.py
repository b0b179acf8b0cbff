"""Labels for thermal printers, read back by a strict small reader: nothing a lot or a name says becomes a command."""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.codes.label import Label, LabelStyle, label_of
from ledger.actions.codes.label_font import FontAbsent, LabelFont
from ledger.actions.codes.label_layout import LabelTextTooLarge
from ledger.actions.codes.send_labels import PrinterMalformed, PrinterUnreachable, send_labels
from ledger.actions.codes.zpl import ResolutionUnknown, ThermalLabel, escaped, zpl_labels
from ledger.trade.digital_link import DigitalLink
from ledger.trade.label_size import CodeTooLarge, ModuleTooLarge, ModuleTooSmall

COMMAND = re.compile(r"\^(XA|XZ|CI|PW|LL|LH|FO|BQ|A0|FH|FD|GF|FS)([^^~]*)", re.ASCII)
ROLL = ThermalLabel(203, 60_000, 30_000)


@dataclass
class ReadLabel:
    """A format as a printer would take it: the code's data and magnification, the texts and the bitmaps by position."""

    size: tuple[int, int] = (0, 0)
    code: str = ""
    dots: int = 0
    texts: list[str] = field(default_factory=list)
    bitmaps: list[tuple[int, int, bytes]] = field(default_factory=list)


def unescaped(data: str) -> str:
    return re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), data.encode()).decode()


def read_zpl(text: str) -> ReadLabel:
    """One format; any byte that is no command of the list, or out of order, fails."""
    commands = [(found[1], found[2]) for found in COMMAND.finditer(text)]
    assert "".join(f"^{name}{rest}" for name, rest in commands) == text, "something is no known command"
    commands = [(name, rest.strip("\n") if name != "FD" else rest) for name, rest in commands]
    assert commands[0] == ("XA", "") and commands[-1] == ("XZ", "")
    assert ("CI", "28") in commands
    read, escapes, kind, at = ReadLabel(), False, "", (0, 0)
    for name, rest in commands[1:-1]:
        if name in ("PW", "LL"):
            read.size = (int(rest), read.size[1]) if name == "PW" else (read.size[0], int(rest))
        elif name == "FO":
            x, y = rest.split(",")
            at, kind, escapes = (int(x), int(y)), "", False
            assert 0 <= at[0] < read.size[0] and 0 <= at[1] < read.size[1]
        elif name == "BQ":
            orientation, model, dots = rest.split(",")
            assert (orientation, model) == ("N", "2")
            kind, read.dots = "code", int(dots)
        elif name == "A0":
            kind = "text"
        elif name == "FH":
            assert rest == ""
            escapes = True
        elif name == "FD":
            assert escapes and kind
            data = unescaped(rest)
            if kind == "code":
                assert data[:3] in ("MA,", "QA,")
                read.code = data[3:]
            else:
                read.texts.append(data)
        elif name == "GF":
            form, total, same, row, bits = rest.split(",")
            assert form == "A" and total == same and len(bits) == 2 * int(total) and int(total) % int(row) == 0
            read.bitmaps.append((*at, bytes.fromhex(bits)))
            assert at[0] + 8 * int(row) <= read.size[0] + 8 and at[1] + int(total) // int(row) <= read.size[1]
        else:
            assert name in ("CI", "LH", "FS"), name
    return read


def label(name: str | None = None, lot: str = "L7", language: str = "en", root: str = "https://ledger.example") -> Label:
    link = DigitalLink((("01", "09506000200033"), ("10", lot), ("21", "7ZK3M9QH2T4VX")))
    return label_of(link, LabelStyle(root, language=language), name=name)


def read(made: Label, roll: ThermalLabel = ROLL, font: LabelFont | None = None) -> ReadLabel:
    (written,) = zpl_labels([made], roll, font=font or LabelFont())
    return read_zpl(written.decode())


def test_a_printer_gets_the_address_and_the_texts() -> None:
    made = label("Spring tea")
    found = read(made)
    assert (found.code, found.size) == (made.address, (479, 239))
    assert found.texts == ["Spring tea", "Lot L7", "7ZK3M-9QH2T-4VX8", "ledger.example"]


@pytest.mark.parametrize(("dpi", "dots"), [(203, 4), (300, 5), (600, 10)])
def test_modules_are_whole_dots_and_never_below_what_gs1_asks(dpi: int, dots: int) -> None:
    found = read(label(), ThermalLabel(dpi, 60_000, 40_000))
    assert found.dots == dots
    assert dots * 25.4 / dpi >= 0.396 > (dots - 1) * 25.4 / dpi
    assert read(label(), ThermalLabel(203, 70_000, 50_000, 600)).dots == 5


@pytest.mark.parametrize(
    "name",
    [
        "^XZ^XA^FDfree",
        "~JR",
        "a_5Eb",
        "_7E",
        "^FS",
        "tea\\&water",
        "100 % ^CC+ ~CT!",
        "Crème ~ 5 €",
    ],
)
def test_hostile_names_stay_text(name: str) -> None:
    found = read(label(name), ThermalLabel(203, 100_000, 40_000))
    assert found.texts[0] == name
    assert len(found.texts) == 4


@pytest.mark.parametrize("lot", ["A_7", "_5E", "!\"%&'()*+", "=cmd|A1", "-1;:<>?", "_" * 20])
def test_hostile_lots_stay_in_their_fields(lot: str) -> None:
    found = read(label(lot=lot), ThermalLabel(203, 100_000, 50_000))
    assert found.texts[0] == f"Lot {lot}"
    assert found.code == label(lot=lot).address


@given(st.text(max_size=60))
def test_no_text_becomes_a_command(text: str) -> None:
    written = escaped(text.encode("utf-8", "replace").decode())
    assert not set("^~\n\r\x00\\") & set(written)
    assert unescaped(written) == text.encode("utf-8", "replace").decode()


def test_chinese_text_is_drawn_as_dots() -> None:
    found = read(label("都匀毛尖 Tea", language="zh-Hans"))
    assert found.texts == ["7ZK3M-9QH2T-4VX8", "ledger.example"]
    assert len(found.bitmaps) == 2
    for _, _, bits in found.bitmaps:
        share = sum(byte.bit_count() for byte in bits) / (8 * len(bits))
        assert 0.03 < share < 0.6
    other = read(label("普洱古树 Tea", language="zh-Hans"))
    assert other.bitmaps[0] != found.bitmaps[0] and other.bitmaps[1] == found.bitmaps[1]


def test_without_a_font_chinese_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FontAbsent):
        read(label("茶"), font=LabelFont(tmp_path / "none.ttf"))
    read(label("tea"), font=LabelFont(tmp_path / "none.ttf"))


@pytest.mark.parametrize(
    ("roll", "refusal"),
    [
        ((200, 60_000, 30_000), ResolutionUnknown),
        ((203, 60_000, 30_000, 395), ModuleTooSmall),
        ((203, 60_000, 30_000, 991), ModuleTooLarge),
        ((203, 60_000, 30_000, 980), ModuleTooLarge),
        ((600, 60_000, 30_000, 500), CodeTooLarge),
        ((203, 60_000, 20_000), CodeTooLarge),
        ((203, 30_000, 30_000), LabelTextTooLarge),
        ((203, 23_000, 26_000), LabelTextTooLarge),
    ],
)
def test_what_cannot_be_printed_is_refused(roll: tuple[int, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read(label("Spring tea"), ThermalLabel(*roll))


def test_labels_are_sent_to_a_printer() -> None:
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as printer:

        def take() -> None:
            connection, _ = printer.accept()
            with connection:
                taken.append(b"".join(iter(lambda: connection.recv(1 << 16), b"")))

        thread = threading.Thread(target=take)
        thread.start()
        formats = list(zpl_labels([label(), label("Spring tea")], ROLL, font=LabelFont()))
        assert send_labels(f"127.0.0.1:{printer.getsockname()[1]}", formats) == 2
        thread.join(timeout=10)
    assert taken == [b"".join(formats)]


def test_a_printer_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(PrinterUnreachable, match="after 0 labels"):
        send_labels(f"127.0.0.1:{port}", [b"^XA^XZ"])


@pytest.mark.parametrize("printer", ["", "a b", "http://x", "x:0", "x:70000", "x:1:2", "^"])
def test_what_is_no_printers_address_is_refused(printer: str) -> None:
    with pytest.raises(PrinterMalformed):
        send_labels(printer, [])
