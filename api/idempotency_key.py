"""The header `Idempotency-Key`: under a key of the client's own choice, sending a request again does nothing twice."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from api.problems import PROBLEM_MEDIA_TYPE
from ledger.actions.requests.answer_once import GivenAnswer
from ledger.errors import Malformed

HEADER: Final = "Idempotency-Key"
PRIVATE: Final = {"Cache-Control": "private, no-store"}
_KEY: Final = re.compile(r"[ -~]{1,64}", re.ASCII)
_JSON: Final = "application/json"


class IdempotencyKeyMalformed(Malformed):
    title = "an Idempotency-Key is 1 to 64 printable ASCII characters, said once"


async def _maybe_key(request: Request) -> str | None:
    said = request.headers.getlist(HEADER)
    if not said:
        return None
    if len(said) > 1 or not _KEY.fullmatch(said[0]):
        raise IdempotencyKeyMalformed(seen=", ".join(said), wanted="one key", pointer=HEADER)
    return said[0]


MaybeKeyDep = Annotated[str | None, Depends(_maybe_key)]
"""The `Idempotency-Key` of a request, or None."""


def path_of(request: Request) -> str:
    """What a key is bound to beside the body: path and query."""
    return f"{request.url.path}?{request.url.query}"


def respond(answer: GivenAnswer) -> Response:
    """The HTTP answer, marked where it is given again."""
    media_type = _JSON if answer.status < 400 else PROBLEM_MEDIA_TYPE
    headers = {**PRIVATE, **({"Idempotency-Replayed": "true"} if answer.replayed else {})}
    return Response(answer.body, answer.status, headers=headers, media_type=media_type)
