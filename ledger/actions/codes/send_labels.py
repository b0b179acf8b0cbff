"""Send labels to a thermal printer, which takes whatever comes on port 9100."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from typing import Final

from ledger.errors import Misused, Unavailable

PRINTER_PORT: Final = 9100
_TIMEOUT_S: Final = 20.0
_PRINTER: Final = re.compile(r"(?P<host>[A-Za-z0-9._\-]{1,253}|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)


class PrinterMalformed(Misused):
    title = "this is not the address of a printer"


class PrinterUnreachable(Unavailable):
    title = "the printer does not take the labels"
    default_hint = "some may be printed already: see how far it came, and print the rest with --skip"


def send_labels(printer: str, formats: Iterable[bytes]) -> int:
    """Send `formats`, one a label, to `HOST` or `HOST:PORT`; how many were sent.

    Raises:
        PrinterMalformed, PrinterUnreachable.
    """
    found = _PRINTER.fullmatch(printer)
    port = int(found["port"] or PRINTER_PORT) if found else 0
    if found is None or not 0 < port < 1 << 16:
        raise PrinterMalformed(seen=printer, wanted="HOST or HOST:PORT")
    sent = 0
    try:
        with socket.create_connection((found["host"].strip("[]"), port), timeout=_TIMEOUT_S) as connection:
            for one in formats:
                connection.sendall(one)
                sent += 1
    except OSError as reason:
        raise PrinterUnreachable(seen=f"{printer} after {sent} labels: {reason}") from reason
    return sent
