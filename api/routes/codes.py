"""QR codes of items: the picture that goes on a label holds nothing but the item's public address."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.dependencies import SettingsDep
from api.problems import RouteAbsent
from api.routes.resolver import link_in
from ledger.actions.codes.draw_code import CodeKind, draw_code

router: Final = APIRouter(tags=["pages"])

_MEDIA_TYPES: Final = {CodeKind.SVG: "image/svg+xml", CodeKind.PNG: "image/png"}
_KEPT: Final = {"Cache-Control": "public, max-age=86400"}


@router.get("/codes/01/{rest:path}", response_class=Response)
def show_code(rest: str, request: Request, settings: SettingsDep) -> Response:
    """`/codes/01/{gtin}/21/{serial}.svg` or `.png`: error correction M, quiet zone of four modules."""
    ending = rest[-4:].lower()
    kind = next((kind for kind in CodeKind if kind == ending), None)
    if kind is None:
        raise RouteAbsent(seen=ending, wanted="an address ending in .svg or .png")
    link = link_in(request, settings, drop_start="/codes", drop_end=ending)
    address = link.uri(root=settings.public_url, with_attributes=False)
    return Response(draw_code(address, kind), media_type=_MEDIA_TYPES[kind], headers=_KEPT)
