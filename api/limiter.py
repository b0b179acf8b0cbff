"""How often something may be asked from one place before it is told to wait: one counter for all that can be tried at will."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from typing import Final

from starlette.requests import Request

from ledger.errors import Unavailable

NOBODY: Final = "-"
EVERYBODY: Final = "everybody"
_MINUTE_S: Final = 60.0
_KEYS_MAX: Final = 20_000
_RANGE_BITS: Final = {4: 24, 6: 64}


class TriedTooOften(Unavailable):
    title = "this was tried too often within a minute"
    default_hint = "wait a minute and try again; nothing was used up"
    retry_after_s = int(_MINUTE_S)


class Limiter:
    """Counts by key, each minute anew. Threads share it; processes do not.

    `take` before what is tried, `give_back` where it turned out to be rightful: so that many at once get no more than one.
    """

    def __init__(
        self, name: str, per_minute: int, *, refusal: type[Unavailable] = TriedTooOften, keys_max: int = _KEYS_MAX
    ) -> None:
        """`name`: what is counted, in words. Beyond `keys_max`, who has been quiet for longest is forgotten first."""
        self.name, self.per_minute = name, per_minute
        self._refusal, self._keys_max = refusal, keys_max
        self._counted: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def refuse(self, key: str) -> None:
        """Raise where there is nothing left for `key` in its minute; nothing is counted.

        Raises:
            TriedTooOften, or the `refusal` that was given.
        """
        with self._lock:
            self._refuse(key, time.monotonic())

    def count(self, key: str) -> None:
        """Count one, be there anything left or not."""
        with self._lock:
            self._count(key, time.monotonic())

    def take(self, key: str) -> None:
        """Count one if there is any left.

        Raises:
            TriedTooOften, or the `refusal` that was given.
        """
        with self._lock:
            now = time.monotonic()
            self._refuse(key, now)
            self._count(key, now)

    def give_back(self, key: str) -> None:
        """Take one off again."""
        with self._lock:
            since, counted = self._counted.get(key, (0.0, 0))
            if counted > 0:
                self._counted[key] = (since, counted - 1)

    def _refuse(self, key: str, now: float) -> None:
        since, counted = self._counted.get(key, (0.0, 0))
        if counted >= self.per_minute and now - since < _MINUTE_S:
            raise self._refusal(wanted=f"at most {self.per_minute} a minute: {self.name}")

    def _count(self, key: str, now: float) -> None:
        since, counted = self._counted.pop(key, (now, 0))
        self._counted[key] = (since, counted + 1) if now - since < _MINUTE_S else (now, 1)
        if len(self._counted) > self._keys_max:
            self._counted.popitem(last=False)


def range_of(request: Request) -> str:
    """The range of addresses that a request came from, such as `192.0.2.0/24` or `2001:db8::/64`: who has one, has many."""
    return range_of_address(NOBODY if request.client is None else request.client.host)


def range_of_address(host: str) -> str:
    """The same of an address; what is no address stands for itself."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, _RANGE_BITS[address.version]), strict=False))


def prefix_of_gtin(gtin: str) -> str:
    """The digits of a GTIN-14 that most often make up its company's prefix: the seven after the first."""
    return f"gtin {gtin[1:8]}"
