"""`suyuan label` for many: what an entry issued or a table lists, as PDF, ZPL, CSV or pictures, whole or not at all."""

from __future__ import annotations

import csv
import json
import socket
import threading
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from cli.exits import ExitCode
from tests.actions.codes.pages import pages_of
from tests.cli.conftest import Place
from tests.cli.serving import done, run

URL = ("--url", "https://ledger.example")


@pytest.fixture
def entry(place: Place) -> int:
    issued = done(
        "code", "issue", "01/09521234000013", "--lot", "L7", "--count", 30, "--as", "tea", "--data", place.data, "--json"
    )
    number: int = json.loads(issued.stdout)[0]["entry"]
    return number


def table(place: Place, entry: int, tmp_path: Path, *more: object) -> list[dict[str, str]]:
    done("label", "--issued", entry, "--data", place.data, *URL, "--out", tmp_path / "codes.csv", *more)
    return list(csv.DictReader((tmp_path / "codes.csv").open(encoding="utf-8-sig", newline="")))


def test_what_an_entry_issued_is_printed_on_sheets(place: Place, entry: int, tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"
    options = ("--name", "都匀毛尖", "--language", "zh-Hans", "--start-cell", 20, "--level", "Q", "--module-mm", "0.5")
    done("label", "--issued", entry, "--data", place.data, *URL, "--out", out, *options)
    pages = pages_of(out.read_bytes())
    assert [len(page.codes) for page in pages] == [5, 24, 1]
    wanted = {row["address"] for row in table(place, entry, tmp_path)}
    assert {address for page in pages for address in page.codes} == wanted
    assert pages[0].text.count("批号 L7") == 5


def test_a_table_is_printed_too_in_parts_and_in_upper_case(place: Place, entry: int, tmp_path: Path) -> None:
    rows = table(place, entry, tmp_path)
    part = ("--skip", 10, "--limit", 7, "--sheet", "avery-l4732", "--upper", "--no-lot")
    done("label", "--codes", tmp_path / "codes.csv", *URL, *part, "--out", tmp_path / "part.pdf")
    (page,) = pages_of((tmp_path / "part.pdf").read_bytes())
    assert set(page.codes) == {f"HTTPS://LEDGER.EXAMPLE/01/09521234000013/21/{row['serial']}" for row in rows[10:17]}


def test_pictures_of_several_items_lie_in_a_folder(tmp_path: Path) -> None:
    items = [f"01/09506000200033/21/A{number}" for number in range(3)]
    done("label", *items, *URL, "--format", "png", "--out", tmp_path / "codes")
    found = sorted((tmp_path / "codes").iterdir())
    assert [path.name for path in found] == ["000001-A0.png", "000002-A1.png", "000003-A2.png"]
    assert [zxingcpp.read_barcodes(Image.open(path))[0].text for path in found] == [
        f"https://ledger.example/{item}" for item in items
    ]
    again = run("label", *items, *URL, "--format", "png", "--out", tmp_path / "codes")
    assert "FolderTaken" in again.stderr


def test_one_picture_has_the_size_that_is_asked_for(tmp_path: Path) -> None:
    item = ("label", "01/09506000200033/21/A1", *URL, "--module-mm", "0.4")
    done(*item, "--out", tmp_path / "tin.svg")
    drawn = (tmp_path / "tin.svg").read_text()
    assert 'width="14.8mm"' in drawn and 'height="14.8mm"' in drawn  # 29 modules and a quiet zone of 4 on each side
    done(*item, "--out", tmp_path / "tin.png", "--level", "Q")
    picture = Image.open(tmp_path / "tin.png")
    assert picture.info["dpi"][0] == pytest.approx(508, abs=0.1)
    assert zxingcpp.read_barcodes(picture)[0].ec_level == "Q"


def test_labels_go_to_a_printer(place: Place, entry: int, tmp_path: Path) -> None:
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as printer:

        def take() -> None:
            connection, _ = printer.accept()
            with connection:
                taken.append(b"".join(iter(lambda: connection.recv(1 << 16), b"")))

        thread = threading.Thread(target=take)
        thread.start()
        at = f"127.0.0.1:{printer.getsockname()[1]}"
        sent = done("label", "--issued", entry, "--data", place.data, *URL, "--dpi", 300, "--print", at)
        thread.join(timeout=10)
    assert sent.stdout == "sent: 30 labels\n"
    assert taken[0].count(b"^XA") == 30
    done("label", "--issued", entry, "--data", place.data, *URL, "--dpi", 300, "--out", tmp_path / "roll.zpl")
    assert (tmp_path / "roll.zpl").read_bytes() == taken[0]


def test_a_calibration_page(tmp_path: Path) -> None:
    done("label", "calibrate", "--sheet", "grid=2x2,label=100x140,margin=5x5", "--out", tmp_path / "ruler.pdf")
    (page,) = pages_of((tmp_path / "ruler.pdf").read_bytes())
    assert "100 mm along, 100 mm down" in page.text


ITEM = ("01/09506000200033/21/A1", *URL)


@pytest.mark.parametrize(
    ("asked", "code", "name"),
    [
        ((*ITEM, "--sheet", "avery-l4731"), ExitCode.MALFORMED, "ModuleTooSmall"),
        ((*ITEM, "--sheet", "a5"), ExitCode.MISUSED, "SheetUnknown"),
        ((*ITEM, "--start-cell", "25"), ExitCode.MISUSED, "StartCellOutside"),
        ((*ITEM, "--module-mm", "0.3"), ExitCode.MALFORMED, "ModuleTooSmall"),
        ((*ITEM, "--module-mm", "wide"), ExitCode.MISUSED, "LengthMalformed"),
        ((*ITEM, "--name", "🍵"), ExitCode.MALFORMED, "CharacterWithoutShape"),
        ((*ITEM, "--upper", "--url", "https://ledger.example/stem"), ExitCode.MALFORMED, "UpperCaseHarmful"),
        ((*ITEM, "--format", "zpl", "--label-mm", "60"), ExitCode.MISUSED, "LengthMalformed"),
        ((*ITEM, "--format", "zpl", "--label-mm", "15x15"), ExitCode.MALFORMED, "CodeTooLarge"),
        ((*ITEM, "--print", "x:0", "--format", "csv"), ExitCode.MISUSED, "PictureKindUnknown"),
        (("--issued", "1", *URL), ExitCode.MISUSED, "--data"),
        ((*ITEM, "--issued", "1"), ExitCode.MISUSED, "give ITEM"),
        ((*URL,), ExitCode.MISUSED, "give ITEM"),
        (("01/09506000200033",), ExitCode.MISUSED, "--url"),
    ],
)
def test_what_cannot_be_printed_leaves_no_file(tmp_path: Path, asked: tuple[str, ...], code: ExitCode, name: str) -> None:
    refused = run("label", *asked, "--out", tmp_path / "out.pdf")
    assert (refused.exit_code, name in refused.stderr) == (code, True), refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_entry_that_issued_nothing_is_named(place: Place, tmp_path: Path) -> None:
    refused = run("label", "--issued", 0, "--data", place.data, *URL, "--out", tmp_path / "a.pdf")
    assert (refused.exit_code, "IssueAbsent" in refused.stderr) == (ExitCode.ABSENT, True)
    (tmp_path / "bad.csv").write_text("element_string\n(01)09506000200034\n")
    refused = run("label", "--codes", tmp_path / "bad.csv", *URL, "--out", tmp_path / "a.pdf")
    assert "row 1" in refused.stderr and not (tmp_path / "a.pdf").exists()
