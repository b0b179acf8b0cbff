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
class Broken:
    """A record that does not count, and why."""

    at: Address
    why: ChainBreak


@dataclass(frozen=True, slots=True)
class Ownership:
    """owner: SHA-256 of the secret of whoever holds it now; None of an item nobody claimed.

    links: claim and transfers that count, in order. breaks: the others, in the order of the log.
    """

    owner: bytes | None = None
    links: tuple[Address, ...] = ()
    breaks: tuple[Broken, ...] = ()

    @property
    def last(self) -> Address | None:
        """The record that the next transfer has to follow."""
        return self.links[-1] if self.links else None

    @property
    def transfers(self) -> int:
        return max(0, len(self.links) - 1)


def ownership_chain(statements: Iterable[tuple[Address, ItemClaimed | ItemTransferred]], item: str) -> Ownership:
    """Who holds `item`, by all records about it, given in any order; those of other items are left out.

    What counts is what came first in the log. A transfer counts if it follows the last link and reveals its secret.
    """
    owner: bytes | None = None
    links: list[Address] = []
    breaks: list[Broken] = []
    for at, body in sorted(statements, key=lambda said: (said[0].entry, said[0].place)):
        if body.item != item:
            continue
        why = _break(body, owner, links)
        if why is None:
            owner = body.owner
            links.append(at)
        else:
            breaks.append(Broken(at, why))
    return Ownership(owner, tuple(links), tuple(breaks))


def _break(body: ItemClaimed | ItemTransferred, owner: bytes | None, links: list[Address]) -> ChainBreak | None:
    if isinstance(body, ItemClaimed):
        return ChainBreak.CLAIMED_AGAIN if links else None
    if body.prev not in links:
        return ChainBreak.NOT_A_LINK
    if body.prev != links[-1]:
        return ChainBreak.PASSED_ON_TWICE
    return None if hashlib.sha256(body.released).digest() == owner else ChainBreak.SECRET_WRONG
