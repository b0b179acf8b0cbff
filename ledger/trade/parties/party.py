"""A party and its keys, as the governance records before some entry left them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Final

from ledger.evidence.authority import ROLES
from ledger.evidence.key import VerifierKey
from ledger.evidence.register import Custody, KeyLine
from ledger.evidence.spelling import SIZE_LIMIT
from ledger.trade.shapes.kinds import (
    CUSTODY,
    INDEX,
    LABEL,
    NAME,
    PARTY_KEY,
    ROLE,
    TERRITORY,
    list_of,
    nullable,
    text_kind,
)
from ledger.trade.shapes.members import object_of


class Standing(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPELLED = "expelled"


_STANDING: Final = text_kind("active, suspended or expelled", Standing, str)
_ROLES: Final = list_of(ROLE, at_least=0, at_most=len(ROLES))


@dataclass(frozen=True, slots=True)
class PartyKey:
    """One key, kept for ever. It may sign entries `added` + 1 to `revoked`, or on without end while `revoked` is None.

    Args:
        custody: who held the private key; it never changes for one key.
        added: index of the entry that brought it.
        revoked: index of the entry that took it back.
        compromised_since: entries from this index on are doubtful, though never void.
        proven: index of the entry that showed that somebody holds it; None while unproven.
    """

    key: Annotated[VerifierKey, PARTY_KEY]
    custody: Annotated[Custody, CUSTODY]
    added: Annotated[int, INDEX]
    revoked: Annotated[int | None, nullable(INDEX)]
    compromised_since: Annotated[int | None, nullable(INDEX)]
    proven: Annotated[int | None, nullable(INDEX)]


@dataclass(frozen=True, slots=True)
class Party:
    """A party: roles ascending; `admitted` is the entry that named it first, `standing_since` the one that set its standing."""

    name: Annotated[str, NAME]
    roles: Annotated[tuple[str, ...], _ROLES]
    territory: Annotated[str, TERRITORY]
    custody: Annotated[Custody, CUSTODY]
    keys: Annotated[tuple[PartyKey, ...], list_of(object_of(PartyKey), at_least=0, at_most=SIZE_LIMIT)]
    admitted: Annotated[int, INDEX]
    standing: Annotated[Standing, _STANDING]
    standing_since: Annotated[int, INDEX]
    label: Annotated[str | None, nullable(LABEL)]

    @property
    def unrevoked_keys(self) -> tuple[PartyKey, ...]:
        """The keys that nobody took back; valid again when a suspension ends."""
        return tuple(held for held in self.keys if held.revoked is None)

    @property
    def valid_keys(self) -> tuple[PartyKey, ...]:
        """The keys that may sign the next entry."""
        return self.unrevoked_keys if self.standing is Standing.ACTIVE and self.roles else ()

    def held(self, key: VerifierKey) -> PartyKey | None:
        """Return what is known of a key that the party has or had; None for one that it never had."""
        return next((held for held in self.keys if held.key == key), None)

    def lines(self) -> tuple[KeyLine, ...]:
        """The party's lines in the register of the next entry, in the order of their admission."""
        return tuple(KeyLine(self.name, held.key, held.custody, self.roles, self.territory) for held in self.valid_keys)

    def with_held(self, changed: PartyKey) -> Party:
        """Return the party in which what is known of one of its keys is replaced."""
        return replace(self, keys=tuple(changed if held.key == changed.key else held for held in self.keys))

    def without_keys(self, index: int, *, but: frozenset[VerifierKey] = frozenset()) -> Party:
        """Return the party whose unrevoked keys, `but` these, are revoked by entry `index`."""
        return replace(
            self,
            keys=tuple(
                held if held.revoked is not None or held.key in but else replace(held, revoked=index) for held in self.keys
            ),
        )
