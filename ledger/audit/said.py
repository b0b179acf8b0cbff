"""What an entry says, as later checks take it: records read into values, and events told by the shape they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.trade.epcis.alike import Alike
from ledger.trade.epcis.spelt import spelt_in

SaidRecord = tuple[int, bytes, Mapping[str, Any]]
"""Place, body and its JSON of an intact record."""


@dataclass(slots=True)
class SaidEvents:
    """The intact events of one entry. All lists that it gives stand in one order, which is not that of the entry."""

    read: Sequence[SaidRecord] = ()
    alike: Sequence[Alike] = ()

    def places(self) -> list[int]:
        return [place for one in self.alike for place in one.places] + [place for place, _, _ in self.read]

    def once(self, issuer: str) -> list[bytes]:
        """What may be said only once: issuer and eventID, or issuer and bytes where there is none."""
        named, unnamed = issuer.encode() + b"\0", issuer.encode() + b"\0\0"
        said: list[bytes] = []
        for alike in self.alike:
            names = alike.event_ids()
            said += [unnamed + text for text in alike.texts()] if names is None else [named + name for name in names]
        for _, body, record in self.read:
            event_id = record.get("eventID")
            said.append(named + event_id.encode() if isinstance(event_id, str) else unnamed + body)
        return said

    def identifiers(self) -> tuple[list[bytes], list[int]]:
        """The identifiers as they are spelt, and beside each the place of its event.

        Raises:
            EpcisUnreadable: a member with identifiers is of another kind than the standard has there.
        """
        names: list[bytes] = []
        places: list[int] = []
        for alike in self.alike:
            found, where = alike.identifiers()
            names += found
            places += where
        for place, _, record in self.read:
            spelt = spelt_in(record)
            names += [name.encode() for name in spelt]
            places += [place] * len(spelt)
        return names, places

    def declaring(self) -> list[int]:
        """The places of those that declare an error in an earlier event."""
        told = [place for one in self.alike if one.declares for place in one.places]
        return told + [place for place, _, record in self.read if "errorDeclaration" in record]
