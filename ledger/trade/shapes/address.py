"""The address of a record for ever: origin, entry, place; the only way one record points at another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.evidence.spelling import SIZE_LIMIT
from ledger.trade.shapes.kinds import text_kind

_ADDRESS: Final = re.compile(
    r"https://(?P<origin>[a-z0-9./-]{1,80})/records/(?P<entry>0|[1-9][0-9]{0,18})/(?P<place>0|[1-9][0-9]{0,4})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a record stands for ever: the log, the entry and the place in its batch."""

    origin: str
    entry: int
    place: int

    def __str__(self) -> str:
        return f"https://{self.origin}/records/{self.entry}/{self.place}"

    @classmethod
    def parse(cls, text: str) -> Address:
        found = _ADDRESS.fullmatch(text)
        if found is None or (entry := int(found["entry"])) >= SIZE_LIMIT:
            raise ValueError(text)
        return cls(found["origin"], entry, int(found["place"]))


ADDRESS: Final = text_kind("the address of a record: https://<origin>/records/<entry>/<place>", Address.parse, str)
