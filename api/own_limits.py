"""How often PINs and owners' secrets may be tried, and labels reported: by address range, by GTIN prefix, by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import Request

from api.limiter import EVERYBODY, Limiter, prefix_of_gtin, range_of
from ledger.errors import SuyuanError, Unavailable
from ledger.trade.digital_link import DigitalLink

TRIES_PER_RANGE_MAX: Final = 10
TRIES_PER_PREFIX_MAX: Final = 60
TRIES_OF_EVERYBODY_MAX: Final = 600
"""Ten a second: so much work may be had from this server by whoever knows no PIN."""
REPORTS_PER_RANGE_MAX: Final = 3
REPORTS_PER_CODE_MAX: Final = 5


class TriesTooMany(Unavailable):
    title = "too many PINs or secrets were tried from here, or on goods of this maker"
    default_hint = "wait a minute; no try at this item was used up"
    retry_after_s = 60


class ReportsTooFast(Unavailable):
    title = "too many labels were reported from here, or this one too often"
    default_hint = "wait a minute; nothing was written"
    retry_after_s = 60


class OwnLimits:
    """The counters of one application."""

    def __init__(self) -> None:
        self._ranges = Limiter("PINs and secrets from one address range", TRIES_PER_RANGE_MAX, refusal=TriesTooMany)
        self._prefixes = Limiter("PINs and secrets of one GTIN prefix", TRIES_PER_PREFIX_MAX, refusal=TriesTooMany)
        self._all = Limiter("PINs and secrets in all", TRIES_OF_EVERYBODY_MAX, refusal=TriesTooMany)
        self._reports = Limiter("reports from one address range", REPORTS_PER_RANGE_MAX, refusal=ReportsTooFast)
        self._reported = Limiter("reports of one code", REPORTS_PER_CODE_MAX, refusal=ReportsTooFast)

    @contextmanager
    def trying(self, request: Request, link: DigitalLink, *wrong: type[SuyuanError]) -> Iterator[None]:
        """Count a try that fails by one of `wrong`; what ends otherwise is given back.

        Raises:
            TriesTooMany: before anything is tried.
        """
        keys = (
            (self._ranges, range_of(request)),
            (self._prefixes, prefix_of_gtin(link.value("01") or "")),
            (self._all, EVERYBODY),
        )
        for limiter, key in keys:
            limiter.refuse(key)
        for limiter, key in keys:
            limiter.count(key)
        failed = False
        try:
            yield
        except wrong:
            failed = True
            raise
        finally:
            if not failed:
                for limiter, key in keys:
                    limiter.give_back(key)

    def take_report(self, request: Request, item: str) -> None:
        """Count a report.

        Raises:
            ReportsTooFast.
        """
        self._reports.take(range_of(request))
        self._reported.take(item)


def own_limits_of(request: Request) -> OwnLimits:
    """The counters of the application that got this request."""
    limits = request.app.state.own_limits
    if not isinstance(limits, OwnLimits):
        raise TypeError("the application counts no tries")
    return limits
