"""Every code on a sheet is read by a stranger's decoder, lies in its cell, and has its text beside it."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pypdfium2
import pytest

from ledger.actions.codes import sheet_pdf as sheets
from ledger.actions.codes import symbol as symbols
from ledger.actions.codes.label import Label, LabelNameRefused, LabelStyle, label_of
from ledger.actions.codes.label_font import FONT_VARIABLE, USUAL_FONT, CharacterWithoutShape, FontAbsent, FontUnusable, LabelFont
from ledger.actions.codes.label_layout import LabelTextTooLarge
from ledger.actions.codes.sheet_pdf import LabelsTooMany, SheetOrder, calibration_pdf, sheet_pdf
from ledger.actions.codes.symbol import Symbol, SymbolUnreadable
from ledger.trade.digital_link import DigitalLink
from ledger.trade.label_sheet import SHEETS, Sheet, StartCellOutside
from ledger.trade.label_size import CodeTooLarge, Correction, ModuleTooLarge, ModuleTooSmall
from ledger.trade.serials import draw_serials
from tests.actions.codes.pages import pages_of

SERIALS = draw_serials(random.Random(4).randbytes(1_000))
FITTING = [name for name in SHEETS if name != "avery-l4731"]


def labels(count: int, *, name: str | None = None, lot: str = "L7", **style: object) -> list[Label]:
    chosen = LabelStyle("https://ledger.example", **style)  # type: ignore[arg-type]
    return [
        label_of(DigitalLink((("01", "09506000200033"), ("10", lot), ("21", serial))), chosen, name=name)
        for serial in SERIALS[:count]
    ]


def printed(made: list[Label], sheet: str | Sheet = "a4-3x8", font: LabelFont | None = None, **order: object) -> bytes:
    chosen = SHEETS[sheet] if isinstance(sheet, str) else sheet
    return sheet_pdf(made, SheetOrder(chosen, **order), font=font or LabelFont())  # type: ignore[arg-type]


@pytest.mark.parametrize("sheet", FITTING)
@pytest.mark.parametrize("level", Correction)
def test_every_code_is_read_and_lies_in_its_cell_with_gs1s_quiet_zone(sheet: str, level: Correction) -> None:
    grid, small = SHEETS[sheet], sheet == "avery-l4732"
    made = labels(grid.cells + 2, upper=small, lot_in_code=not small)
    pages = pages_of(printed(made, sheet, correction=level))
    assert [len(page.codes) for page in pages] == [grid.cells, 2]
    assert pages[0].size_mm == pytest.approx((210, 297), abs=0.01)
    for place, label in enumerate(made):
        box = grid.box(place % grid.cells)
        x, y, side = pages[place // grid.cells].codes[label.address]
        module = side / _modules(label.address, level)
        assert 0.396 - 0.01 <= module <= 0.990 + 0.01
        quiet = 4 * module - 0.15
        assert box.x / 1_000 + quiet <= x and x + side + quiet <= (box.x + box.width) / 1_000 + 0.2
        assert box.y / 1_000 + quiet <= y and y + side + quiet <= (box.y + box.height) / 1_000 + 0.2


def _modules(address: str, level: Correction) -> int:
    return symbols.draw_symbol(address, level).modules


def test_chinese_text_is_text_and_its_font_is_in_the_file() -> None:
    made = labels(3, name="都匀毛尖 Duyun Maojian 明前特级", language="zh-Hans")
    pdf = printed(made)
    text = pages_of(pdf)[0].text
    for label in made:
        assert label.short_code is not None and label.short_code in text
    assert text.count("都匀毛尖") == 3 and text.count("明前特级") == 3 and text.count("批号 L7") == 3
    assert text.count("ledger.example") == 3
    assert re.search(rb"/FontFile2", pdf)
    assert len(pdf) < 200_000  # the used characters of a font of four megabytes


def test_latin_text_needs_no_font(tmp_path: Path) -> None:
    pdf = printed(labels(2, name="Crème brûlée – 5 €"), font=LabelFont(tmp_path / "none.ttf"))
    assert "Crème brûlée – 5 €" in pages_of(pdf)[0].text
    assert b"/FontFile" not in pdf


def test_without_a_font_chinese_is_refused_with_the_package(tmp_path: Path) -> None:
    with pytest.raises(FontAbsent, match="fonts-droid-fallback"):
        printed(labels(1, name="茶"), font=LabelFont(tmp_path / "none.ttf"))


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"no font", b"OTTO" + bytes(200), USUAL_FONT.read_bytes()[:2_000]):
        (tmp_path / "font.ttf").write_bytes(content)
        with pytest.raises(FontUnusable):
            printed(labels(1, name="茶"), font=LabelFont(tmp_path / "font.ttf"))


def test_a_character_that_the_font_lacks_is_named() -> None:
    with pytest.raises(CharacterWithoutShape, match=r"U\+1F375"):
        printed(labels(1, name="Tea 🍵"))


def test_the_environment_names_another_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(USUAL_FONT, tmp_path / "other.ttf")
    monkeypatch.setenv(FONT_VARIABLE, str(tmp_path / "other.ttf"))
    assert LabelFont().path == tmp_path / "other.ttf"
    assert "茶" in pages_of(printed(labels(1, name="茶")))[0].text


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "x" * 201, "a\x00"])
def test_a_name_that_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(LabelNameRefused):
        labels(1, name=name)


def test_hostile_text_stays_text() -> None:
    made = labels(1, name="(x) Tj ET Q \\) endstream", lot=")Tj(A%&")
    text = pages_of(printed(made))[0].text
    assert "(x) Tj ET Q" in text and ")Tj(A%&" in text


def test_a_started_sheet_is_used_up_first() -> None:
    pages = pages_of(printed(labels(26), start_cell=23))
    assert [len(page.codes) for page in pages] == [2, 24]
    with pytest.raises(StartCellOutside):
        printed(labels(1), start_cell=25)


def test_modules_are_as_large_as_they_were_asked_to_be() -> None:
    ((_, _, side),) = pages_of(printed(labels(1), module_um=500))[0].codes.values()
    assert side == pytest.approx(_modules(labels(1)[0].address, Correction.M) * 0.5, abs=0.2)


@pytest.mark.parametrize(
    ("sheet", "module_um", "refusal"),
    [
        ("avery-l4731", None, ModuleTooSmall),
        ("a4-3x8", 395, ModuleTooSmall),
        ("a4-3x8", 991, ModuleTooLarge),
        ("avery-l4732", 600, CodeTooLarge),
        (Sheet("narrow", 1, 1, (17_000, 24_000), (0, 0)), None, LabelTextTooLarge),
    ],
)
def test_what_does_not_fit_is_refused(sheet: str | Sheet, module_um: int | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        printed(labels(1, name="Spring tea"), sheet, module_um=module_um)


def test_a_symbol_that_lost_a_part_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = symbols.refuse_unreadable

    def damaged(symbol: Symbol) -> None:
        whole(Symbol(symbol.address, symbol.correction, symbol.modules, symbol.runs[: len(symbol.runs) // 2]))

    monkeypatch.setattr(symbols, "refuse_unreadable", damaged)
    with pytest.raises(SymbolUnreadable, match=r"ledger\.example"):
        printed(labels(1))


def test_a_symbol_of_another_address_is_not_released() -> None:
    right = symbols.draw_symbol(labels(1)[0].address, Correction.M)
    with pytest.raises(SymbolUnreadable):
        symbols.refuse_unreadable(Symbol(f"{right.address}X", right.correction, right.modules, right.runs))


def test_a_file_holds_no_more_than_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "PDF_LABELS_MAX", 2)
    with pytest.raises(LabelsTooMany):
        printed(labels(3))


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
def test_the_calibration_page_shows_every_cell_and_a_ruler(sheet: Sheet) -> None:
    (page,) = pages_of(calibration_pdf(sheet))
    assert f"{sheet.name}: 100 mm along" in page.text
    picture = pypdfium2.PdfDocument(calibration_pdf(sheet))[0].render(scale=300 / 72).to_pil().convert("L")
    for cell in range(sheet.cells):
        box = sheet.box(cell)
        for x, y in ((box.x, box.y + box.height // 3), (box.x + box.width // 3, box.y)):
            at = (min(int(x / 25_400 * 300), picture.width - 3), min(int(y / 25_400 * 300), picture.height - 3))
            near = picture.crop((max(at[0] - 2, 0), max(at[1] - 2, 0), at[0] + 3, at[1] + 3))
            assert min(near.tobytes()) < 200, (cell, at)
