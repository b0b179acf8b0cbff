"""What a file is: its first bytes say so, never its name and never a header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.trade.dossier.bodies.described import MEDIA_BYTES_MAX
from ledger.trade.media.refusals import MediaKindRefused, MediaMalformed, MediaTooLarge, MediaTypeContradicted

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
PDF: Final = "application/pdf"
GLB: Final = "model/gltf-binary"
PICTURES: Final = frozenset({JPEG, PNG, WEBP})

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
UNSAID: Final = frozenset({"application/octet-stream", "application/x-www-form-urlencoded", "binary/octet-stream"})
"""Content types that say nothing: what programs send when they do not know."""

ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {".jpg": JPEG, ".jpeg": JPEG, ".jpe": JPEG, ".png": PNG, ".webp": WEBP, ".pdf": PDF, ".glb": GLB}
)
_TEXT_LOOKED_INTO: Final = 4_096
_SAID_CHARACTERS_MAX: Final = 100
_MARKUP: Final = re.compile(
    rb"<\s*(?:[a-z0-9]+:)?(?P<name>svg|html|head|body|script|iframe|math|xml|!doctype\s+html|!doctype\s+svg|\?xml)\b",
    re.IGNORECASE,
)
_FOREIGN: Final = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"PK\x03\x04", "a ZIP archive, as office documents and USDZ are"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"#!", "a script"),
    (b"%!PS", "a PostScript program"),
    (b"\x00\x00\x01\x00", "an icon"),
)
_ISO_BRANDS: Final = {b"heic": "a HEIC picture", b"heix": "a HEIC picture", b"mif1": "a HEIF picture", b"avif": "an AVIF picture"}


def sniff(data: bytes) -> str:
    """The media type of a file, by its bytes: one of the five that are kept.

    Raises:
        MediaMalformed: there is nothing in it.
        MediaTooLarge: over 32 MiB.
        MediaKindRefused: it is something else; SVG and HTML are programs to a browser.
    """
    if not data:
        raise MediaMalformed(seen="no bytes", wanted="a file")
    refuse_large(len(data))
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(PNG_SIGNATURE):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"glTF"):
        return GLB
    raise MediaKindRefused(seen=_kind_of(data), wanted="JPEG, PNG, WebP, PDF or GLB")


def refuse_large(size: int) -> None:
    """Return if a file of `size` bytes may be kept.

    Raises:
        MediaTooLarge.
    """
    if size > MEDIA_BYTES_MAX:
        raise MediaTooLarge(seen=f"{size} bytes", wanted=f"at most {MEDIA_BYTES_MAX}")


def refuse_other_claim(media_type: str, *, claimed: str | None = None, name: str | None = None) -> None:
    """Return if what is said of a file, if anything, is what it is.

    Args:
        claimed: a Content-Type, parameters and all.
        name: a file name; its ending counts, where it is one that says something.

    Raises:
        MediaTypeContradicted: it says something else.
    """
    said = (claimed or "").partition(";")[0].strip().lower()
    if said and said not in UNSAID and said != media_type:
        raise MediaTypeContradicted(seen=said[:_SAID_CHARACTERS_MAX], wanted=media_type, pointer="Content-Type")
    dot, ending = (name or "").lower().rpartition(".")[1:]
    if dot and ENDINGS.get(dot + ending) != media_type:
        raise MediaTypeContradicted(seen=(name or "")[-_SAID_CHARACTERS_MAX:], wanted=f"the name of a file of type {media_type}")


def _kind_of(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return _ISO_BRANDS.get(data[8:12], "a film")
    foreign = next((kind for start, kind in _FOREIGN if data.startswith(start)), None)
    if foreign is not None:
        return foreign
    text = data[:_TEXT_LOOKED_INTO].replace(b"\x00", b"")  # UTF-16 too
    names = {found["name"].lower() for found in _MARKUP.finditer(text)}
    if any(b"svg" in name for name in names):
        return "an SVG picture"
    if names - {b"xml", b"?xml"}:
        return "an HTML page"
    return "an XML document" if names else "a file of a kind that is not known here"
