"""What this server says of itself in the headers of EPCIS answers. Source: EPCIS 2.0 REST bindings, custom headers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fastapi import Response

from api.settings import BODY_BYTES_MAX
from ledger.actions.capture.check_document import EVENTS_MAX

EPCIS_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "GS1-EPCIS-Version": "2.0",
        "GS1-EPCIS-Min": "2.0",
        "GS1-EPCIS-Max": "2.0",
        "GS1-CBV-Version": "2.0",
        "GS1-CBV-Min": "2.0",
        "GS1-CBV-Max": "2.0",
        "GS1-EPC-Format": "Never_Translates",  # what was signed is given back as it was signed
        "GS1-EPCIS-Capture-Limit": str(EVENTS_MAX),
        "GS1-EPCIS-Capture-File-Size-Limit": str(BODY_BYTES_MAX),
        "GS1-Capture-Error-Behaviour": "all",
        "GS1-Vendor-Version": "suyuan",
    }
)


def describe_options(*methods: str) -> Response:
    """The answer to OPTIONS: which methods there are, and what this server can do."""
    return Response(status_code=204, headers={"Allow": ", ".join((*methods, "OPTIONS")), **EPCIS_HEADERS})
