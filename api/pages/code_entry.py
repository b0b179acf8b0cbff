"""From what a person types or pastes, to the address of the item on this server."""

from __future__ import annotations

from ledger.errors import Malformed
from ledger.trade.digital_link import DigitalLink, parse_digital_link, read_value
from ledger.trade.element_string import parse_element_string


class CodeUnreadable(Malformed):
    title = "this is not a code that stands on a package"
    default_hint = "type the number under the bar code, the text in brackets such as (01)…(21)…, or paste the address"


def read_code(code: str) -> str:
    """The path of the item that `code` names: a Digital Link, an element string or a bare GTIN.

    Raises:
        CodeUnreadable, and the refusals of the readers of Digital Links and element strings.
    """
    return _link(code.strip()).uri(root="")


def _link(code: str) -> DigitalLink:
    if code.lower().startswith(("http://", "https://")):
        return parse_digital_link(code)
    if code.startswith("(") or "\x1d" in code:
        return parse_element_string(code)
    plain = code.replace(" ", "").replace("-", "")
    if plain.isascii() and plain.isdigit() and len(plain) in (8, 12, 13, 14):
        return DigitalLink((("01", read_value("01", plain.zfill(14))),))
    raise CodeUnreadable(seen=code, wanted="a GTIN, an element string or a web address")
