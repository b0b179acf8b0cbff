"""What the scans of one code say about whether it was copied: rules with reasons, in whole decibans.

A score starts at one chance in a hundred (-20 dB) and adds what each rule saw: 0 dB is even odds, 10 dB ten to one. What
strangers did, however often, adds 30 dB at most and so leads to WARN at most: only a signed fact freezes anything. The
weights are design values, not measured ones.

Source: docs/FORMATS.md, "What scans say".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from ledger.trade.areas import NOWHERE, country_of
from ledger.trade.travel import Travel

PRIOR: Final = -20
ANONYMOUS_MAX: Final = 30
CHECK_FROM, WARN_FROM, FREEZE_FROM = 0, 10, 20

DEVICES_USUAL: Final = 3
_DEVICES_MOST: Final = 8
_AREAS_A_DAY_USUAL: Final = 2
_AREA_MORE, _AREAS_MOST = 5, 15
_COUNTRIES, _COUNTRY_DAYS = 3, timedelta(days=7)


class CodeState(StrEnum):
    """How far a serial number has come, as records tell."""

    UNREGISTERED = "unregistered"
    """No record says that this number was issued, and no event names it."""
    ISSUED = "issued"
    ACTIVATED = "activated"
    SOLD = "sold"
    CLAIMED = "claimed"
    TRANSFERRED = "transferred"
    ENDED = "ended"
    """Destroyed, decommissioned or used up."""


class Suspicion(StrEnum):
    """What the score asks for. Anonymous scans alone lead to WARN at most."""

    OK = "ok"
    CHECK = "check"
    WARN = "likely copied"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired: its code, what it added in decibans, whether it rests on signed facts, and what it saw."""

    code: str
    decibans: int
    signed: bool
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeStanding:
    """What is known of one code. `areas` counts different areas of anonymous scans.

    `score` is -20 and the decibans of all `reasons`.
    """

    state: CodeState
    first_scan: date | None
    scans: int
    areas: int
    score: int
    suspicion: Suspicion
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CoarseScan:
    """One device, known by a pseudonym of that day alone, opened the page of a code in an area on a day.

    `travel`: how it stood to other devices' scans of the same code then. `owner`: it showed the owner's secret.
    """

    day: date
    area: str
    device: bytes
    travel: Travel = Travel.NONE
    owner: bool = False


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """What records say of one serial number. Days are those of event time, in UTC; None where no record says.

    owned: the first sale or claim. second_sales: sold again without having come back. after_end: handled after its end.
    second_claims: how often its right PIN was shown after the first claim. market: countries it was made for.
    """

    state: CodeState
    activated: date | None = None
    shipped: date | None = None
    owned: date | None = None
    ended: date | None = None
    second_sales: int = 0
    after_end: int = 0
    second_claims: int = 0
    transfers: int = 0
    market: frozenset[str] = frozenset()


def judge_code(history: CodeHistory, scans: Iterable[CoarseScan]) -> CodeStanding:
    """Weigh what records and scans say of a code. The order of the scans does not matter."""
    kept = frozenset(scans)
    strangers = sorted((scan for scan in kept if not scan.owner), key=lambda scan: (scan.day, scan.area, scan.device))
    reasons = [*_signed(history, kept), *_anonymous(history, strangers)]
    score = PRIOR + sum(reason.decibans for reason in reasons)
    return CodeStanding(
        state=history.state,
        first_scan=min((scan.day for scan in kept), default=None),
        scans=len(kept),
        areas=len({scan.area for scan in strangers} - {NOWHERE}),
        score=score,
        suspicion=suspicion_of(score),
        reasons=tuple(reasons),
    )


def suspicion_of(score: int) -> Suspicion:
    """What a score in decibans asks for."""
    if score >= FREEZE_FROM:
        return Suspicion.FREEZE
    if score >= WARN_FROM:
        return Suspicion.WARN
    return Suspicion.CHECK if score >= CHECK_FROM else Suspicion.OK


def _signed(history: CodeHistory, scans: frozenset[CoarseScan]) -> Iterator[Reason]:
    """What rests on a record somebody signed, or on a secret that only the owner has."""
    if history.second_sales:
        yield Reason("sold-twice", 20, True, {"sales": str(history.second_sales + 1)})
    if history.after_end:
        yield Reason("handled-after-end", 20, True, {"day": str(history.ended), "records": str(history.after_end)})
    if history.transfers:
        yield Reason("passed-on", -8, True, {"transfers": str(history.transfers)})
    if any(scan.owner for scan in scans):
        yield Reason("owner-scanned", -20, True, {"day": str(max(scan.day for scan in scans if scan.owner))})


def _anonymous(history: CodeHistory, scans: list[CoarseScan]) -> Iterator[Reason]:
    """What strangers did; the last reason takes away what goes beyond the cap."""
    total = 0
    for rule in _RULES:
        reason = rule(history, scans)
        if reason is not None:
            total += reason.decibans
            yield reason
    if total > ANONYMOUS_MAX:
        yield Reason("anonymous-cap", ANONYMOUS_MAX - total, False, {"most": str(ANONYMOUS_MAX)})


def _travel(_: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    worst = max((scan.travel for scan in scans), default=Travel.NONE)
    if worst is Travel.FASTER:
        return Reason("travel-too-fast", 15, False)
    return Reason("travel-far", 6, False) if worst is Travel.FAR else None


def _too_early(history: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    """Before anybody put the number on a thing, or before that thing left its maker."""
    if history.state is CodeState.ISSUED and scans:
        return Reason("scan-before-activation", 20, False, {"scan": str(scans[0].day)})
    for code, day in (("scan-before-activation", history.activated), ("scan-before-shipping", history.shipped)):
        if day is not None and scans and scans[0].day < day:
            return Reason(code, 20, False, {"scan": str(scans[0].day), "day": str(day)})
    return None


def _after_end(history: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    if history.ended is None or not scans or scans[-1].day <= history.ended:
        return None
    return Reason("scan-after-end", 20, False, {"scan": str(scans[-1].day), "day": str(history.ended)})


def _second_claims(history: CodeHistory, _: list[CoarseScan]) -> Reason | None:
    """The right PIN, shown again by whoever knows it: nobody signed that."""
    return Reason("claimed-twice", 12, False, {"tries": str(history.second_claims)}) if history.second_claims else None


def _places(_: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    """One item may be in two areas of a day, where it left and where it came to."""
    areas: dict[date, set[str]] = defaultdict(set)
    devices: dict[date, set[bytes]] = defaultdict(set)
    for scan in scans:
        if scan.area != NOWHERE:
            areas[scan.day].add(scan.area)
            devices[scan.day].add(scan.device)
    # The same device in many areas shows a device that travels through proxies, not an item that is copied.
    day, most = max(((day, min(len(areas[day]), len(devices[day]))) for day in areas), key=lambda one: one[1], default=(None, 0))
    over = most - _AREAS_A_DAY_USUAL
    if over <= 0:
        return None
    values = {"areas": str(most), "day": str(day), "scans": str(sum(scan.day == day for scan in scans))}
    return Reason("places-at-once", min(over * _AREA_MORE, _AREAS_MOST), False, values)


def _countries(_: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    days: dict[date, set[str]] = defaultdict(set)
    for scan in scans:
        if scan.area != NOWHERE:
            days[scan.day].add(country_of(scan.area))
    most = 0
    for first in days:
        week = (found for day, found in days.items() if first <= day < first + _COUNTRY_DAYS)
        most = max(most, len(set[str]().union(*week)))
    return Reason("many-countries", 8, False, {"countries": str(most)}) if most >= _COUNTRIES else None


def _market(history: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    seen = {country_of(scan.area) for scan in scans if scan.area != NOWHERE}
    outside = seen - history.market
    if not history.market or not outside:
        return None
    return Reason("outside-market", 4, False, {"countries": ", ".join(sorted(outside))})


def _devices(history: CodeHistory, scans: list[CoarseScan]) -> Reason | None:
    """Pseudonyms change by the day, so those of one area are told apart within one day only: never more than there were."""
    counted: dict[tuple[str, date], set[bytes]] = defaultdict(set)
    for scan in scans:
        if history.owned is not None and scan.day >= history.owned:
            counted[scan.area, scan.day].add(scan.device)
    by_area: dict[str, int] = defaultdict(int)
    for (area, _), devices in counted.items():
        by_area[area] = max(by_area[area], len(devices))
    over = sum(by_area.values()) - DEVICES_USUAL
    if over <= 0:
        return None
    return Reason("many-devices", min(over, _DEVICES_MOST), False, {"devices": str(sum(by_area.values()))})


_RULES: Final[tuple[Callable[[CodeHistory, list[CoarseScan]], Reason | None], ...]] = (
    _travel,
    _too_early,
    _after_end,
    _second_claims,
    _places,
    _countries,
    _market,
    _devices,
)
