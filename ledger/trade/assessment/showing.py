"""The closed grammar of what shows a step: one small rule per kind of record, read from a table of the list's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from msgspec import UNSET

from ledger.evidence.authority import EVENT_TYPES, ROLES, RecordClass
from ledger.trade.assessment.crop_inputs import PESTICIDE, CropInput, crop_inputs
from ledger.trade.assessment.makers import began_in, makers_of
from ledger.trade.assessment.terms import bare, happened_at, is_then_at, local_name, master_data
from ledger.trade.assessment.told import About, Statement, Told
from ledger.trade.dossier.bodies.described import PLACE_KINDS, PartyDescribed, PlaceDescribed
from ledger.trade.dossier.bodies.inspected import CertificateIssued, TestReported
from ledger.trade.epcis.vocabulary import ACTIONS, BIZ_STEP, MEASUREMENT_TYPE
from ledger.trade.escrow.pack_table import Table
from ledger.trade.membership import Position

DATA: Final = ("harvestStartDate", "harvestEndDate", "productionDate")
"""Local names of instance master data that a list may ask for; the first two are of GS1's vocabulary."""

SIDES: Final = ("inputs", "outputs", "beginning")
"""What an event may be asked to have: inputs, outputs, or that something began with it."""


class Showing(Protocol):
    """One way to show a step."""

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:
        """The records that show it, by this way alone."""


@dataclass(frozen=True, slots=True)
class ByEvent:
    """An event for which everything asked holds; what is empty is not asked. Of each set one member is enough."""

    about: frozenset[str]
    types: frozenset[str]
    actions: frozenset[str]
    steps: frozenset[str]
    sensors: frozenset[str]
    data: frozenset[str]
    roles: frozenset[str]
    sides: frozenset[str]

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:  # noqa: ARG002
        asked = [(wanted, had) for wanted, had in self._asked() if wanted]
        for one in told:
            if all(wanted & had(one) for wanted, had in asked):
                yield one.position

    def _asked(self) -> tuple[tuple[frozenset[str], Callable[[Told], frozenset[str]]], ...]:
        return (
            (self.about, lambda one: frozenset({one.about.value})),
            (self.types, lambda one: frozenset({one.traced.type})),
            (self.actions, lambda one: frozenset({one.traced.action or ""})),
            (self.steps, lambda one: frozenset({bare(one.event.biz_step) or ""})),
            (self.roles, lambda one: frozenset(one.roles)),
            (self.sensors, _sensed),
            (self.data, lambda one: frozenset(name for name, _ in master_data(one))),
            (self.sides, _sides),
        )


@dataclass(frozen=True, slots=True)
class ByPlace:
    """A described place of one of these kinds that an event of the trace names."""

    kinds: frozenset[str]

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:
        named = {place for one in told for place in (happened_at(one.event), is_then_at(one.event))}
        for said in statements:
            if isinstance(said.body, PlaceDescribed) and said.body.kind in self.kinds and said.body.place in named:
                yield said.position


@dataclass(frozen=True, slots=True)
class ByReport:
    """A test report of an examiner, or one that somebody vouches for who told a part of the story."""

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:
        return _vouched(TestReported, told, statements)


@dataclass(frozen=True, slots=True)
class ByCertificate:
    """A certificate, likewise."""

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:
        return _vouched(CertificateIssued, told, statements)


@dataclass(frozen=True, slots=True)
class ByLicence:
    """A maker's description of itself that names a licence."""

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:
        makers = makers_of(told)
        for said in statements:
            if isinstance(said.body, PartyDescribed) and said.body.licences and said.body.party in makers:
                yield said.position


@dataclass(frozen=True, slots=True)
class ByCropInputs:
    """A list of what was put on the crop, an empty one included; with `intervals` each pesticide states its own."""

    intervals: bool

    def found(self, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:  # noqa: ARG002
        stated = [(one.position, inputs) for one in told if (inputs := crop_inputs(one)) is not None]
        # One pesticide without its interval leaves the question open, whatever other events state.
        if self.intervals and not all(_states_interval(given) for _, inputs in stated for given in inputs):
            return
        for position, _ in stated:
            yield position


def read_showing(table: Table) -> Showing:
    """Read one `[[step.shown_by]]`.

    Raises:
        PackMalformed: `record` is no kind of this grammar, or a key is unknown, missing or of the wrong type.
    """
    showing = _KINDS[table.one_of("record", _KINDS)](table)
    table.end()
    return showing


def _read_event(table: Table) -> Showing:
    return ByEvent(
        about=table.codes_if_there("about", tuple(About)),
        types=table.codes_if_there("types", EVENT_TYPES),
        actions=table.codes_if_there("actions", ACTIONS),
        steps=table.codes_if_there("steps", BIZ_STEP.words),
        sensors=table.codes_if_there("sensors", MEASUREMENT_TYPE.words),
        data=table.codes_if_there("data", DATA),
        roles=table.codes_if_there("roles", ROLES),
        sides=table.codes_if_there("sides", SIDES),
    )


_KINDS: Final[Mapping[str, Callable[[Table], Showing]]] = {
    "event": _read_event,
    "place": lambda table: ByPlace(table.codes("kinds", PLACE_KINDS)),
    "report": lambda table: ByReport(),  # noqa: ARG005 - nothing more to ask
    "certificate": lambda table: ByCertificate(),  # noqa: ARG005
    "licence": lambda table: ByLicence(),  # noqa: ARG005
    "crop-inputs": lambda table: ByCropInputs(table.one_of("needs", ("list", "intervals")) == "intervals"),
}


def _vouched(kind: type, told: tuple[Told, ...], statements: tuple[Statement, ...]) -> Iterator[Position]:
    tellers = {one.issuer for one in told}
    for said in statements:
        if isinstance(said.body, kind) and (said.klass is RecordClass.INSPECTION or said.issuer in tellers):
            yield said.position


def _states_interval(given: CropInput) -> bool:
    return given.kind != PESTICIDE or given.days is not None


def _sensed(one: Told) -> frozenset[str]:
    elements = () if one.event.sensor_element_list is UNSET else one.event.sensor_element_list
    return frozenset(local_name(report.type) for element in elements for report in element.sensor_report)


def _sides(one: Told) -> frozenset[str]:
    had = {"inputs": one.traced.inputs, "outputs": one.traced.outputs, "beginning": began_in(one)}
    return frozenset(side for side, things in had.items() if things)
