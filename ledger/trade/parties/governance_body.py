"""What every governance record is: a closed shape whose class name is its `type`."""

from __future__ import annotations

import json

from ledger.trade.shapes.members import read_members, write_members


class GovernanceBody:
    """One governance record; the class name is its `type`."""

    __slots__ = ()

    def to_body(self) -> bytes:
        """Return the record's bytes: UTF-8 JSON without white space, members in the order of the shape.

        Raises:
            BodyMalformed: a value that could not be read back.
        """
        members = write_members(self)
        read_members(type(self), members, "")
        return json.dumps({"type": type(self).__name__, **members}, ensure_ascii=False, separators=(",", ":")).encode()
