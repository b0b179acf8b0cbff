"""Short ways to tell events and statements, for the tests of the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from ledger.actions.trace.find_events import FoundEvent, traced
from ledger.evidence.authority import RecordClass
from ledger.evidence.instant import Instant
from ledger.storage.position import Position
from ledger.trade.assessment.told import About, Statement, Told
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import Parameter, PlaceDescribed, Point, ProductDescribed
from ledger.trade.dossier.bodies.inspected import Accreditation, Result, Sampling, TestReported
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.epcis.event import read_event

GTIN: Final = "https://id.gs1.org/01/09521234000013"
TIN: Final = f"{GTIN}/21/T1"
OTHER_TIN: Final = f"{GTIN}/21/T2"
LOT: Final = f"{GTIN}/10/L1"
LEAF: Final = "https://id.gs1.org/01/09521234000020/10/PICK1"
CASE: Final = "https://id.gs1.org/00/095212345678901235"
PLOT: Final = "https://id.gs1.org/414/9521234000037/254/plot"
SHED: Final = "https://id.gs1.org/414/9521234000037/254/shed"
TODAY: Final = date(2026, 5, 1)
NAMES: Final = (Words("en", "Tea"),)
ORIGIN: Final = "ledger.example/main"

_START: Final = datetime(2026, 4, 1, tzinfo=UTC)
_HOUR_MS: Final = 3_600_000


def told(
    hour: float,
    issuer: str = "works",
    step: str | None = None,
    *,
    role: str = "factory",
    about: About = About.ITEM,
    at: tuple[int, int] | None = None,
    withdrawn: bool = False,
    signers: tuple[str, ...] = (),
    extensions: dict[str, Any] | None = None,
    kind: str = "ObjectEvent",
    **members: Any,
) -> Told:
    """An event so many hours after the first of April; an object event observes, unless told otherwise."""
    moment = Instant(int(_START.timestamp() * 1000 + hour * _HOUR_MS))
    said: dict[str, Any] = {"type": kind, "eventTime": _spelt(moment), "eventTimeZoneOffset": "+00:00"}
    if kind != "TransformationEvent":
        said["action"] = "OBSERVE"
    said |= {} if step is None else {"bizStep": step}
    event = read_event(json.dumps(said | members).encode())
    position = Position(*(at or (round(hour * 60) + 10_000, 0)))
    found = FoundEvent(position, b"", event, cast(Any, None))
    named = traced(found)
    return Told(
        position, event, named, named.event_time, issuer, (role,), about, signers or (issuer,), extensions or {}, withdrawn
    )


def said(
    body: DossierBody,
    issuer: str = "works",
    *,
    role: str = "factory",
    klass: RecordClass = RecordClass.DESCRIPTION,
    at: int = 100,
    signers: tuple[str, ...] = (),
    withdrawn: bool = False,
) -> Statement:
    return Statement(Position(at, 0), body, issuer, (role,), klass, signers or (issuer,), withdrawn)


def by_laboratory(body: DossierBody, at: int = 100, **more: Any) -> Statement:
    return said(body, "lab", role="laboratory", klass=RecordClass.INSPECTION, at=at, **more)


def handed(giver: str, receiver: str) -> dict[str, Any]:
    """Source and destination lists under the party numbers of `party_of`."""
    return {
        "sourceList": [{"type": "possessing_party", "source": number(giver)}],
        "destinationList": [{"type": "possessing_party", "destination": number(receiver)}],
    }


def number(party: str) -> str:
    return f"https://id.gs1.org/417/{sum(party.encode()):013d}"


def known(*parties: str) -> Callable[[str], str | None]:
    return {number(party): party for party in parties}.get


def quantity(epc_class: str, amount: float, unit: str | None = "KGM") -> dict[str, Any]:
    return {"epcClass": epc_class, "quantity": amount, **({} if unit is None else {"uom": unit})}


def sensed(*reports: dict[str, Any], device: str | None = "https://id.gs1.org/8004/9521234LOG1") -> dict[str, Any]:
    metadata = {} if device is None else {"sensorMetadata": {"deviceID": device}}
    return {"sensorElementList": [{**metadata, "sensorReport": list(reports)}]}


def celsius(value: float, **more: Any) -> dict[str, Any]:
    return {"type": "Temperature", "value": value, "uom": "CEL", **more}


def product(*parameters: Parameter, category: str = "farm-produce", thing: str = GTIN) -> ProductDescribed:
    return ProductDescribed(thing, NAMES, category, parameters=parameters or None)


def declared(name: str, value: str, unit: str, low: str | None = None, high: str | None = None) -> Parameter:
    return Parameter(name, Decimal(value), unit, _decimal(low), _decimal(high))


def place(identifier: str, kind: str = "plot", point: tuple[str, str] | None = None) -> PlaceDescribed:
    where = None if point is None else Point(Decimal(point[0]), Decimal(point[1]))
    return PlaceDescribed(identifier, NAMES, kind, "CN-GZ", where)


def result(name: str, value: str | None, unit: str, below: str | None = None, verdict: str = "pass") -> Result:
    return Result(name, "GB 5009", unit, verdict, _decimal(value), _decimal(below))


def report(
    *results: Result,
    about: str = LOT,
    number: str = "R-1",
    verdict: str = "pass",
    reported: date = date(2026, 4, 20),
    valid_until: date | None = None,
    accredited_until: date | None = date(2027, 1, 1),
) -> TestReported:
    accreditation = None if accredited_until is None else Accreditation("CNAS", "L1", NAMES, accredited_until)
    taken = Sampling("laboratory", 3, date(2026, 4, 10))
    measured = results or (result("moisture", "5.2", "P1"),)
    return TestReported(about, number, taken, "lot", measured, verdict, reported, valid_until, accreditation)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _spelt(moment: Instant) -> str:
    return datetime.fromtimestamp(moment / 1000, tz=UTC).isoformat()
