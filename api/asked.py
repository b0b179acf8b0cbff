"""What a page's form or a program asks for: a few short texts, from a form or from a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from api.forms import FORM_BYTES_MAX, FormTooLarge, read_form
from ledger.errors import Malformed
from ledger.evidence.record import read_record

_JSON: Final = "application/json"


class AskedMalformed(Malformed):
    title = "this is not a JSON object whose members are texts"


@dataclass(frozen=True, slots=True)
class Asked:
    """Names to texts; `program`: it came as JSON and wants an answer in JSON."""

    fields: Mapping[str, str]
    program: bool

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


async def _read_asked(request: Request) -> Asked:
    """Raises FormMalformed, FormTooLarge, AskedMalformed, and what the strict reading of JSON raises."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON:
        return Asked(await read_form(request), program=False)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES_MAX:
            raise FormTooLarge(wanted=f"at most {FORM_BYTES_MAX} bytes")
    members = read_record(body)
    for name, value in members.items():
        if not isinstance(value, str):
            raise AskedMalformed(seen=type(value).__name__, wanted="a text", pointer=f"/{name}")
    return Asked(members, program=True)


AskedDep = Annotated[Asked, Depends(_read_asked)]
"""What was posted, by a form or as JSON."""
