"""Whether a record names an item, in whichever spelling, for who has nothing but its bytes."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.evidence.record import read_record
from ledger.trade.identifiers import ladder


def names_item(body: bytes, item: str) -> bool:
    """Whether one of the texts in a record is the address, or the URN, of `item` itself or of something of that kind.

    For a single item: that item. For a lot: the lot, or an item that states it. For a product: whatever has its number.

    Args:
        body: a record. item: a Digital Link in any spelling; its finest key counts.
    """
    finest = ladder(item)[0]
    return any(finest in ladder(text) for text in _texts(read_record(body)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
