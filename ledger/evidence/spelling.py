"""The one accepted spelling of bytes, hashes and sizes inside signed text."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Final

from ledger.errors import Malformed

SIZE_LIMIT: Final = 1 << 63
"""Sizes and indexes are below this, so that they fit a signed 64-bit integer everywhere."""

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Base64Malformed(Malformed):
    title = "not standard base64 with padding in its one canonical form"


class SizeMalformed(Malformed):
    title = "not a size or index in plain decimal"


def format_base64(data: bytes) -> str:
    """Return standard base64 with padding. Source: RFC 4648 section 4."""
    return b64encode(data).decode("ascii")


def parse_base64(text: str, *, length: int | None = None) -> bytes:
    """Read exactly what `format_base64` prints: no white space, no stray bits, no missing padding.

    Args:
        text: the base64 characters.
        length: how many bytes it must hold; any number where None.

    Raises:
        Base64Malformed: another alphabet, other padding, non-zero unused bits, or another length.
    """
    try:
        data = b64decode(text, validate=True)
    except ValueError as reason:
        raise Base64Malformed(seen=text, wanted="standard base64 with padding") from reason
    # Decoders drop the unused low bits of the last character; only printing again shows them.
    if format_base64(data) != text:
        raise Base64Malformed(seen=text, wanted=format_base64(data))
    if length is not None and len(data) != length:
        raise Base64Malformed(seen=text, wanted=f"{length} bytes, not {len(data)}")
    return data


def parse_size(text: str) -> int:
    """Read a size or index: decimal ASCII digits, no sign, no leading zero, below 2**63.

    Raises:
        SizeMalformed: any other spelling, or too large.
    """
    if not _DECIMAL.fullmatch(text) or int(text) >= SIZE_LIMIT:
        raise SizeMalformed(seen=text, wanted="decimal without leading zeros, below 2**63")
    return int(text)
