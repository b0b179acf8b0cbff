"""Members outside the standard about which there is nothing to say, taken away so that the rest can be read quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from ledger.trade.epcis.exact import EpcisUnreadable, read_exactly
from ledger.trade.epcis.shape import Notes, look_at_extension
from ledger.trade.epcis.syntax import URI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.trade.epcis.prefixes import Prefixes

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NESTED: Final = (b"{", b"[")


def without_extensions(body: bytes, prefixes: Prefixes) -> bytes | None:
    """The event without its extension members, to be looked at and thrown away; None if they need a thorough look.

    None also if there are none: then it is something else that is not ordinary.
    """
    try:
        members = _MEMBERS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    extensions = {name: bytes(raw) for name, raw in members.items() if ":" in name}
    if not extensions or "@context" in members or not _are_plain(extensions, prefixes):
        return None
    standard = (msgspec.json.encode(name) + b":" + raw for name, raw in members.items() if ":" not in name)
    return b"{" + b",".join(standard) + b"}"


def is_plain_ilmd(ilmd: Mapping[str, Any], prefixes: Prefixes) -> bool:
    """Whether nothing is to be said of the names of instance master data."""
    notes = Notes(prefixes)
    for name, member in ilmd.items():
        if URI.search(name) is None:
            return False
        look_at_extension(name, member, "", notes)
    return not notes.findings


def _are_plain(extensions: Mapping[str, bytes], prefixes: Prefixes) -> bool:
    notes = Notes(prefixes)
    for name, raw in extensions.items():
        if URI.search(name) is None:
            return False
        try:
            look_at_extension(name, read_exactly(raw) if raw.startswith(_NESTED) else None, "", notes)
        except EpcisUnreadable:
            return False
    return not notes.findings
