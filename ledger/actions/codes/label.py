"""What stands on one label: the address in its code, and what a person reads beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from ledger.errors import Unprocessable
from ledger.trade.digital_link import DigitalLink
from ledger.trade.element_string import bracketed
from ledger.trade.label_size import upper_case
from ledger.trade.serials import SerialForeign, short_code
from ledger.trade.shapes.kinds import showable

NAME_CHARACTERS_MAX: Final = 200
LOT_WORDS: Final[Mapping[str, str]] = MappingProxyType({"en": "Lot", "zh-Hans": "批号", "zh-Hant": "批號"})
"""What a lot is called, by language."""


class LabelNameRefused(Unprocessable):
    title = "this name cannot stand on a label"


@dataclass(frozen=True, slots=True)
class Label:
    """`address`: all that the code holds. `short_code`: for those who type, None where the serial number was not drawn here.

    `domain` is where the short code is typed; `lot_text` is the lot with its word, as it is printed.
    """

    address: str
    element_string: str
    domain: str
    gtin: str
    serial: str | None = None
    lot: str | None = None
    lot_text: str | None = None
    name: str | None = None
    short_code: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is printed beside the code."""
        return tuple(text for text in (self.name, self.lot_text, self.short_code, self.domain) if text)


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """What all labels of a print have in common.

    Attributes:
        root: where the world finds the server: scheme, host and stem without a final slash.
        upper: print the address in upper case, which makes a smaller code.
        lot_in_code: name the lot in the address too, so that whoever scans learns it without this server.
        language: in which language the lot is called a lot.
    """

    root: str
    upper: bool = False
    lot_in_code: bool = True
    language: str = "en"


def label_of(link: DigitalLink, style: LabelStyle, *, name: str | None = None) -> Label:
    """The label of an item, a lot or a product.

    Raises:
        UpperCaseHarmful, LabelNameRefused, and what the address of `link` raises.
    """
    serial, lot = link.value("21"), link.value("10")
    in_code = link if style.lot_in_code or serial is None else DigitalLink(tuple(pair for pair in link.keys if pair[0] != "10"))
    address = in_code.uri(root=style.root, with_attributes=False)
    return Label(
        address=upper_case(address) if style.upper else address,
        element_string=bracketed(DigitalLink(link.keys)),
        domain=urlsplit(style.root).netloc,
        gtin=link.value("01") or "",
        serial=serial,
        lot=lot,
        lot_text=None if lot is None else f"{LOT_WORDS[style.language]} {lot}",
        name=None if name is None else _name(name),
        short_code=None if serial is None else _short_code(serial),
    )


def _name(name: str) -> str | None:
    name = name.strip()
    if len(name) > NAME_CHARACTERS_MAX or not (name == "" or showable(name)):
        raise LabelNameRefused(seen=name, wanted=f"one line of at most {NAME_CHARACTERS_MAX} showable characters")
    return name or None


def _short_code(serial: str) -> str | None:
    try:
        return short_code(serial)
    except SerialForeign:
        return None
