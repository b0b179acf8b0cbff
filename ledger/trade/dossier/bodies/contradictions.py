"""What the members of one dossier record must not say against each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import MediaDescribed, PartyDescribed, PlaceDescribed, ProductDescribed
from ledger.trade.dossier.bodies.inspected import CertificateIssued, Result, TestReported
from ledger.trade.dossier.registrations import refuse_number
from ledger.trade.shapes.refusals import BodyMalformed


class BodyContradicts(BodyMalformed):
    title = "two members of a record cannot both be true"


def refuse_contradictions(body: DossierBody) -> None:
    """Return if the members of `body` can stand together.

    Raises:
        BodyContradicts: the first that cannot, by its pointer.
        RegistrationMalformed, RegistrationMistyped: a number of a company contradicts its own check digits.
    """
    if isinstance(body, PartyDescribed):
        for place, registration in enumerate(body.registrations or ()):
            refuse_number(registration.scheme, registration.number, f"/registrations/{place}/number")
    for found in _contradictions(body):
        raise found


def _contradictions(body: DossierBody) -> Iterator[BodyContradicts]:
    if isinstance(body, ProductDescribed):
        for place, parameter in enumerate(body.parameters or ()):
            yield from _range(parameter.low, parameter.high, f"/parameters/{place}")
    elif isinstance(body, PlaceDescribed):
        yield from _point(body)
    elif isinstance(body, PartyDescribed):
        for place, licence in enumerate(body.licences or ()):
            yield from _dates(licence.valid_from, licence.valid_until, f"/licences/{place}/validUntil")
    elif isinstance(body, MediaDescribed):
        if body.captured is not None and body.origin == "synthetic":
            yield BodyContradicts(seen="synthetic, with capture data", wanted="captured or edited", pointer="/captured")
    elif isinstance(body, TestReported):
        for place, result in enumerate(body.results):
            yield from _result(result, f"/results/{place}")
        yield from _dates(body.sampling.date, body.reported, "/reported")
        if body.verdict == "pass" and any(result.verdict == "fail" for result in body.results):
            yield BodyContradicts(seen="pass", wanted="fail or inconclusive: a result fails", pointer="/verdict")
    elif isinstance(body, CertificateIssued):
        yield from _dates(body.valid_from, body.valid_until, "/validUntil")


def _point(body: PlaceDescribed) -> Iterator[BodyContradicts]:
    point = body.point
    if point is not None and abs(point.latitude) > 90:
        yield BodyContradicts(seen=f"{point.latitude:f}", wanted="-90 to 90 degrees", pointer="/point/latitude")
    if point is not None and abs(point.longitude) > 180:
        yield BodyContradicts(seen=f"{point.longitude:f}", wanted="-180 to 180 degrees", pointer="/point/longitude")


def _result(result: Result, pointer: str) -> Iterator[BodyContradicts]:
    if (result.value is None) == (result.below is None):
        yield BodyContradicts(seen="both or none", wanted="value, or below: the limit of detection", pointer=f"{pointer}/value")
    yield from _range(result.low, result.high, pointer)
    outside = result.value is not None and not _within(result.value, result.low, result.high)
    if outside and result.verdict == "pass":
        yield BodyContradicts(seen="pass", wanted="fail: the value is outside its limits", pointer=f"{pointer}/verdict")


def _within(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def _range(low: Decimal | None, high: Decimal | None, pointer: str) -> Iterator[BodyContradicts]:
    if low is not None and high is not None and low > high:
        yield BodyContradicts(seen=f"{low:f}", wanted=f"at most {high:f}", pointer=f"{pointer}/low")


def _dates(first: date, last: date, pointer: str) -> Iterator[BodyContradicts]:
    if last < first:
        yield BodyContradicts(seen=last.isoformat(), wanted=f"{first} or later", pointer=pointer)
