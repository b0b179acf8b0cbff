"""Who holds an item, by the records of its claims: the first claim counts, and who knows a secret passes it on once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger.trade.dossier.bodies.coded import ItemClaimed, ItemTransferred
from ledger.trade.shapes.address import Address


class ChainBreak(StrEnum):
    """Why a record about the ownership of an item does not count."""

    CLAIMED_AGAIN = "claimed-again"
    PASSED_ON_TWICE = "passed-on-twice"
    SECRET_WRONG = "secret-wrong"  # noqa: S105 - a code
    NOT_A_LINK = "not-a-link"
    """It follows a record that is no claim or transfer of this item that counts."""


@dataclass(frozen=True, slots=True)
class Link:
    """A claim or transfer that counts. `owner`: SHA-256 of the secret of whoever held the item from then on."""

    at: Address
    owner: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that does not count, and why."""

    at: Address
    why: ChainBreak


@dataclass(frozen=True, slots=True)
class Ownership:
    """links: claim and transfers that count, in order. breaks: the others, in the order of the log."""

    links: tuple[Link, ...] = ()
    breaks: tuple[Broken, ...] = ()

    @property
    def last(self) -> Link | None:
        """Who holds it now, by the record that the next transfer has to follow; None of an item that nobody claimed."""
        return self.links[-1] if self.links else None

    @property
    def transfers(self) -> int:
        return max(0, len(self.links) - 1)


def ownership_chain(statements: Iterable[tuple[Address, ItemClaimed | ItemTransferred]], item: str) -> Ownership:
    """Who holds `item`, by all records about it, given in any order; those of other items are left out.

    What counts is what came first in the log. A transfer counts if it follows the last link and reveals its secret.
    """
    links: list[Link] = []
    breaks: list[Broken] = []
    for at, body in sorted(statements, key=lambda said: (said[0].entry, said[0].place)):
        if body.item != item:
            continue
        why = _break(body, links)
        if why is None:
            links.append(Link(at, body.owner))
        else:
            breaks.append(Broken(at, why))
    return Ownership(tuple(links), tuple(breaks))


def _break(body: ItemClaimed | ItemTransferred, links: list[Link]) -> ChainBreak | None:
    if isinstance(body, ItemClaimed):
        return ChainBreak.CLAIMED_AGAIN if links else None
    if body.prev not in {link.at for link in links}:
        return ChainBreak.NOT_A_LINK
    if body.prev != links[-1].at:
        return ChainBreak.PASSED_ON_TWICE
    return None if hashlib.sha256(body.released).digest() == links[-1].owner else ChainBreak.SECRET_WRONG
