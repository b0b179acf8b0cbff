"""What is stated of an item beside its events, for its page: description, recalls, reports, certificates, parties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeVar

from ledger.actions.trace.gather_item import Gathered
from ledger.actions.trace.item_facts import (
    Measurement,
    ShownCertificate,
    ShownParty,
    ShownRecall,
    ShownReport,
    Source,
)
from ledger.storage.position import Position
from ledger.trade.assessment.grade import Interests, grade_of
from ledger.trade.assessment.measured import Measured, has_run_out
from ledger.trade.assessment.recall import ReachedRecall, Recalls, standing_recalls
from ledger.trade.assessment.told import Statement
from ledger.trade.brands import brand_of
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import PartyDescribed, ProductDescribed, StepsExpected
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked, TestReported
from ledger.trade.dossier.wording import worded
from ledger.trade.identifiers import ladder

SHOWN_MAX: Final = 40
T = TypeVar("T", bound=DossierBody)


class Described(NamedTuple):
    """The description that counts, by its statement; `by_brand`: whoever said it answers for the product."""

    statement: Statement
    body: ProductDescribed
    by_brand: bool


def description_of(gathered: Gathered) -> Described | None:
    """The finest and newest description by the brand, else by the maker; without one, the newest of anybody, marked as theirs."""
    brand = brand_of(gathered.state, gathered.rungs[-1])
    best: tuple[tuple[bool, bool, int, Position], Described] | None = None
    for statement in (*gathered.statements, *gathered.strange):
        body = statement.body
        if not isinstance(body, ProductDescribed) or statement.withdrawn or body.product not in gathered.rungs:
            continue
        entitled = gathered.answers_for(statement.issuer, body.product)
        rank = (entitled, statement.issuer == brand, -gathered.rungs.index(body.product), Position(*statement.position))
        if best is None or rank > best[0]:
            best = rank, Described(statement, body, entitled)
    return None if best is None else best[1]


def override_of(gathered: Gathered) -> StepsExpected | None:
    """The newest list of steps that the brand published for the product."""
    found = None
    for statement in gathered.statements:
        body = statement.body
        if isinstance(body, StepsExpected) and not statement.withdrawn and body.product == gathered.rungs[-1]:
            found = body if gathered.answers_for(statement.issuer, body.product) else found
    return found


def source_of(gathered: Gathered, statement: Statement, interests: Interests) -> Source:
    position = Position(*statement.position)
    return Source(position, grade_of(statement, interests), gathered.prove(position))


def recalls_of(gathered: Gathered) -> Recalls:
    """Every recall that reaches the item, judged."""
    lots = {rung for thing in gathered.reached for rung in ladder(thing)}
    return standing_recalls(
        gathered.statements,
        gathered.statements,
        rungs=gathered.rungs,
        reached=lots,
        origin=gathered.state.origin,
        answers_for=gathered.may_call_back,
    )


def shown_recalls(
    gathered: Gathered, recalls: Iterable[ReachedRecall], interests: Interests, language: str
) -> tuple[ShownRecall, ...]:
    """The newest first."""
    return tuple(
        ShownRecall(
            found.body, source_of(gathered, found.statement, interests), found.through, worded(found.body.reason, language)
        )
        for found in reversed(list(recalls))
    )[:SHOWN_MAX]


def reports_of(gathered: Gathered, interests: Interests, today: date) -> dict[Position, ShownReport]:
    """Test reports by position; whoever wants them for a page takes the newest."""
    return {
        Position(*statement.position): ShownReport(
            body=body,
            source=source_of(gathered, statement, interests),
            about_item=body.about in gathered.rungs or body.about in gathered.trace.starts,
            expired=has_run_out(body, today),
            withdrawn=statement.withdrawn,
            accredited=body.accreditation is not None and body.accreditation.valid_until >= body.reported,
        )
        for statement, body in _said(gathered, TestReported)
    }


def certificates_of(gathered: Gathered, interests: Interests, today: date, language: str) -> tuple[ShownCertificate, ...]:
    """The newest first."""
    found = [
        ShownCertificate(
            body=body,
            source=source_of(gathered, statement, interests),
            name=worded(body.names, language),
            scope=worded(body.scope, language),
            expired=not body.valid_from <= today <= body.valid_until,
            withdrawn=statement.withdrawn,
        )
        for statement, body in _said(gathered, CertificateIssued)
    ]
    return tuple(reversed(found))[:SHOWN_MAX]


def measurements_of(
    measured: Iterable[Measured], reports: Mapping[Position, ShownReport], language: str
) -> tuple[Measurement, ...]:
    return tuple(_measurement(one, reports, language) for one in measured)


def _measurement(one: Measured, reports: Mapping[Position, ShownReport], language: str) -> Measurement:
    declared, result = one.declared, one.result
    names = (declared.names if declared else None) or (result.names if result else None)
    unit = declared.unit if declared is not None else result.unit if result is not None else ""
    return Measurement(
        parameter=one.parameter,
        name=worded(names, language),
        unit=unit,
        declared=None if declared is None else f"{declared.value:f}",
        low=None if declared is None or declared.low is None else f"{declared.low:f}",
        high=None if declared is None or declared.high is None else f"{declared.high:f}",
        result=result,
        report=None if one.report is None else reports.get(Position(*one.report.position)),
        agrees=one.agrees,
    )


def parties_of(gathered: Gathered, interests: Interests, today: date, language: str) -> tuple[ShownParty, ...]:
    """The newest word of each party about itself, with whoever looked its licences up."""
    newest: dict[str, tuple[Statement, PartyDescribed]] = {}
    for statement, body in _said(gathered, PartyDescribed):
        if body.party == statement.issuer and not statement.withdrawn:
            newest[body.party] = statement, body
    checks: dict[str, list[tuple[LicenceChecked, Source]]] = {}
    for statement, check in _said(gathered, LicenceChecked):
        if not statement.withdrawn:
            checks.setdefault(check.party, []).append((check, source_of(gathered, statement, interests)))
    return tuple(
        ShownParty(
            said=gathered.prover.said_by(party),
            body=body,
            source=source_of(gathered, statement, interests),
            name=worded(body.names, language),
            expired=tuple(licence.number for licence in body.licences or () if licence.valid_until < today),
            checks=tuple(checks.get(party, ())),
        )
        for party, (statement, body) in newest.items()
    )[:SHOWN_MAX]


def _said(gathered: Gathered, kind: type[T]) -> Iterator[tuple[Statement, T]]:
    for statement in gathered.statements:
        body = statement.body
        if isinstance(body, kind):
            yield statement, body
