"""A file is what its bytes are; pictures that are programs to a browser are refused by name."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.trade.dossier.bodies.described import MEDIA_BYTES_MAX, MEDIA_TYPES
from ledger.trade.media.refusals import MediaKindRefused, MediaMalformed, MediaTooLarge, MediaTypeContradicted
from ledger.trade.media.sniff import refuse_other_claim, sniff
from tests.trade.media.files import box_model, drawn, pdf, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (pdf(), "application/pdf"),
        (box_model(), "model/gltf-binary"),
    ],
    ids=MEDIA_TYPES,
)
def test_each_kind_is_known_by_its_bytes(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


def made(kind: str) -> bytes:
    written = io.BytesIO()
    drawn().save(written, kind)
    return written.getvalue()


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr("model.usdc", b"x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (SVG, "SVG"),
        (b'<?xml version="1.0"?><!-- ' + b"x" * 900 + b" -->" + SVG, "SVG"),
        (b"\xef\xbb\xbf\n  " + SVG.upper(), "SVG"),
        (b"\xff\xfe" + SVG.decode().encode("utf-16-le"), "SVG"),
        (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" ""><g:svg/>', "SVG"),
        (b"<!doctype  html><title>x</title>", "HTML"),
        (b"text <script>alert(1)</script>", "HTML"),
        (b"<?xml version='1.0'?><x/>", "XML"),
        (made("GIF"), "GIF"),
        (made("TIFF"), "TIFF"),
        (made("BMP"), "BMP"),
        (archive(), "ZIP"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "film"),
        (b"#!/bin/sh\n", "script"),
        (b"\n%PDF-1.7\n", "not known"),
        (b"plain words", "not known"),
    ],
)
def test_what_is_not_kept_is_refused_by_name(data: bytes, kind: str) -> None:
    with pytest.raises(MediaKindRefused, match=kind):
        sniff(data)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(MediaMalformed):
        sniff(b"")
    assert sniff(b"%PDF-" + bytes(MEDIA_BYTES_MAX - 5)) == "application/pdf"
    with pytest.raises(MediaTooLarge, match="33554432"):
        sniff(b"%PDF-" + bytes(MEDIA_BYTES_MAX - 4))


@pytest.mark.parametrize("said", [None, "", "image/png", "IMAGE/PNG; charset=binary", "application/octet-stream"])
def test_a_header_that_says_nothing_else_is_taken(said: str | None) -> None:
    refuse_other_claim("image/png", claimed=said, name=None)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("image/svg+xml", None),
        ("text/html", "tin.png"),
        ("image/jpeg", None),
        (None, "tin.jpg"),
        (None, "tin.png.html"),
        (None, "tin."),
        (None, ".svg"),
    ],
)
def test_a_name_or_header_that_says_otherwise_is_refused(said: str | None, name: str | None) -> None:
    with pytest.raises(MediaTypeContradicted):
        refuse_other_claim("image/png", claimed=said, name=name)


def test_a_name_without_ending_says_nothing() -> None:
    refuse_other_claim("image/png", name="tin")
    refuse_other_claim("image/jpeg", name="TIN.JPEG")


@given(st.binary(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_only_named_errors(data: bytes, said: str, name: str) -> None:
    try:
        refuse_other_claim(sniff(data), claimed=said, name=name)
    except SuyuanError:
        return
