"""Whose statements a page goes by: those of parties with a part in the item, and of whoever examines, recalls or reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ledger.evidence.authority import RecordClass
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import PartyDescribed, PlaceDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked, TestReported

_BY_ROLE: Final = frozenset({RecordClass.INSPECTION, RecordClass.RECALL, RecordClass.SCAN})
"""Classes in which the table of roles lets nobody speak but examiners, whoever may recall, and who keeps count of codes."""


class Heard(NamedTuple):
    """Statements by whether they count; both in the order in which they came."""

    counting: tuple[Statement, ...]
    strange: tuple[Statement, ...]


class Part(NamedTuple):
    """Who has a part in an item.

    Attributes:
        tellers: issuers of events of its trace.
        answers_for: whether a party (first) is the brand or the maker of a thing (second).
        owner_of_place: who was licensed the numbers that a place's own begins with; None where nobody was.
    """

    tellers: frozenset[str]
    answers_for: Callable[[str, str], bool]
    owner_of_place: Callable[[str], str | None]


def hear(statements: Iterable[Statement], part: Part) -> Heard:
    """Tell descriptions by strangers apart, and whatever is said of those strangers.

    Anybody on the ledger may describe anything under its own name. A competitor's picture, place, certificate or expired
    paper is none of the item's; that it spoke is shown as a finding.
    """
    said = tuple(statements)
    by_part = [_has_part(one, part) for one in said]
    speaking = part.tellers | {one.issuer for one, heard in zip(said, by_part, strict=True) if heard and not _of_party(one.body)}
    counting: list[Statement] = []
    strange: list[Statement] = []
    for one, heard in zip(said, by_part, strict=True):
        party = _of_party(one.body)
        (counting if (heard if party is None else party in speaking) else strange).append(one)
    return Heard(tuple(counting), tuple(strange))


def _has_part(said: Statement, part: Part) -> bool:
    if said.issuer in part.tellers or isinstance(said.body, StatementWithdrawn):
        return True
    if isinstance(said.body, PlaceDescribed):
        return part.owner_of_place(said.body.place) == said.issuer
    if said.klass in _BY_ROLE:
        return True
    return any(part.answers_for(said.issuer, thing) for thing in said.body.subjects() if ":" in thing)


def _of_party(body: DossierBody) -> str | None:
    """The party that a statement is about; None of what is about something else."""
    if isinstance(body, PartyDescribed | LicenceChecked):
        return body.party
    if isinstance(body, TestReported | CertificateIssued) and ":" not in body.about:
        return body.about
    return None
