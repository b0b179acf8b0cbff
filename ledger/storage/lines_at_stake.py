"""Order lines that may rest on a record: by the item that their terms name, and by the evidence of their open case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text

from ledger.evidence.merkle import Digest
from ledger.evidence.spelling import format_base64
from ledger.storage.journal_reading import lines_of_serial
from ledger.trade.escrow.line import Line, line_from_json

_ALL: Final = 1 << 31


def lines_naming(connection: Connection, serials: Iterable[Digest]) -> list[Line]:
    """Lines whose terms name one of these serials: SHA-256 of an item's canonical identifier."""
    return [line for serial in serials for line in lines_of_serial(connection, serial, limit=_ALL)]


def lines_quoting(connection: Connection, digest: Digest) -> list[Line]:
    """Lines in whose state these 32 bytes stand anywhere. Reads all lines: it is asked once an erasure."""
    quoted = json.dumps(format_base64(digest)).encode()
    return [line_from_json(state) for (state,) in connection.execute(_QUOTING, {"quoted": quoted})]


_QUOTING: Final = text("SELECT state FROM escrow_lines WHERE instr(state, :quoted) > 0")
