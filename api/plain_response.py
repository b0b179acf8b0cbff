"""An answer whose headers are made already: composing and encoding a dozen of them for each event takes longer than its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.responses import Response

RawHeader = tuple[bytes, bytes]


class PlainResponse(Response):
    """`prepared` are headers from `raw_headers`; `more` are names and values in printable ASCII."""

    def __init__(self, content: bytes, status_code: int, prepared: Iterable[RawHeader], more: Iterable[tuple[str, str]]) -> None:
        self.status_code, self.background, self.body = status_code, None, content
        self.raw_headers = [
            *prepared,
            (_LENGTH, str(len(content)).encode("ascii")),
            *((name.lower().encode("ascii"), value.encode("latin-1")) for name, value in more),
        ]


def raw_headers(headers: Mapping[str, str]) -> tuple[RawHeader, ...]:
    """The same headers as bytes."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


_LENGTH: Final = b"content-length"
