"""From where logs may introduce themselves: what a loopback address is, and what is right where a witness serves the world."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ledger.actions.witness.introduce_log import Introductions


def is_loopback(host: str) -> bool:
    """Whether this is an address of the machine itself; `::ffff:127.0.0.1` is one too. Names are none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def introductions_for(public_url: str | None) -> Introductions:
    """What is taken where the operator says nothing: from the loopback, unless the world finds the witness elsewhere.

    Then a proxy stands before it on the same machine, most likely, and to one that adds no header everybody is loopback.
    """
    if public_url is None:
        return Introductions.LOOPBACK
    try:
        host = urlsplit(public_url).hostname or ""
    except ValueError:
        return Introductions.NOBODY
    return Introductions.LOOPBACK if host == "localhost" or is_loopback(host) else Introductions.NOBODY
