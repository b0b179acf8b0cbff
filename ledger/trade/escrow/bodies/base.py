"""What every escrow record is: a closed shape whose class name is its `type`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from ledger.trade.escrow.bodies.kinds import LINE
from ledger.trade.shapes.address import ADDRESS, Address
from ledger.trade.shapes.members import read_members, write_members


class EscrowBody:
    """One escrow record. It carries no posting: what moves is computed from the state and the record."""

    __slots__ = ()

    def to_body(self) -> bytes:
        """Return the record's bytes: UTF-8 JSON without white space, members in the order of the shape.

        Raises:
            BodyMalformed: a value that could not be read back.
        """
        members = write_members(self)
        read_members(type(self), members, "")
        return json.dumps({"type": type(self).__name__, **members}, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class LineBody(EscrowBody):
    """A record about one order line, said after having seen `prev`, the newest accepted record of that line."""

    line: Annotated[str, LINE]
    prev: Annotated[Address, ADDRESS]
