"""The address of a witness: whatever host governance adopted, but nothing that hides a secret or a second request."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from ledger.actions.log.witnesses.refusals import WitnessUrlRefused

URL_CHARACTERS_MAX: Final = 300

_SHOWABLE: Final = re.compile(r"[!-~]+", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9.\-_]+|\[[0-9A-Fa-f:.]+\]", re.ASCII)


def witness_address(url: str) -> str:
    """Return the stem below which the witness's paths lie: `url` without a slash at its end.

    Raises:
        WitnessUrlRefused: another scheme than http or https, a user or password, a query, a fragment, no host.
    """
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError as reason:
        raise WitnessUrlRefused(seen=_shown(url)) from reason
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    plain = _SHOWABLE.fullmatch(url) and len(url) <= URL_CHARACTERS_MAX and not re.search(r"[?#\\]", url)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not port_fits or not plain:
        raise WitnessUrlRefused(seen=_shown(url))
    return url.rstrip("/")


def _shown(url: str) -> str:
    # Whoever wrote a password into it does not find it in a log.
    return re.sub(r"//[^/]*@", "//…@", url)
