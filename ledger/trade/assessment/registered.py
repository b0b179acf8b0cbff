"""Which party an identifier in a source or destination list stands for, as the parties say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.described import PartyDescribed
from ledger.trade.identifiers import ROOT

_KEYS: Final = ("417", "414")
"""A party's own number, and that of its main place, may be the same GLN."""


def parties_by_identifier(statements: Iterable[Statement]) -> Mapping[str, str]:
    """Canonical `https://id.gs1.org/417/…` and `…/414/…` to the party whose newest description registers that GLN.

    Only a party speaks of itself; a GLN that two of them claim stands for nobody.
    """
    newest: dict[str, PartyDescribed] = {}
    for said in sorted(statements, key=lambda said: said.position):
        if not said.withdrawn and isinstance(said.body, PartyDescribed) and said.issuer == said.body.party:
            newest[said.issuer] = said.body
    claims: dict[str, set[str]] = {}
    for party, body in newest.items():
        for registration in body.registrations or ():
            if registration.scheme == "gln":
                claims.setdefault(registration.number, set()).add(party)
    return {
        f"{ROOT}/{key}/{number}": next(iter(parties)) for number, parties in claims.items() if len(parties) == 1 for key in _KEYS
    }
