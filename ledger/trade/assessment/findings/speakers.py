"""Who spoke: strangers, parties out of good standing, and those who took their word back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.evidence.authority import RecordClass
from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.described import MediaDescribed, PlaceDescribed, ProductDescribed, StepsExpected
from ledger.trade.dossier.bodies.inspected import CertificateIssued, TestReported
from ledger.trade.membership import Position

_OF_GOODS: Final = (CertificateIssued, MediaDescribed, PlaceDescribed, ProductDescribed, StepsExpected, TestReported)


def speaker_findings(matter: Matter) -> Iterator[ItemFinding]:
    """One finding for each stranger and for each party out of good standing; one for all that was withdrawn."""
    strange: dict[str, list[Position]] = {}
    for said in matter.standing:
        thing = _described(said)
        if thing is not None and not matter.speaks_for(said.issuer, thing):
            strange.setdefault(said.issuer, []).append(said.position)
    for said in matter.strange:
        if not said.withdrawn and isinstance(said.body, _OF_GOODS) and said.klass is not RecordClass.INSPECTION:
            strange.setdefault(said.issuer, []).append(said.position)
    for issuer, positions in sorted(strange.items()):
        yield finding("description-by-stranger", positions, issuer=issuer)
    for recall in matter.strange_recalls:
        yield finding("recall-by-stranger", (recall.statement.position,), issuer=recall.statement.issuer)
    yield from _withdrawn(matter)
    yield from _standings(matter)


def _described(said: Statement) -> str | None:
    """The thing that a statement describes as its brand or maker would; None for what others may say."""
    body = said.body
    if isinstance(body, ProductDescribed | StepsExpected):
        return body.product
    if isinstance(body, TestReported) and said.klass is RecordClass.DESCRIPTION:
        return body.about
    return None


def _withdrawn(matter: Matter) -> Iterator[ItemFinding]:
    taken_back = {told.position for told in matter.told if told.withdrawn}
    taken_back |= {said.position for said in matter.statements if said.withdrawn}
    if taken_back:
        yield finding("withdrawn-record", taken_back, records=str(len(taken_back)))


def _standings(matter: Matter) -> Iterator[ItemFinding]:
    signed: dict[str, list[Position]] = {}
    said = [(told.issuer, told.position) for told in matter.events]
    said += [
        (statement.issuer, statement.position)
        for statement in matter.standing
        if (thing := _described(statement)) is None or matter.speaks_for(statement.issuer, thing)
    ]
    for issuer, position in said:
        if issuer in matter.standings:
            signed.setdefault(issuer, []).append(position)
    for party, positions in sorted(signed.items()):
        yield finding("issuer-not-in-good-standing", positions, party=party, standing=matter.standings[party])
