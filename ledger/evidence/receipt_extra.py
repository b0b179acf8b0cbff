"""The JSON that a receipt carries as the `extra` of its proof file.

    {"entry":…,"place":…,"path":[…],"salt":…,"keys":[{"line":…,"place":…,"path":[…]}],"context":…}

Exactly these members in this order, without white space; bytes in base64. In the receipt of an erased record `salt` is null
and a member `commitment` follows it. Source: docs/FORMATS.md, "Receipt".
"""

from __future__ import annotations

import msgspec

from ledger.errors import Malformed
from ledger.evidence.merkle import Digest


class ReceiptMalformed(Malformed):
    title = "a receipt is not in its one accepted form"


class ExtraKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key line without LF, its place in the entry's register, and the path from there to the register's root."""

    line: str
    place: int
    path: tuple[Digest, ...]


class Extra(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members in the order in which they are printed; meanings as in `Receipt`."""

    entry: bytes
    place: int
    path: tuple[Digest, ...]
    salt: bytes | None
    commitment: Digest | msgspec.UnsetType = msgspec.UNSET
    keys: tuple[ExtraKey, ...]
    context: bytes | None


def print_extra(extra: Extra) -> bytes:
    return msgspec.json.encode(extra)


def read_extra(data: bytes) -> Extra:
    """Read exactly what `print_extra` prints.

    Raises:
        ReceiptMalformed: members unknown, missing, repeated, out of order or spelled otherwise.
    """
    try:
        extra = msgspec.json.decode(data, type=Extra)
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        raise ReceiptMalformed(seen=str(reason), wanted="the members of a receipt", pointer="extra") from reason
    # The decoder forgives repeated members, white space, and stray bits in base64. Printing again does not.
    if print_extra(extra) != data:
        raise ReceiptMalformed(seen="members that print back differently", wanted="the one accepted form", pointer="extra")
    return extra
