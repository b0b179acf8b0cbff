"""Identifiers that are their own canonical spelling, told for many at once: most of a busy ledger's are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ledger.trade.identifiers import ROOT

# The forms that `canonical` reads in one step, on its own domain. Nothing is given back: a line matches in one way only.
_LINES: Final = re.compile(
    rf"(?:{re.escape(ROOT)}/(?:01/[0-9]{{14}}(?:/(?:21|10)/[0-9A-Za-z_\-]{{1,20}})?|00/[0-9]{{18}}|414/[0-9]{{13}})\n)*+".encode()
)


def plain_links(identifiers: Sequence[bytes]) -> Sequence[bytes] | None:
    """The identifiers if each is surely canonical as it is spelt, and names no finer thing beside it; else None."""
    lines = b"\n".join((*identifiers, b""))
    if _LINES.fullmatch(lines) is None:
        return None
    return identifiers if lines.count(b"\n") == len(identifiers) else None  # one that holds a line break stands for two
