"""QR codes of items: the picture that goes on a label holds nothing but the item's public address."""

from __future__ import annotations

import io
from typing import Final

import qrcode  # type: ignore[import-untyped]
from fastapi import APIRouter, Request, Response
from qrcode.image.pil import PilImage  # type: ignore[import-untyped]
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from api.dependencies import SettingsDep
from api.problems import RouteAbsent
from api.routes.resolver import link_in
from ledger.trade.digital_link import DigitalLink

router: Final = APIRouter(tags=["pages"])

_KINDS: Final = {".svg": "image/svg+xml", ".png": "image/png"}
_QUIET_MODULES: Final = 4
_PIXELS_PER_MODULE: Final = 8
_KEPT: Final = {"Cache-Control": "public, max-age=86400"}


@router.get("/codes/01/{rest:path}", response_class=Response)
def show_code(rest: str, request: Request, settings: SettingsDep) -> Response:
    """`/codes/01/{gtin}/21/{serial}.svg` or `.png`: error correction M, quiet zone of four modules."""
    kind = rest[-4:].lower()
    if kind not in _KINDS:
        raise RouteAbsent(seen=kind, wanted="an address ending in .svg or .png")
    link = link_in(request, settings, drop_start="/codes", drop_end=kind)
    return Response(draw_code(link, settings.public_url, kind), media_type=_KINDS[kind], headers=_KEPT)


def draw_code(link: DigitalLink, public_url: str, kind: str) -> bytes:
    """The picture of an item's public address, `.svg` or `.png`."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=_QUIET_MODULES, box_size=_PIXELS_PER_MODULE)
    code.add_data(link.uri(root=public_url, with_attributes=False))
    image = code.make_image(image_factory=SvgPathImage if kind == ".svg" else PilImage)
    written = io.BytesIO()
    image.save(written)
    return written.getvalue()
