"""Identifiers that are their own canonical spelling, told for many at once: most of a busy ledger's are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ledger.trade.identifiers import ROOT

# The forms that `canonical` reads in one step, on its own domain. Nothing is given back: a line matches in one way only.
_LINES: Final = re.compile(
    rf"(?:{re.escape(ROOT)}/(?:01/[0-9]{{14}}(?:/(?:21|10)/[0-9A-Za-z_\-]{{1,20}})?|00/[0-9]{{18}}|414/[0-9]{{13}})\n)*+"
)


def plain_links(identifiers: Sequence[str]) -> list[bytes] | None:
    """The identifiers as bytes if each is surely canonical as it is spelt, and names no finer thing beside it; else None."""
    lines = "\n".join((*identifiers, ""))
    if _LINES.fullmatch(lines) is None:
        return None
    found = lines.encode().split(b"\n")[:-1]
    return found if len(found) == len(identifiers) else None  # one that holds a line break stands for two
