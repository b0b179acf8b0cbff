"""How far a fact rests on more than its issuer's word."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from msgspec import UNSET

from ledger.evidence.authority import RecordClass
from ledger.trade.assessment.told import Statement, Told
from ledger.trade.dossier.bodies.described import PartyDescribed, PlaceDescribed
from ledger.trade.membership import Position

EXAMINERS: Final = frozenset({"laboratory", "inspector", "customs", "authority"})
"""Roles whose business it is to look at what others made."""

_OF_ONESELF: Final = (PartyDescribed, PlaceDescribed)

Affiliated: TypeAlias = Callable[[str, str], bool]
"""Whether two parties are one interest; a party always is with itself. `Alliance.related(first, second) is not None`."""


class Grade(StrEnum):
    """The evidence grade of one record, weakest first."""

    SELF_DECLARED = "self-declared"
    """Its issuer says so of its own goods."""
    COUNTERPARTY_CONFIRMED = "counterparty-confirmed"
    """A second party, not affiliated with the first, signed the same, or the other side of the same hand-over."""
    SENSOR = "sensor"
    """A named device measured it; who reads the device out still signs."""
    INDEPENDENT = "independent"
    """A laboratory, inspector, customs or authority that does not belong to whom it examines."""


@dataclass(frozen=True, slots=True)
class Interests:
    """What grading needs to know beyond the record itself.

    Attributes:
        affiliated: whether two parties are one interest.
        interested: makers, brand and holder of the item: nobody affiliated with one of them examines it independently.
        confirmed: events that the other side of the hand-over told too (`handovers.confirmed`).
    """

    affiliated: Affiliated
    interested: Collection[str] = frozenset()
    confirmed: Collection[Position] = frozenset()


def grade_of(record: Told | Statement, interests: Interests) -> Grade:
    """The strongest grade whose rule holds; self-declared where none does."""
    return next((grade for grade, holds in _STRONGEST_FIRST if holds(record, interests)), Grade.SELF_DECLARED)


def strength(grade: Grade) -> int:
    """0 for the weakest, for sorting."""
    return tuple(Grade).index(grade)


def _is_independent(record: Told | Statement, interests: Interests) -> bool:
    if isinstance(record, Statement) and (record.klass is RecordClass.DESCRIPTION or isinstance(record.body, _OF_ONESELF)):
        return False  # here one speaks of oneself and one's own, whatever roles one has
    if not EXAMINERS.intersection(record.roles):
        return False
    return not any(interests.affiliated(record.issuer, party) for party in interests.interested)


def _is_measured(record: Told | Statement, interests: Interests) -> bool:  # noqa: ARG001 - one shape for all rules
    if isinstance(record, Statement) or record.event.sensor_element_list is UNSET:
        return False
    for element in record.event.sensor_element_list:
        if element.sensor_metadata is not UNSET and element.sensor_metadata.device_id is not UNSET:
            return True
        if any(report.device_id is not UNSET for report in element.sensor_report):
            return True
    return False


def _is_confirmed(record: Told | Statement, interests: Interests) -> bool:
    if record.position in interests.confirmed:
        return True
    return any(not interests.affiliated(record.issuer, signer) for signer in record.signers)


_STRONGEST_FIRST: Final[tuple[tuple[Grade, Callable[[Told | Statement, Interests], bool]], ...]] = (
    (Grade.INDEPENDENT, _is_independent),
    (Grade.SENSOR, _is_measured),
    (Grade.COUNTERPARTY_CONFIRMED, _is_confirmed),
)
