"""Files beside the ledger: sent in with an API key, shown by their SHA-256 to whoever may read a record that names them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.asking import AskingDep
from api.dependencies import Caller, LedgerDep, ServiceDep
from api.pages.media_rendering import Viewer, viewer_of
from api.pages.rendering import pages_of
from api.sent import MediaTypeUnknown
from ledger.actions.media.describe_model import describe_model
from ledger.actions.media.keep_media import MediaLimits, keep_media
from ledger.actions.media.open_media import OpenedMedia, open_media
from ledger.trade.media.sniff import GLB, JPEG, PDF, PICTURES, PNG, WEBP, refuse_large

router: Final = APIRouter(tags=["media"])

# Even a file that fooled every check runs nothing: as a page of its own it is in a sandbox without an origin.
_POLICY: Final = "default-src 'none'; sandbox"
_FOR_EVER: Final = "max-age=31536000, immutable"
# A file does not change, but whoever may see it does: once its record is erased, no cache shows it for longer than this.
_AN_HOUR: Final = "max-age=3600, must-revalidate"
_ENDINGS: Final = {JPEG: "jpg", PNG: "png", WEBP: "webp", PDF: "pdf", GLB: "glb"}

DigestPath = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256, lower case hexadecimal.")]
IfNoneMatch = Annotated[str | None, Header(max_length=1_024)]


async def _read_file(request: Request, caller: Caller) -> bytes:  # noqa: ARG001 - who is asking is known before anything is read
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise MediaTypeUnknown(seen=encoding, wanted="a body without compression", pointer="Content-Encoding")
    announced = request.headers.get("content-length", "0")
    refuse_large(int(announced) if announced.isdigit() else 0)
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        refuse_large(size)
        pieces.append(piece)
    return b"".join(pieces)


FileBody = Annotated[bytes, Depends(_read_file)]
"""The bytes of a file, as they were sent."""


@router.post("/media", status_code=201)
def keep(
    data: FileBody,
    caller: Caller,
    service: ServiceDep,
    response: Response,
    *,
    content_type: Annotated[str | None, Header(max_length=200)] = None,
    keep_location: Annotated[
        Literal["yes", "no"],
        Query(alias="keep-location", description="`yes`: leave in a picture where and how it was taken."),
    ] = "no",
) -> dict[str, Any]:
    """Keep a picture, a PDF or a GLB. Describe it then by a `MediaDescribed` record with the digest that is answered.

    What it is, its bytes say; `Content-Type` must not say otherwise. The digest is that of the bytes as they are kept:
    without EXIF, XMP and comments, so it is not that of the file that was sent where `stripped` is true.
    """
    kept = keep_media(
        service.ledger,
        data,
        party=caller,
        keep_location=keep_location == "yes",
        claimed=content_type,
        limits=MediaLimits(service.settings.media_bytes_max),
    )
    digest, box = kept.digest.hex(), kept.box
    address = f"{service.settings.public_url}/media/{digest}"
    response.headers["Location"] = address
    return {
        "digest": digest,
        "mediaType": kept.media_type,
        "size": kept.size,
        "stripped": kept.stripped,
        "leftOut": list(kept.left_out),
        "box": None if box is None else {"width": box.width, "height": box.height, "depth": box.depth},
        "address": address,
    }


@router.get("/media/{digest}", response_class=Response)
def show_file(digest: DigestPath, ledger: LedgerDep, asking: AskingDep, if_none_match: IfNoneMatch = None) -> Response:
    """The file, hashed on its way out. Public where a public record names it, else with `?item=` or an API key."""
    opened = open_media(ledger, bytes.fromhex(digest), asking)
    headers = _headers_of(opened, digest)
    if if_none_match is not None and headers["ETag"] in (part.strip() for part in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(opened.file.data, headers=headers, media_type=opened.file.media_type)


@router.get("/media/{digest}/view", response_class=Response)
def show_model(digest: DigestPath, request: Request, ledger: LedgerDep, asking: AskingDep) -> Response:
    """A page that turns the 3D model, by a viewer of this server's own; without scripts it is a link to the file."""
    model = describe_model(ledger, bytes.fromhex(digest), asking)
    return viewer_of(request).page(pages_of(request), request, model, digest=digest, code=asking.code)


@router.get("/viewer/model-viewer.min.js", response_class=Response)
def show_viewer(request: Request, if_none_match: IfNoneMatch = None, v: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The viewer's script, as its makers built it."""
    viewer: Viewer = viewer_of(request)
    script = viewer.script()
    headers = {"ETag": f'"{script.digest}"', "Cache-Control": f"public, {_FOR_EVER}" if v == script.digest else "no-cache"}
    if if_none_match is not None and headers["ETag"] in (part.strip() for part in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(script.data, headers=headers, media_type="text/javascript; charset=utf-8")


def _headers_of(opened: OpenedMedia, digest: str) -> dict[str, str]:
    shown = "inline" if opened.file.media_type in PICTURES else "attachment"
    return {
        "ETag": f'"{digest}"',
        "Cache-Control": f"{'public' if opened.public else 'private'}, {_AN_HOUR}",
        "Content-Disposition": f'{shown}; filename="{digest[:16]}.{_ENDINGS[opened.file.media_type]}"',
        "Content-Security-Policy": _POLICY,
        "Vary": "Authorization, X-Api-Key",
    }
