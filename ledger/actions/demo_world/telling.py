"""How the story is told: days since the first picking, events as JSON, and chapters that one party says at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from datetime import date as Date  # noqa: N812 - a method bears its name
from typing import Any, Final
from uuid import UUID, uuid5

from ledger.actions.demo_world.identifiers import CAST, MEMBERS
from ledger.evidence.authority import ReadRule
from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.kinds import Words

CONTEXT: Final = ("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"tea": "https://tea.example/terms/"})
_OFFSET: Final = "+08:00"
_ZONE: Final = timezone(timedelta(hours=8))
_NAMESPACE: Final = UUID("6a0d5b0e-4f0c-4c55-9d53-0a5a5d9b8f11")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns a day of the story, and a time on the clock there, into the text of an event time.

    Day 0 is the day of `start` in Guizhou; Singapore keeps the same time.
    """

    start: Instant

    def at(self, day: int, clock: str) -> str:
        return f"{self.date(day)}T{clock}:00{_OFFSET}"

    def date(self, day: int) -> str:
        return f"{self.day(day)}"

    def day(self, day: int) -> Date:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.start)
        return moment.astimezone(_ZONE).date() + timedelta(days=day)

    def moment(self, day: int, clock: str) -> Instant:
        """The same time as `at`, in UTC."""
        said = datetime.fromisoformat(self.at(day, clock))
        return Instant((said - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one party says in one document, or, if `singly`, event by event. `places` are names for its locations."""

    member: str
    read: ReadRule
    events: Sequence[Mapping[str, Any]]
    places: Mapping[str, str] = field(default_factory=dict)
    singly: bool = False


def words(english: str, simplified: str, traditional: str) -> tuple[Words, ...]:
    """One text in the three languages of the pages."""
    return (Words("en", english), Words("zh-Hans", simplified), Words("zh-Hant", traditional))


def event(kind: str, when: str, step: str | None = None, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An event of type `kind`; `members` are spelt as in JSON."""
    said = {"type": kind, "eventTime": when, "eventTimeZoneOffset": _OFFSET}
    return {**said, **({} if step is None else {"bizStep": step}), **members}


def quantity(epc_class: str, kilograms: float) -> dict[str, Any]:
    return {"epcClass": epc_class, "quantity": kilograms, "uom": "KGM"}


def place(identifier: str) -> dict[str, str]:
    return {"id": identifier}


def handed(giver: str, receiver: str) -> dict[str, Any]:
    """Who let it go, and for whom."""
    return {
        "sourceList": [{"type": "possessing_party", "source": _gln_uri(giver)}],
        "destinationList": [{"type": "possessing_party", "destination": _gln_uri(receiver)}],
    }


def _gln_uri(member: str) -> str:
    return (MEMBERS.get(member) or CAST[member]).gln_uri


def treatments(calendar: Calendar) -> list[dict[str, Any]]:
    """What was put on the tea plots before the season, and how many days must pass before leaves may be picked."""
    cake = {"tea:kind": "fertiliser", "tea:substance": "rapeseed cake", "tea:appliedOn": calendar.date(-118)}
    spray = {"tea:kind": "pesticide", "tea:substance": "matrine 0.3 % AS", "tea:appliedOn": calendar.date(-26)}
    return [cake, {**spray, "tea:preHarvestDays": 10}]


def in_two_languages(english: str, chinese: str) -> list[dict[str, str]]:
    """A text of an event in English and in Simplified Chinese."""
    return [{"@language": "en", "@value": english}, {"@language": "zh", "@value": chinese}]


def measured(when: str, device: str, *reports: Mapping[str, Any]) -> dict[str, Any]:
    """One sensor element: a device, when it was read, what it read."""
    return {"sensorMetadata": {"time": when, "deviceID": device}, "sensorReport": [dict(report) for report in reports]}


def climate(when: str, device: str, *, celsius: float, humidity: int, alarm: bool = False) -> dict[str, Any]:
    """Temperature in degrees Celsius and relative humidity in per cent."""
    warmth = {"type": "Temperature", "value": celsius, "uom": "CEL"} | ({"exception": "ALARM_CONDITION"} if alarm else {})
    return measured(when, device, warmth, {"type": "RelativeHumidity", "value": humidity, "uom": "P1"})


def with_ids(chapter: Chapter, number: int) -> list[dict[str, Any]]:
    """The chapter's events, each with an eventID: the same on every telling. One that it brings stays."""
    return [
        {"eventID": f"urn:uuid:{uuid5(_NAMESPACE, f'{chapter.member}/{number}/{index}')}", **said}
        for index, said in enumerate(chapter.events)
    ]


def event_id(name: str) -> str:
    """An eventID for an event that another one refers to."""
    return f"urn:uuid:{uuid5(_NAMESPACE, name)}"


def document(chapter: Chapter, number: int, *, created: str) -> bytes:
    """The chapter as the bytes of an EPCISDocument."""
    header = {"epcisHeader": _master_data(chapter.places)} if chapter.places else {}
    return _encode(
        {
            "@context": list(CONTEXT),
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": created,
            **header,
            "epcisBody": {"eventList": with_ids(chapter, number)},
        }
    )


def single_events(chapter: Chapter, number: int) -> list[bytes]:
    """The chapter's events, each with a context of its own."""
    return [_encode({"@context": list(CONTEXT), **said}) for said in with_ids(chapter, number)]


def _master_data(places: Mapping[str, str]) -> dict[str, Any]:
    elements = [
        {"id": identifier, "attributes": [{"id": "cbvmda:name", "attribute": name}]} for identifier, name in places.items()
    ]
    locations = {"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": elements}
    return {"epcisMasterData": {"vocabularyList": [locations]}}


def _encode(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
