"""Where a scan came from, as coarse as it is kept: country, subdivision and city, said by the server's own proxy.

    CN   CN-GZ   SG/Singapore   CN-GZ/Guiyang   CN-GZ/Guiyang@26.65,106.63

What follows the @ is the place in degrees; it is rounded to whole degrees at once and never stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.trade.shapes.kinds import showable
from ledger.trade.travel import Cell, cell_of

NOWHERE: Final = "-"
"""The area where nobody told one."""

_CITY_CHARACTERS_MAX: Final = 40
_AREA: Final = re.compile(
    r"(?P<territory>[A-Z]{2}(?:-[A-Z0-9]{1,3})?)-?(?:/(?P<city>[^@]*))?(?:@(?P<latitude>-?[0-9.]{1,12}),(?P<longitude>-?[0-9.]{1,12}))?"
)


@dataclass(frozen=True, slots=True)
class Area:
    """`text` is what is stored. `cell`: whole degrees, for the moment of the scan only."""

    text: str
    cell: Cell | None = None

    @property
    def territory(self) -> str:
        """ISO 3166, or `-`."""
        return self.text.partition("/")[0]


def read_area(said: str) -> Area:
    """Read what a proxy says; what cannot be read is nowhere. A city of strange characters is left out."""
    found = _AREA.fullmatch(said.strip())
    if found is None:
        return Area(NOWHERE)
    city = (found["city"] or "").strip()
    fits = 0 < len(city) <= _CITY_CHARACTERS_MAX and showable(city) and "/" not in city
    cell = None if found["latitude"] is None else cell_of(found["latitude"], found["longitude"])
    return Area(f"{found['territory']}/{city}" if fits else found["territory"], cell)


def country_of(area: str) -> str:
    """The two letters of its country."""
    return area[:2]
