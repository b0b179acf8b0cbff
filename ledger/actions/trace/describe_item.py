"""Describe an item for the person who scanned it: what is known, who said so, which proofs hold now, and what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.scans.code_standing import code_standing
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.gather_item import Gathered, gather_item
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.item_files import files_of
from ledger.actions.trace.item_history import (
    began_in,
    custody_within,
    erased_in,
    graph_of,
    handovers_in,
    inspected_last,
    names_of,
    steps_of,
)
from ledger.actions.trace.item_names import name_in_ilmd
from ledger.actions.trace.item_statements import (
    SHOWN_MAX,
    certificates_of,
    description_of,
    measurements_of,
    override_of,
    parties_of,
    recalls_of,
    reports_of,
    shown_recalls,
    source_of,
)
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.trade.assessment.expected import expectations
from ledger.trade.assessment.findings.every import findings_of
from ledger.trade.assessment.grade import Grade, Interests, grade_of
from ledger.trade.assessment.handovers import confirmed
from ledger.trade.assessment.makers import began_in as began_with
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.measured import measured_of
from ledger.trade.assessment.registered import parties_by_identifier
from ledger.trade.assessment.told import Statement
from ledger.trade.assessment.verdict import Weighed, verdict_of
from ledger.trade.brands import brand_of
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.wording import worded
from ledger.trade.parties.party import Standing
from ledger.trade.scans import CodeStanding

FINDINGS_MAX: Final = 60
"""As many are told, cautions first; the verdict weighs all."""


def describe_item(ledger: Ledger, link: DigitalLink, *, party: str | None = None, language: str = "en") -> ItemFacts:
    """What this reader may know of the item, every proof built and checked now.

    Args:
        language: a tag such as `zh-Hans`, for names and texts that their issuers wrote in several.

    Raises:
        ItemUnknown: no record names it.
    """
    with reading(ledger.engine) as connection:
        return describe_within(connection, ledger, link, party=party, language=language)


def describe_within(connection: Connection, ledger: Ledger, link: DigitalLink, *, party: str | None, language: str) -> ItemFacts:
    """The same inside a transaction of the caller's."""
    gathered = gather_item(connection, ledger, link, party=party)
    if not is_known(gathered):
        raise ItemUnknown(seen=gathered.asking.code, wanted="an identifier that a record of this ledger names")
    return _Account(gathered, language).facts()


def is_known(gathered: Gathered) -> bool:
    """Whether a record, readable or not, names the item or its lot; of a mere product, whether anything names it."""
    found = gathered.trace
    if found.events or found.withheld or found.damaged or gathered.erased or gathered.registered:
        return True
    starts = set(found.starts)
    return gathered.said_withheld > 0 or any(starts & said.body.subjects() for said in gathered.said.values())


class _Account:
    """One item's facts, put together in the order in which they rest on each other."""

    def __init__(self, gathered: Gathered, language: str) -> None:
        self._gathered, self._language = gathered, language
        self._checked = gathered.ledger.clock()
        self._today = _day(self._checked)
        self._names = names_of(gathered, language)
        self._described = description_of(gathered)
        self._handlings, self._custody = custody_within(gathered)
        self._party_of = parties_by_identifier(gathered.statements).get
        together = confirmed(gathered.told, party_of=self._party_of, affiliated=gathered.affiliated)
        self._interests = Interests(gathered.affiliated, self._interested(), together)
        self._recalls = recalls_of(gathered)
        self._files = files_of(gathered, self._described, self._interests, language)
        self._measured = measured_of(self._product, gathered.statements, grade=self._grade, today=self._today)
        self._expected = expectations(self._product, override_of(gathered), gathered.told, gathered.statements)
        self._findings = findings_of(self._matter())
        self._begins = any(told.own and not told.withdrawn and began_with(told) for told in gathered.told)

    def facts(self) -> ItemFacts:
        gathered, language, interests = self._gathered, self._language, self._interests
        steps = steps_of(gathered, self._names, interests)
        reports = reports_of(gathered, interests, self._today)
        # From here on everything that is shown was proved: only now the verdict can weigh the proofs.
        parties = parties_of(gathered, interests, self._today, language)
        code = code_standing(gathered.connection, gathered.ledger, gathered.link, gathered.told, gathered.said.values())
        weighed = self._weighed(code)
        return ItemFacts(
            link=gathered.link,
            verdict=verdict_of(weighed),
            name=self._name(),
            brand=self._brand(),
            text=None if self._product is None else worded(self._product.texts, language),
            product=self._product,
            described=None if self._described is None else source_of(gathered, self._described.statement, interests),
            by_brand=self._product is not None,
            picture=self._files.picture,
            model=self._files.model,
            gallery=self._files.gallery,
            began=began_in(steps),
            inspected=inspected_last(steps, ((one.body, one.source) for one in reports.values() if not one.withdrawn)),
            custody=self._custody,
            holder=None if self._custody.holder is None else gathered.prover.said_by(self._custody.holder),
            holder_place=self._names.spot(self._custody.place),
            handovers=handovers_in(self._handlings),
            recalls=shown_recalls(gathered, self._recalls.standing, interests, language),
            recalls_ended=shown_recalls(gathered, self._recalls.ended, interests, language),
            expectations=self._expected,
            findings=self._findings[:FINDINGS_MAX],
            steps=steps,
            reports=tuple(reversed(reports.values()))[:SHOWN_MAX],
            certificates=certificates_of(gathered, interests, self._today, language),
            measurements=measurements_of(self._measured, reports, language),
            parties=parties,
            graph=graph_of(gathered, self._names, self._name()),
            code=code,
            erased=erased_in(gathered),
            names=self._names.names,
            withheld=len(gathered.trace.withheld) + gathered.said_withheld,
            damaged=len(gathered.trace.damaged),
            truncated=weighed.truncated or len(gathered.found) > len(steps) or len(self._findings) > FINDINGS_MAX,
            begins=self._begins,
            checked=self._checked,
            log_size=gathered.prover.size,
        )

    def _matter(self) -> Matter:
        gathered = self._gathered
        return Matter(
            told=gathered.told,
            statements=gathered.statements,
            strange=gathered.strange,
            today=self._today,
            starts=gathered.trace.starts,
            product=self._product,
            handlings=self._handlings,
            measured=self._measured,
            affiliated=gathered.affiliated,
            party_of=self._party_of,
            speaks_for=gathered.answers_for,
            standings=self._standings(),
            strange_recalls=self._recalls.strangers,
            changed_files=self._files.changed,
            unfit_model=self._files.unfit,
        )

    def _weighed(self, code: CodeStanding | None) -> Weighed:
        gathered = self._gathered
        strange = {said.position for said in gathered.strange}
        proofs = [proof.holds for position, proof in gathered.proofs.items() if position not in strange]
        return Weighed(
            known=True,
            recalled=bool(self._recalls.standing),
            failed=proofs.count(Holds.NO),
            waiting=proofs.count(Holds.NOT_YET),
            damaged=len(gathered.trace.damaged),
            findings=self._findings,
            expectations=self._expected,
            described=self._product is not None,
            begins=self._begins,
            hands=self._custody.hands,
            truncated=gathered.trace.trace.truncated or gathered.said_cut or gathered.left_unproven,
            withheld=self._withheld_steps(),
            code=code,
        )

    @property
    def _product(self) -> ProductDescribed | None:
        """The description that counts; a stranger's word decides nothing."""
        return self._described.body if self._described is not None and self._described.by_brand else None

    def _grade(self, said: Statement) -> Grade:
        return grade_of(said, self._interests)

    def _interested(self) -> frozenset[str]:
        """Who has an interest in what is found: the brand, the makers, and who holds it."""
        brand = brand_of(self._gathered.state, self._gathered.rungs[-1])
        makers = frozenset[str]().union(*self._gathered.makers.values())
        return makers.union(filter(None, (brand, self._custody.holder)))

    def _standings(self) -> dict[str, str]:
        """Who signed for the item and is not active now."""
        parties = self._gathered.state.parties
        issuers = {told.issuer for told in self._gathered.told} | {said.issuer for said in self._gathered.statements}
        found = ((name, parties.get(name)) for name in sorted(issuers))
        return {name: party.standing.value for name, party in found if party and party.standing is not Standing.ACTIVE}

    def _withheld_steps(self) -> int:
        """Records of the journey that are not for this reader; papers of a trade hide no step of it."""
        return sum(1 for kind in self._gathered.trace.withheld.values() if kind != "TransactionEvent")

    def _name(self) -> str | None:
        """The name that the brand or a maker gave; else what an event of the item says; else a stranger's word."""
        language, gathered = self._language, self._gathered
        if self._product is not None:
            return worded(self._product.names, language)
        for rung in gathered.rungs:
            if rung in self._names.names:
                return self._names.names[rung]
        tag = language.partition("-")[0]
        named = (name_in_ilmd(told.event, language=tag) for told in gathered.told if told.own)
        found = next((name for name in named if name), None)
        return found or (worded(self._described.body.names, language) if self._described else None)

    def _brand(self) -> str | None:
        """What the brand calls itself, or the name of the party that holds the number's prefix."""
        if self._product is not None and self._product.brand is not None:
            return self._product.brand
        holder = brand_of(self._gathered.state, self._gathered.rungs[-1])
        party = None if holder is None else self._gathered.state.parties.get(holder)
        return None if party is None else party.label


def _day(moment: Instant) -> date:
    return datetime.fromtimestamp(moment / 1_000, UTC).date()
