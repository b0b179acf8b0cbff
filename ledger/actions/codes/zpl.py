"""Labels in the language of thermal printers: a native QR code, its text beside it, and no way out of a field.

Source: Zebra Programming Guide, commands ^BQ, ^CI, ^FH, ^GF; what is not Latin goes as a bitmap, as printers lack the font.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ledger.actions.codes.label import Label
from ledger.actions.codes.label_font import LabelFont, is_latin
from ledger.actions.codes.label_layout import LabelTextTooLarge
from ledger.actions.codes.symbol import draw_symbol
from ledger.actions.codes.text_bitmap import draw_text
from ledger.errors import Misused
from ledger.trade.label_size import (
    MODULE_UM_MIN,
    QUIET_MODULES,
    CodeTooLarge,
    Correction,
    mm,
    modules_of,
    refuse_module,
    uncut_version_of,
)

RESOLUTIONS: Final = (203, 300, 600)
_MAGNIFICATION_MAX: Final = 10
_UM_PER_INCH: Final = 25_400
_GAP_UM: Final = 1_000
_LINE_UM_MAX: Final = 3_200
_LINE_UM_MIN: Final = 1_600
_BESIDE_UM_MIN: Final = 14_000
_LEADING: Final = 1.25
# Letters of the printer's font 0 are about so wide for their height.
_WIDTH_OF_HEIGHT: Final = 0.62
_ESCAPED: Final = frozenset("^~_\\")


class ResolutionUnknown(Misused):
    title = "thermal printers have other resolutions"


@dataclass(frozen=True, slots=True)
class ThermalLabel:
    """The printer and its roll. `module_um`: at least so large, the smallest that GS1 allows unless given."""

    dpi: int
    width_um: int
    height_um: int
    module_um: int = MODULE_UM_MIN
    correction: Correction = Correction.M

    def __post_init__(self) -> None:
        if self.dpi not in RESOLUTIONS:
            raise ResolutionUnknown(seen=self.dpi, wanted=", ".join(str(dpi) for dpi in RESOLUTIONS))
        refuse_module(self.module_um)

    @property
    def magnification(self) -> int:
        """Dots a module. Printers draw whole dots, so modules may come out larger than asked for, never smaller.

        Raises:
            ModuleTooLarge, CodeTooLarge: no whole number of dots lies within what is allowed.
        """
        dots = -(-self.module_um * self.dpi // _UM_PER_INCH)
        refuse_module(dots * _UM_PER_INCH // self.dpi)
        if dots > _MAGNIFICATION_MAX:
            raise CodeTooLarge(seen=f"{dots} dots a module", wanted=f"at most {_MAGNIFICATION_MAX}, which printers draw")
        return dots

    def dots(self, length_um: int) -> int:
        return length_um * self.dpi // _UM_PER_INCH


def zpl_labels(labels: Iterable[Label], roll: ThermalLabel, *, font: LabelFont) -> Iterator[bytes]:
    """One format, `^XA` to `^XZ`, for each label; its address is drawn here too and read again before it is released.

    Raises:
        SymbolUnreadable, ModuleTooLarge, CodeTooLarge, LabelTextTooLarge.
        FontAbsent, FontUnusable, CharacterWithoutShape: a text cannot be drawn.
    """
    for label in labels:
        draw_symbol(label.address, roll.correction)
        yield _format(label, roll, font).encode()


def escaped(text: str) -> str:
    """`text` for a field after `^FH`: what could end the field, begin a command or is no visible character as _XX."""
    return "".join(
        character
        if character.isprintable() and character not in _ESCAPED
        else "".join(f"_{byte:02X}" for byte in character.encode())
        for character in text
    )


def _format(label: Label, roll: ThermalLabel, font: LabelFont) -> str:
    width, height = roll.dots(roll.width_um), roll.dots(roll.height_um)
    magnification = roll.magnification
    # The printer encodes by itself, perhaps less densely than we do: room is kept for the address in one piece.
    side = (modules_of(uncut_version_of(label.address, roll.correction)) + 2 * QUIET_MODULES) * magnification
    if side > min(width, height):
        needed = side * _UM_PER_INCH // roll.dpi
        raise CodeTooLarge(seen=f"a code of {mm(needed)} mm", wanted=f"at most {mm(min(roll.width_um, roll.height_um))} mm")
    quiet = QUIET_MODULES * magnification
    beside = width - side >= roll.dots(_BESIDE_UM_MIN)
    x, y = (side, roll.dots(_GAP_UM)) if beside else (roll.dots(_GAP_UM), side)
    fields = _texts(label, roll, font, (x, y, width - x - roll.dots(_GAP_UM), height - y))
    return "\n".join(
        [
            f"^XA^CI28^PW{width}^LL{height}^LH0,0",
            f"^FO{quiet},{quiet}^BQN,2,{magnification}^FH^FD{roll.correction}A,{escaped(label.address)}^FS",
            *fields,
            "^XZ\n",
        ]
    )


def _texts(label: Label, roll: ThermalLabel, font: LabelFont, box: tuple[int, int, int, int]) -> Iterator[str]:
    x, y, width, height = box
    lines = [text for text in (label.name, label.lot_text) if text]
    lines += _code_lines(label.short_code, width, roll)
    lines.append(label.domain)
    line = min(roll.dots(_LINE_UM_MAX), int(height / (len(lines) * _LEADING)))
    if line < roll.dots(_LINE_UM_MIN) or len(label.domain) * _WIDTH_OF_HEIGHT * roll.dots(_LINE_UM_MIN) > width:
        raise LabelTextTooLarge(seen=f"{len(lines)} lines", wanted="room for all of them beside or below the code")
    for text in lines:
        size = max(roll.dots(_LINE_UM_MIN), min(line, int(width / (_WIDTH_OF_HEIGHT * max(len(text), 1)))))
        if all(is_latin(character) for character in text):
            shown = text[: max(1, int(width / (_WIDTH_OF_HEIGHT * size)))]
            yield f"^FO{x},{y}^A0N,{size},{size}^FH^FD{escaped(shown)}^FS"
        else:
            drawn = draw_text(text, size=line, width_max=width, font=font)
            yield f"^FO{x},{y}^GFA,{len(drawn.bits)},{len(drawn.bits)},{drawn.row_bytes},{drawn.bits.hex().upper()}^FS"
        y += int(line * _LEADING)


def _code_lines(code: str | None, width: int, roll: ThermalLabel) -> list[str]:
    """The short code in one line, or a group a line where it would be too small; no part of it is ever left out."""
    if code is None:
        return []
    whole = len(code) * _WIDTH_OF_HEIGHT * roll.dots(_LINE_UM_MIN) <= width
    return [code] if whole else code.split("-")
