"""How often somebody may ask for what nothing here names: by address range, and by GTIN prefix whoever asks.

Only what is unknown counts, and only what is unknown is refused: whoever has the code of an item that is known sees its
page however many others guess behind the same address.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from api.limiter import Limiter, prefix_of_gtin, range_of
from ledger.actions.media.read_media import MediaAbsent
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import SuyuanError, Unavailable
from ledger.trade.identifiers import application_values

UNKNOWN_PER_RANGE_MAX: Final = 60
UNKNOWN_PER_PREFIX_MAX: Final = 600
"""Of everybody together: a botnet comes from many ranges, and asks for the goods of one maker."""

_WITH_GTIN: Final = frozenset({"01", "8006"})


class UnknownTooMany(Unavailable):
    title = "too many codes that nothing here names were asked for from here, or of this maker"
    default_hint = "wait a minute; items that are known here are shown all the same"
    retry_after_s = 60


class UnknownCodes:
    """The counters of one application."""

    def __init__(self) -> None:
        self._ranges = Limiter("unknown codes from one address range", UNKNOWN_PER_RANGE_MAX, refusal=UnknownTooMany)
        self._prefixes = Limiter("unknown codes of one GTIN prefix", UNKNOWN_PER_PREFIX_MAX, refusal=UnknownTooMany)

    def take(self, request: Request, code: str) -> None:
        """Count one unknown code, in any spelling; or a file that is not there.

        Raises:
            UnknownTooMany: there were too many within a minute; it is told instead of that the code is unknown.
        """
        values = application_values(code)
        if values is not None and values[0][0] in _WITH_GTIN:
            self._prefixes.take(prefix_of_gtin(values[0][1]))
        self._ranges.take(range_of(request))


def unknown_codes_of(request: Request) -> UnknownCodes:
    """The counters of the application that got this request."""
    counters = request.app.state.unknown_codes
    if not isinstance(counters, UnknownCodes):
        raise TypeError("the application counts no unknown codes")
    return counters


def counted_unknown(request: Request, error: SuyuanError) -> SuyuanError:
    """The error to answer with: `error`, or that too much was asked for that is unknown. Parties with their key may ask."""
    if not isinstance(error, ItemUnknown | MediaAbsent) or getattr(request.state, "party", None) is not None:
        return error
    try:
        unknown_codes_of(request).take(request, error.seen or "")
    except UnknownTooMany as too_many:
        return too_many
    return error
