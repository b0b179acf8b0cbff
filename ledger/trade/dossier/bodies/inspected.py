"""Reports and certificates: what was measured, by which method, on how many, taken by whom, and how long it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.kinds import (
    ABOUT,
    CODE,
    COUNT,
    DATE,
    DECIMAL,
    PARAMETER,
    PLACE,
    SHA256,
    TEXTS,
    THING,
    UNIT,
    Words,
)
from ledger.trade.shapes.kinds import LABEL, NAME, list_of, one_of
from ledger.trade.shapes.members import object_of

SAMPLERS: Final = ("laboratory", "inspector", "authority", "merchant", "consumer")
COVERAGES: Final = ("sample", "lot")
RESULT_VERDICTS: Final = ("pass", "fail", "reported")
REPORT_VERDICTS: Final = ("pass", "fail", "inconclusive")
LICENCE_RESULTS: Final = ("valid", "expired", "revoked", "not-found")


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Who recognised the laboratory or certifier, under which number, for what, and until when."""

    body: Annotated[str, LABEL]
    number: Annotated[str, CODE]
    scope: Annotated[tuple[Words, ...], TEXTS]
    valid_until: Annotated[date, DATE]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Who took how many pieces, and when; without it a result says nothing."""

    by: Annotated[str, one_of(SAMPLERS)]
    size: Annotated[int, COUNT]
    date: Annotated[date, DATE]
    place: Annotated[str | None, PLACE] = None


@dataclass(frozen=True, slots=True)
class Result:
    """One measured value. `below` instead of `value`: not found, with this limit of detection. `low`, `high`: the limits."""

    parameter: Annotated[str, PARAMETER]
    method: Annotated[str, LABEL]
    unit: Annotated[str, UNIT]
    verdict: Annotated[str, one_of(RESULT_VERDICTS)]
    value: Annotated[Decimal | None, DECIMAL] = None
    below: Annotated[Decimal | None, DECIMAL] = None
    low: Annotated[Decimal | None, DECIMAL] = None
    high: Annotated[Decimal | None, DECIMAL] = None
    names: Annotated[tuple[Words, ...] | None, TEXTS] = None


@dataclass(frozen=True, slots=True)
class TestReported(DossierBody):
    """A test report. In class inspection it is the laboratory's own; in class description the seller's word about one."""

    about: Annotated[str, THING]
    number: Annotated[str, CODE]
    sampling: Annotated[Sampling, object_of(Sampling)]
    covers: Annotated[str, one_of(COVERAGES)]
    results: Annotated[tuple[Result, ...], list_of(object_of(Result), at_least=1, at_most=128)]
    verdict: Annotated[str, one_of(REPORT_VERDICTS)]
    reported: Annotated[date, DATE]
    valid_until: Annotated[date | None, DATE] = None
    accreditation: Annotated[Accreditation | None, object_of(Accreditation)] = None
    file: Annotated[bytes | None, SHA256] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.about})


@dataclass(frozen=True, slots=True)
class CertificateIssued(DossierBody):
    """A certificate that a thing, a place or a party meets a standard."""

    about: Annotated[str, ABOUT]
    number: Annotated[str, CODE]
    standard: Annotated[str, LABEL]
    names: Annotated[tuple[Words, ...], TEXTS]
    scope: Annotated[tuple[Words, ...], TEXTS]
    valid_from: Annotated[date, DATE]
    valid_until: Annotated[date, DATE]
    accreditation: Annotated[Accreditation | None, object_of(Accreditation)] = None
    file: Annotated[bytes | None, SHA256] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.about})


@dataclass(frozen=True, slots=True)
class LicenceChecked(DossierBody):
    """Somebody looked a party's licence up where it was given."""

    party: Annotated[str, NAME]
    number: Annotated[str, CODE]
    result: Annotated[str, one_of(LICENCE_RESULTS)]
    checked: Annotated[date, DATE]
    valid_until: Annotated[date | None, DATE] = None

    def subjects(self) -> frozenset[str]:
        return frozenset({self.party})
