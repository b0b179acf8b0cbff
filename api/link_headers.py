"""Headers of every answer under a Digital Link: where its linkset is, and that pages of others may read it."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.wire.linkset import link_header

ITEM_KEYS: Final = ("00", "01", "253", "255", "8003", "8004", "8006", "8010")
"""Keys of things one can hold in the hand, or of kinds of them: their pages are those of items."""

PLACE_KEYS: Final = ("414",)
KEYS_SERVED: Final = (*ITEM_KEYS, *PLACE_KEYS)
KEY_PATHS: Final = tuple(f"/{key}/" for key in KEYS_SERVED)

_PATH_CHARACTERS: Final = "/%:@!$&'()*+,=~"


class LinkHeaders:
    """ASGI middleware: `Link` to the linkset, and CORS, as GS1-Conformant Resolver 1.2.0 asks of every answer, failures too."""

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self._app, self._public_url = app, public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(KEY_PATHS):
            await self._app(scope, receive, send)
            return
        header = link_header(f"{self._public_url}{_path(scope)}?linkType=linkset")

        async def send_linked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("Link", header)
                # Nothing here is shown for a cookie, so nobody's page learns more than its server could ask for.
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = "Link, Location, ETag"
            await send(message)

        await self._app(scope, receive, send_linked)


def _path(scope: Scope) -> str:
    """The path as it was sent, every character that could end the header's address escaped."""
    raw = scope.get("raw_path") or scope["path"].encode()
    return quote(raw.decode("latin-1"), safe=_PATH_CHARACTERS)
