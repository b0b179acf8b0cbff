"""Set the PINs that are printed under the scratch-offs of items."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Final

from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.storage.pins import hash_pins, keep_pins

PIN_DIGITS: Final = 8
_ROWS: Final = 200

Tell = Callable[[int, int], None]


def draw_pins(items: Iterable[str]) -> list[tuple[str, str]]:
    """A random PIN of eight digits for each item: (canonical identifier, PIN). They are kept nowhere in clear."""
    return [(item, f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}") for item in items]


def set_pins(ledger: Ledger, pins: Sequence[tuple[str, str]], *, desk: Desk, tell: Tell | None = None) -> None:
    """Keep the Argon2id hashes of (item, PIN) pairs; an item that has a PIN keeps that.

    Hashing ten thousand takes minutes, on all cores, and holds no transaction open. `tell` is told (done, all).
    """
    hashed, done = hash_pins(ledger.event_secret, pins), 0
    while piece := list(islice(hashed, _ROWS)):
        desk.write_aside(partial(keep_pins, pins=piece))
        done += len(piece)
        if tell is not None:
            tell(done, len(pins))
