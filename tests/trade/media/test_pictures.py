"""Pictures: what tells where they were taken is gone, what follows their end too, and their pixels are the same."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from ledger.errors import SuyuanError
from ledger.trade.media.exif import minimal_exif, orientation_in
from ledger.trade.media.picture import PIXELS_MAX, SIDE_PIXELS_MAX
from ledger.trade.media.refusals import MediaAnimated, MediaMalformed, PictureTooLarge
from ledger.trade.media.sniff import PICTURES
from ledger.trade.media.strip import strip_picture
from tests.trade.media.files import GPS, PLACE, drawn, exif, picture, png_chunk, profile

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
WHOLE = {kind: picture(kind, orientation=6) for kind in KINDS}
kinds = pytest.mark.parametrize("kind", KINDS)


def stripped(kind: str, data: bytes) -> bytes:
    return strip_picture(KINDS[kind], data).data


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


@kinds
def test_the_place_is_there_before_and_gone_after(kind: str) -> None:
    before = picture(kind, orientation=1)
    assert opened(before).getexif().get_ifd(GPS)[2] == (26.0, 18.0, 0.0)
    assert PLACE in before
    after = strip_picture(KINDS[kind], before)
    shown = opened(after.data)
    assert not shown.getexif() and not shown.getexif().get_ifd(GPS)
    assert PLACE not in after.data and b"xmpmeta" not in after.data and b"Exif" not in after.data
    assert set(after.dropped) >= {"EXIF", "XMP"}
    assert (after.width, after.height) == (40, 24)
    assert not {"xmp", "comment", "Comment", "exif", "XML:com.adobe.xmp"} & shown.info.keys()


@kinds
def test_pixels_and_colours_are_the_same(kind: str) -> None:
    before, after = opened(WHOLE[kind]), opened(stripped(kind, WHOLE[kind]))
    assert after.tobytes() == before.tobytes()
    assert after.info["icc_profile"] == profile()


@kinds
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stays_upright(kind: str, orientation: int) -> None:
    before = picture(kind, orientation=orientation)
    after = stripped(kind, before)
    assert opened(after).getexif() == ({0x0112: orientation} if orientation > 1 else {})
    turned = [ImageOps.exif_transpose(opened(data)).tobytes() for data in (before, after)]
    assert turned[0] == turned[1]


@kinds
def test_stripping_again_changes_nothing(kind: str) -> None:
    for orientation in (1, 8):
        once = stripped(kind, picture(kind, orientation=orientation))
        assert stripped(kind, once) == once
    plain = picture(kind, telling=False)
    assert stripped(kind, plain) == plain


@kinds
@pytest.mark.parametrize("tail", [b"PK\x03\x04 an archive", b"<script>alert(1)</script>", b"\x00"])
def test_what_follows_the_end_is_dropped(kind: str, tail: bytes) -> None:
    after = strip_picture(KINDS[kind], WHOLE[kind] + tail)
    assert after.data == stripped(kind, WHOLE[kind])
    assert "bytes after the end" in after.dropped


@kinds
def test_each_truncation_is_refused(kind: str) -> None:
    whole = stripped(kind, WHOLE[kind])
    for end in {*range(0, len(whole), 13), len(whole) - 1, len(whole) - 3}:
        with pytest.raises(MediaMalformed):
            strip_picture(KINDS[kind], whole[:end])


def test_moving_pictures_are_refused() -> None:
    frames = [drawn(), drawn().transpose(Image.Transpose.ROTATE_180)]
    for kind in ("PNG", "WEBP"):
        written = io.BytesIO()
        frames[0].save(written, kind, save_all=True, append_images=frames[1:])
        with pytest.raises(MediaAnimated):
            stripped(kind, written.getvalue())


def sized_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"x") + png_chunk(b"IEND", b"")


def test_bombs_are_refused_by_their_sides() -> None:
    for sides in ((SIDE_PIXELS_MAX + 1, 1), (1, SIDE_PIXELS_MAX + 1), (8_000, PIXELS_MAX // 8_000 + 1), (2**31, 2**31)):
        with pytest.raises(PictureTooLarge):
            stripped("PNG", sized_png(*sides))
    with pytest.raises(MediaMalformed, match="0 × 5"):
        stripped("PNG", sized_png(0, 5))
    wide = WHOLE["JPEG"]
    at = wide.index(b"\xff\xc0") + 5
    with pytest.raises(PictureTooLarge, match="65535"):
        stripped("JPEG", wide[:at] + b"\xff\xff\xff\xff" + wide[at + 4 :])


def test_a_png_with_a_wrong_checksum_or_a_chunk_that_it_needs_is_refused() -> None:
    whole = bytearray(WHOLE["PNG"])
    whole[-1] ^= 1
    with pytest.raises(MediaMalformed, match="checksum"):
        stripped("PNG", bytes(whole))
    needed = sized_png(3, 3)[:-12] + png_chunk(b"PROG", b"x") + png_chunk(b"IEND", b"")
    with pytest.raises(MediaMalformed, match="PROG"):
        stripped("PNG", needed)


def test_previews_and_texts_of_other_programs_are_dropped() -> None:
    # The preview of a JFIF segment, Photoshop's IPTC block, and a JPEG inside a multi-picture segment.
    hidden = [(0xE0, b"JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x01\x01" + b"p" * 3), (0xED, b"Photoshop 3.0\x00" + PLACE)]
    hidden += [(0xE2, b"MPF\x00" + PLACE), (0xEF, PLACE), (0xE0, b"JFXX\x00\x10" + PLACE)]
    body = b"".join(bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data for marker, data in hidden)
    whole = picture("JPEG", telling=False)
    after = strip_picture("image/jpeg", whole[:2] + body + whole[2:])
    assert set(after.dropped) == {"preview", "IPTC", "APP2", "APP15", "APP0"}
    assert PLACE not in after.data and b"ppp" not in after.data
    assert opened(after.data).tobytes() == opened(whole).tobytes()


def test_a_progressive_jpeg_keeps_all_its_scans() -> None:
    written = io.BytesIO()
    drawn(200, 120).save(written, "JPEG", progressive=True, exif=exif(), restart_marker_blocks=4)
    assert opened(stripped("JPEG", written.getvalue())).tobytes() == opened(written.getvalue()).tobytes()


def test_webp_without_loss_and_with_transparency() -> None:
    for options in ({"lossless": True}, {"quality": 40}):
        written = io.BytesIO()
        drawn(31, 17, "RGBA").save(written, "WEBP", exif=exif(), **options)
        assert opened(stripped("WEBP", written.getvalue())).tobytes() == opened(written.getvalue()).tobytes()


def test_a_webp_canvas_is_its_image() -> None:
    whole = bytearray(WHOLE["WEBP"])
    whole[24] += 1
    with pytest.raises(MediaMalformed, match="canvas"):
        stripped("WEBP", bytes(whole))


def test_orientation_is_read_in_both_byte_orders_and_never_fails() -> None:
    assert orientation_in(minimal_exif(5)) == 5
    assert orientation_in(b"Exif\x00\x00" + struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 0x0112, 3, 1, 7, 0, 0)) == 7
    for wrong in (b"", b"MM\x00*", minimal_exif(9), minimal_exif(3)[:17], b"MM\x00*\xff\xff\xff\xff"):
        assert orientation_in(wrong) == 1


@given(st.sampled_from(sorted(KINDS)), st.integers(0), st.binary(max_size=8), st.integers(0, 40))
@example("JPEG", 2, b"\xff" * 8, 0)
def test_a_spoilt_picture_raises_only_named_errors(kind: str, at: int, patch: bytes, cut: int) -> None:
    whole = WHOLE[kind]
    at %= len(whole)
    spoilt = whole[:at] + patch + whole[at + cut :]
    try:
        found = strip_picture(KINDS[kind], spoilt)
    except SuyuanError:
        return
    # What is let through is clean, and clean again: no second reading finds something else in it.
    assert strip_picture(KINDS[kind], found.data).data == found.data


@given(st.sampled_from(sorted(PICTURES)), st.binary(max_size=300))
def test_any_bytes_raise_only_named_errors(kind: str, data: bytes) -> None:
    for start in (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF" + struct.pack("<I", len(data) + 4) + b"WEBP"):
        try:
            strip_picture(kind, start + data)
        except SuyuanError:
            continue


def test_a_long_run_of_fill_bytes_is_read_once() -> None:
    with pytest.raises(MediaMalformed):
        strip_picture("image/jpeg", b"\xff\xd8" + b"\xff" * (4 << 20))
    scan = WHOLE["JPEG"][:-2]
    with pytest.raises(MediaMalformed, match="no end"):
        strip_picture("image/jpeg", scan + b"\xff\x00" + b"\xff" * (4 << 20) + b"\x00")
