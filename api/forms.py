"""A form as a browser sends it without scripts: few fields, small, each once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from ledger.errors import Malformed, TooLarge

FORM_BYTES_MAX: Final = 32 << 10
_FIELDS_MAX: Final = 12
_FORM: Final = "application/x-www-form-urlencoded"


class FormMalformed(Malformed):
    title = "this is not a form of one of the pages"


class FormTooLarge(TooLarge):
    title = "the form holds more than a form of the pages can"


async def read_form(request: Request) -> Mapping[str, str]:
    """Its fields.

    Raises:
        FormMalformed, FormTooLarge.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM and (kind or request.headers.get("content-length", "0") != "0"):
        raise FormMalformed(seen=kind or "nothing", wanted=_FORM, pointer="Content-Type")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES_MAX:
            raise FormTooLarge(wanted=f"at most {FORM_BYTES_MAX} bytes")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS_MAX, errors="strict")
    except ValueError as reason:
        raise FormMalformed(wanted=f"at most {_FIELDS_MAX} fields in UTF-8") from reason
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormMalformed(wanted="each field once")
    return fields


FormDep = Annotated[Mapping[str, str], Depends(read_form)]
"""The fields of a posted form."""
