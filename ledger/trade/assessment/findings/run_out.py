"""Certificates, licences, reports and goods whose date has passed."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.trade.assessment.crop_inputs import read_date
from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.measured import has_run_out
from ledger.trade.assessment.terms import master_data
from ledger.trade.assessment.told import About, Statement
from ledger.trade.dossier.bodies.described import PartyDescribed
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked, TestReported


def run_out_findings(matter: Matter) -> Iterator[ItemFinding]:
    """What holds until a day holds on that day; it has run out on the next."""
    yield from _certificates(matter)
    yield from _licences(matter)
    yield from _checks(matter)
    yield from _reports(matter)
    yield from _goods(matter)


def _certificates(matter: Matter) -> Iterator[ItemFinding]:
    """The longest lasting of a standard for the same thing, place or party counts; a seller's word renews no certifier's."""
    longest: dict[tuple[str, str, str], tuple[Statement, CertificateIssued]] = {}
    for said in matter.standing:
        body = said.body
        if isinstance(body, CertificateIssued):
            key = (body.about, body.standard, said.klass.value)
            if key not in longest or longest[key][1].valid_until <= body.valid_until:
                longest[key] = (said, body)
    for said, body in longest.values():
        if body.valid_until < matter.today:
            until = body.valid_until.isoformat()
            yield finding("expired-certificate", (said.position,), number=body.number, standard=body.standard, until=until)


def _licences(matter: Matter) -> Iterator[ItemFinding]:
    newest: dict[str, tuple[Statement, PartyDescribed]] = {}
    for said in matter.standing:
        if isinstance(said.body, PartyDescribed) and said.issuer == said.body.party:
            newest[said.body.party] = (said, said.body)
    for said, body in newest.values():
        for licence in body.licences or ():
            if licence.valid_until < matter.today:
                until = licence.valid_until.isoformat()
                yield finding("expired-licence", (said.position,), party=body.party, number=licence.number, until=until)


def _checks(matter: Matter) -> Iterator[ItemFinding]:
    """The newest look at each licence counts."""
    newest: dict[tuple[str, str], tuple[Statement, LicenceChecked]] = {}
    for said in matter.standing:
        body = said.body
        if isinstance(body, LicenceChecked):
            known = newest.get((body.party, body.number))
            if known is None or known[1].checked <= body.checked:
                newest[(body.party, body.number)] = (said, body)
    for said, body in newest.values():
        if body.result != "valid":
            values = {"party": body.party, "number": body.number, "result": body.result}
            yield finding("licence-check-failed", (said.position,), checked=body.checked.isoformat(), **values)


def _reports(matter: Matter) -> Iterator[ItemFinding]:
    """A report that ran out is no matter where a newer one measured at least the same on the same thing, and holds."""
    reports = [(said, said.body) for said in matter.standing if isinstance(said.body, TestReported)]
    holding = [(said, body) for said, body in reports if not has_run_out(body, matter.today)]
    for said, body in reports:
        if not has_run_out(body, matter.today) or body.valid_until is None:
            continue
        measured = {result.parameter for result in body.results}
        renewed = any(
            newer.about == body.about
            and newer.reported >= body.reported
            and by.klass is said.klass
            and measured <= {result.parameter for result in newer.results}
            for by, newer in holding
        )
        if not renewed:
            yield finding("report-expired", (said.position,), number=body.number, until=body.valid_until.isoformat())


def _goods(matter: Matter) -> Iterator[ItemFinding]:
    """The date of expiry that the item's own events state; a best-before date is none."""
    for told in matter.events:
        if told.about is not About.ITEM:
            continue
        for name, value in master_data(told):
            day = read_date(value) if name == "itemExpirationDate" else None
            if day is not None and day < matter.today:
                yield finding("past-its-date", (told.position,), date=day.isoformat())
