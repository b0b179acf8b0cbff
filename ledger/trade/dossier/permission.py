"""Who may say which dossier record: rules beside the table of roles and classes, pure, on facts that are passed in.

A record that anybody's role lets in is refused here where it would speak for another: in its name, over its goods, or
about an examination that is none.

Source: docs/FORMATS.md, "Dossier records".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from ledger.evidence.authority import RecordClass
from ledger.trade.brands import brand_of
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.coded import SerialsIssued
from ledger.trade.dossier.bodies.described import PartyDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked, TestReported
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.dossier.refusals import (
    DescribedByAnother,
    ExaminerNotIndependent,
    LicenceOfOneself,
    NamedRecordAbsent,
    NamedRecordWrong,
    RecallByStranger,
    RecallEndedByAnother,
    SerialsOfAnothersBrand,
    TypeHasItsOwnWay,
    WithdrawnByAnother,
)
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.address import Address

RECALLERS: Final = frozenset({"inspector", "customs", "authority"})
"""Whoever has one of these roles may recall anything."""

AUTHORITY: Final = "authority"

OTHER_WAYS: Final = MappingProxyType(
    {
        "SerialsIssued": "serial numbers are drawn and issued by the server that prints their labels",
        "ItemClaimed": "an item is claimed on its page, with its hidden PIN",
        "ItemTransferred": "an item is passed on at its page, by its owner",
        "LabelReported": "a label is reported on the item's page",
        "ScansCounted": "a server counts its own scans",
    }
)
"""Types that nobody posts, and how they come to be."""

WITHDRAWABLE: Final = frozenset(
    {
        "ProductDescribed",
        "PlaceDescribed",
        "PartyDescribed",
        "MediaDescribed",
        "StepsExpected",
        "TestReported",
        "CertificateIssued",
        "LicenceChecked",
    }
)
"""Types that `StatementWithdrawn` may name. A recall is ended; serials, claims, reports of labels and counts stay."""


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record of this ledger that another one names; `type` is None where its body is of no dossier type."""

    issuer: str
    klass: RecordClass
    type: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the ledger holds of what a record speaks about.

    Attributes:
        named: the record at the address of `address_named`; None where there is none to read.
        makers: for each of `things_examined`: the issuers of events with which it began, first in the log first.
    """

    named: NamedRecord | None = None
    makers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Saying:
    """A record before it is written: who says it, in which class, by which state of governance, and the facts it needs."""

    issuer: str
    klass: RecordClass
    state: Governance
    facts: Facts

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.state.party(self.issuer).roles)

    def answers_for(self, thing: str) -> bool:
        """Whether the issuer is the brand of `thing`, or a maker of it.

        Where the brand is known, only who began the thing first counts as its maker: anybody can sign an event with which
        it begins once more. Where it is not, all do: the first may be the one who has no part in it.
        """
        brand, makers = brand_of(self.state, thing), self.facts.makers.get(thing, ())
        return self.issuer == brand or self.issuer in (makers if brand is None else makers[:1])


def address_named(body: DossierBody) -> Address | None:
    """The address of the record that `body` names, if its rule asks for it."""
    if isinstance(body, StatementWithdrawn):
        return body.statement
    return body.recall if isinstance(body, RecallEnded) else None


def things_examined(body: DossierBody) -> tuple[str, ...]:
    """The things whose makers the rule of `body` asks for."""
    if isinstance(body, RecallIssued):
        return body.subjects_
    if isinstance(body, TestReported | CertificateIssued) and ":" in body.about:
        return (body.about,)
    return ()


def refuse_other_way(body: DossierBody) -> None:
    """Return if records of this type are posted.

    Raises:
        TypeHasItsOwnWay: the ledger writes them on another occasion.
    """
    way = OTHER_WAYS.get(type(body).__name__)
    if way is not None:
        raise TypeHasItsOwnWay(seen=type(body).__name__, wanted=way, pointer="/type")


def refuse_unpermitted(body: DossierBody, saying: Saying) -> None:
    """Return if this issuer may say `body`.

    Raises:
        DossierRefused: its leaves say which rule is against it.
    """
    rule = _RULES.get(type(body))
    if rule is not None:
        rule(body, saying)


def _refuse_party(body: PartyDescribed, saying: Saying) -> None:
    if body.party != saying.issuer:
        raise DescribedByAnother(seen=body.party, wanted=saying.issuer, pointer="/party")


def _refuse_withdrawal(body: StatementWithdrawn, saying: Saying) -> None:
    named = _named(saying, body.statement, "/statement")
    by_authority = named.klass is RecordClass.INSPECTION and AUTHORITY in saying.roles
    if saying.issuer != named.issuer and not by_authority:
        raise WithdrawnByAnother(seen=saying.issuer, wanted=named.issuer, pointer="/statement")
    if named.type not in WITHDRAWABLE:
        wanted = ", ".join(sorted(WITHDRAWABLE))
        raise NamedRecordWrong(seen=named.type or "no dossier record", wanted=wanted, pointer="/statement")


def _refuse_recall(body: RecallIssued, saying: Saying) -> None:
    if RECALLERS & saying.roles:
        return
    for place, thing in enumerate(body.subjects_):
        if not saying.answers_for(thing):
            wanted = f"its brand or maker, or a party with role {', '.join(sorted(RECALLERS))}"
            raise RecallByStranger(seen=saying.issuer, wanted=wanted, pointer=f"/subjects/{place}")


def _refuse_end(body: RecallEnded, saying: Saying) -> None:
    named = _named(saying, body.recall, "/recall")
    if saying.issuer != named.issuer and AUTHORITY not in saying.roles:
        raise RecallEndedByAnother(seen=saying.issuer, wanted=f"{named.issuer}, or an authority", pointer="/recall")
    if named.type != RecallIssued.__name__:
        raise NamedRecordWrong(seen=named.type or "no dossier record", wanted=RecallIssued.__name__, pointer="/recall")


def _refuse_serials(body: SerialsIssued, saying: Saying) -> None:
    """Numbers that a stranger issued would pass for the brand's: only it, and who belongs to it, draws numbers of its goods."""
    brand = brand_of(saying.state, body.product)
    if brand is not None and saying.state.alliance.related(saying.issuer, brand) is None:
        raise SerialsOfAnothersBrand(
            seen=saying.issuer, wanted=f"{brand}, whose brand it is, or who belongs to it", pointer="/product"
        )


def _refuse_licence_check(body: LicenceChecked, saying: Saying) -> None:
    if body.party == saying.issuer:
        raise LicenceOfOneself(seen=saying.issuer, wanted="another party", pointer="/party")
    _refuse_interest((body.party,), saying, "/party")


def _refuse_examiner(body: TestReported | CertificateIssued, saying: Saying) -> None:
    """In class description the same report is the seller's word, and bound by nothing."""
    if saying.klass is not RecordClass.INSPECTION:
        return
    if ":" not in body.about:
        _refuse_interest((body.about,), saying, "/about")
        return
    brand = brand_of(saying.state, body.about)
    makers = saying.facts.makers.get(body.about, ())
    _refuse_interest(makers if brand is None else (brand, *makers), saying, "/about")


def _refuse_interest(examined: Iterable[str], saying: Saying, pointer: str) -> None:
    for party in examined:
        why = saying.state.alliance.related(saying.issuer, party)
        if why is not None:
            raise ExaminerNotIndependent(
                seen=f"{saying.issuer} and {party}: {why}", wanted="an examiner with no tie to them", pointer=pointer
            )


def _named(saying: Saying, address: Address, pointer: str) -> NamedRecord:
    if saying.facts.named is None:
        wanted = f"the address of a record of {saying.state.origin} that can be read"
        raise NamedRecordAbsent(seen=str(address), wanted=wanted, pointer=pointer)
    return saying.facts.named


_RULES: Final[Mapping[type[DossierBody], Callable[[Any, Saying], None]]] = MappingProxyType(
    {
        PartyDescribed: _refuse_party,
        StatementWithdrawn: _refuse_withdrawal,
        SerialsIssued: _refuse_serials,
        RecallIssued: _refuse_recall,
        RecallEnded: _refuse_end,
        LicenceChecked: _refuse_licence_check,
        TestReported: _refuse_examiner,
        CertificateIssued: _refuse_examiner,
    }
)
"""Type to the rule over it. Of the others everybody may say what its role lets it, under its own name."""
