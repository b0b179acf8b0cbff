"""What stands where on one label: the code on the left or above, and the text in what is left, as large as it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ledger.actions.codes.label import Label
from ledger.errors import Unprocessable
from ledger.trade.label_sheet import Box
from ledger.trade.label_size import (
    MODULE_UM_MAX,
    MODULE_UM_MIN,
    QUIET_MODULES,
    CodeTooLarge,
    Correction,
    largest_symbol,
    mm,
    refuse_module,
)

UM_PER_POINT: Final = 25_400 / 72
_TEXT_BESIDE_UM_MIN: Final = 16_000
_TEXT_BELOW_UM_MIN: Final = 7_000
_EDGE_UM: Final = 700
_STEP_UM: Final = 20
_LEADING: Final = 1.2
_ASCENT: Final = 0.8
_SHRINK_MIN: Final = 0.6
_SIZES: Final = {"name": (7.5, 5.0), "lot": (6.5, 4.5), "code": (9.0, 5.0), "domain": (6.0, 4.0)}
_NAME_LINES_MAX: Final = 2
_ELLIPSIS: Final = "…"

WidthOf = Callable[[str, float, bool], float]
"""The width in points of a text of this size in points, bold or not."""


class LabelTextTooLarge(Unprocessable):
    title = "short code and domain do not fit beside the code"
    default_hint = "take a larger label, smaller modules, or a shorter host"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `x` and `y` in micrometres, of its baseline, from the page's top left corner."""

    text: str
    x: int
    y: int
    points: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """`symbol` is the code's square with its quiet zone."""

    symbol: Box
    module_um: int
    lines: tuple[Line, ...]


def place_label(
    label: Label, modules: int, box: Box, *, correction: Correction, width_of: WidthOf, module_um: int | None = None
) -> Placed:
    """Place a symbol of `modules` a side, without quiet zone, and the label's texts in `box`.

    Args:
        module_um: the size of a module; as large as fits unless given.

    Raises:
        ModuleTooSmall, ModuleTooLarge, CodeTooLarge, LabelTextTooLarge.
    """
    rooms = {True: min(box.height, box.width - _TEXT_BESIDE_UM_MIN), False: min(box.width, box.height - _TEXT_BELOW_UM_MIN)}
    beside = rooms[True] >= rooms[False]
    largest = _largest_module(label.address, modules, rooms[beside], correction, module_um)
    if module_um is not None:
        return _placed(label, modules, box, largest, width_of, beside=beside)
    # Where the text is too much for what the largest code leaves, a smaller code makes room for it.
    for smaller in range(largest, MODULE_UM_MIN, -_STEP_UM):
        try:
            return _placed(label, modules, box, smaller, width_of, beside=beside)
        except LabelTextTooLarge:
            continue
    return _placed(label, modules, box, MODULE_UM_MIN, width_of, beside=beside)


def _placed(label: Label, modules: int, box: Box, module_um: int, width_of: WidthOf, *, beside: bool) -> Placed:
    side = (modules + 2 * QUIET_MODULES) * module_um
    if beside:
        symbol = Box(box.x, box.y + (box.height - side) // 2, side, side)
        # The quiet zone is on the left already; the text needs an edge on its right only.
        text = Box(box.x + side, box.y + _EDGE_UM, box.width - side - _EDGE_UM, box.height - 2 * _EDGE_UM)
    else:
        symbol = Box(box.x + (box.width - side) // 2, box.y, side, side)
        text = Box(box.x + _EDGE_UM, box.y + side, box.width - 2 * _EDGE_UM, box.height - side - _EDGE_UM)
    return Placed(symbol, module_um, tuple(_lines(label, text, width_of)))


def _largest_module(address: str, modules: int, room: int, correction: Correction, asked: int | None) -> int:
    if asked is None:
        fits = room // (modules + 2 * QUIET_MODULES)
        # What does not fit is refused where the advice is known.
        size = None if fits >= MODULE_UM_MIN else largest_symbol(address, room_um=room, correction=correction)
        return min(fits, MODULE_UM_MAX) if size is None else size.module_um
    side = (modules + 2 * QUIET_MODULES) * refuse_module(asked)
    if side > room:
        raise CodeTooLarge(
            seen=f"a code of {mm(side)} mm", wanted=f"at most {mm(max(room, 0))} mm, so that the text has room on this label"
        )
    return asked


def _lines(label: Label, box: Box, width_of: WidthOf) -> Iterator[Line]:
    width = box.width / UM_PER_POINT
    wanted = [
        *_name_lines(label.name, width, width_of),
        *([_fitted(label.lot_text, "lot", width, width_of)] if label.lot_text else []),
        *_code_lines(label.short_code, width, width_of),
        _fitted(label.domain, "domain", width, width_of),
    ]
    height = sum(line.points for line in wanted) * _LEADING * UM_PER_POINT
    shrink = min(1.0, box.height / height)
    if shrink < _SHRINK_MIN:
        raise LabelTextTooLarge(seen=f"{mm(int(height))} mm of text", wanted=f"about {mm(box.height)} mm")
    y = box.y + (box.height - height * shrink) / 2
    for line in wanted:
        points = line.points * shrink
        yield replace(line, x=box.x, y=int(y + points * _ASCENT * UM_PER_POINT), points=points)
        y += points * _LEADING * UM_PER_POINT


def _fitted(text: str, part: str, width: float, width_of: WidthOf, *, bold: bool = False) -> Line:
    """`text` as large as its part may be and the width allows; what is too long even at the smallest ends in …"""
    largest, smallest = _SIZES[part]
    points = max(smallest, min(largest, largest * width / max(width_of(text, largest, bold), 1e-6)))
    whole = text
    while width_of(text, points, bold) > width + 0.01 and len(text) > 1:
        if part in ("code", "domain"):
            raise LabelTextTooLarge(seen=f"{whole} in {mm(int(width * UM_PER_POINT))} mm", wanted="room for all of it")
        text = text.removesuffix(_ELLIPSIS)[:-1] + _ELLIPSIS
    return Line(text, 0, 0, points, bold)


def _code_lines(code: str | None, width: float, width_of: WidthOf) -> list[Line]:
    """The short code in one line, or one group a line where it would be too small."""
    if code is None:
        return []
    if width_of(code, _SIZES["code"][1], True) <= width:
        return [_fitted(code, "code", width, width_of, bold=True)]
    return [_fitted(group, "code", width, width_of, bold=True) for group in code.split("-")]


def _name_lines(name: str | None, width: float, width_of: WidthOf) -> list[Line]:
    """The name in one line, or cut once where it breaks best."""
    if name is None:
        return []
    largest, smallest = _SIZES["name"]
    points = max(smallest, min(largest, largest * width * _NAME_LINES_MAX * 0.9 / max(width_of(name, largest, False), 1e-6)))
    fits = next((end for end in range(len(name), 0, -1) if width_of(name[:end], points, False) <= width), 1)
    if fits == len(name):
        return [Line(name, 0, 0, points, False)]
    word = name.rfind(" ", 1, fits + 1)
    cut = word if word > fits // 2 else fits
    rest = _fitted(name[cut:].strip(), "name", width, width_of)
    return [Line(name[:cut].strip(), 0, 0, points, False), replace(rest, points=min(points, rest.points))]
