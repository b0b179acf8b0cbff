"""Keeping a file: what lies there is what is answered; no room, no standing, no second file under one name."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.media.check_media import check_media
from ledger.actions.media.forget_media import MediaNamed, forget_media
from ledger.actions.media.keep_media import KeptMedia, MediaFull, MediaLimits, MediaShareFull, keep_media
from ledger.actions.media.read_media import Look, MediaAbsent, MediaLost, look_at, read_media
from ledger.actions.media.thumbnail import BYTES_MAX, SIDE_MAX, PictureUndecodable
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import suspend_party
from ledger.actions.parties.record_governance import record_governance
from ledger.errors import SuyuanError
from ledger.storage.database import writing
from ledger.storage.media import MediaNote, note_media
from ledger.storage.media_files import MediaChanged
from ledger.storage.position import Position
from ledger.trade.dossier.bodies.described import Dimensions, MediaDescribed
from ledger.trade.media.refusals import MediaKindRefused, MediaTypeContradicted, PdfActive
from ledger.trade.parties.bodies import RecordErased
from tests.actions.conftest import World
from tests.trade.media.files import GPS, box_model, drawn, pdf, picture, png_chunk

UNDECODABLE = (
    b"\x89PNG\r\n\x1a\n"
    + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0))
    + png_chunk(b"IDAT", b"no zlib stream")
    + png_chunk(b"IEND", b"")
)


def path_of(world: World, kept: KeptMedia) -> Path:
    return world.ledger.data / "media" / kept.digest.hex()[:2] / kept.digest.hex()


def test_the_file_that_lies_there_is_the_one_that_was_answered(world: World) -> None:
    kept = keep_media(world.ledger, picture("JPEG"), party=world.tea, claimed="image/jpeg", name="a.jpg")
    data = path_of(world, kept).read_bytes()
    assert (kept.stripped, kept.size, kept.media_type, kept.box) == (True, len(data), "image/jpeg", None)
    assert hashlib.sha256(data).digest() == kept.digest
    assert set(kept.left_out) == {"EXIF", "XMP", "comment"}
    assert read_media(world.ledger, kept.digest).data == data
    assert path_of(world, kept).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in path_of(world, kept).parent.iterdir()] == [kept.digest.hex()]


def test_the_place_is_kept_on_purpose_but_what_follows_the_end_is_not(world: World) -> None:
    whole = picture("JPEG")
    kept = keep_media(world.ledger, whole + b"<script>", party=world.tea, keep_location=True)
    data = read_media(world.ledger, kept.digest).data
    assert data == whole and kept.stripped
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(GPS)[2] == (26.0, 18.0, 0.0)


def test_documents_and_models_stay_as_they_are(world: World) -> None:
    document = keep_media(world.ledger, pdf(), party=world.tea)
    model = keep_media(world.ledger, box_model(), party=world.tea)
    assert (document.stripped, document.box) == (False, None)
    assert (model.stripped, model.box) == (False, Dimensions(60, 80, 50))
    looked = look_at(world.ledger, model.digest)
    assert looked == Look(True, model.size, "model/gltf-binary", None, Dimensions(60, 80, 50))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_thumbnail_is_small_and_upright(world: World, kind: str) -> None:
    kept = keep_media(world.ledger, picture(kind, orientation=6, width=1_600, height=800), party=world.tea)
    small = look_at(world.ledger, kept.digest).thumbnail
    assert small is not None and len(small) <= BYTES_MAX
    shown = Image.open(io.BytesIO(small))
    assert (shown.format, shown.size) == ("WEBP", (SIDE_MAX // 2, SIDE_MAX))


def test_even_noise_gets_a_thumbnail_that_fits(world: World) -> None:
    written = io.BytesIO()
    Image.effect_noise((400, 400), 200).save(written, "PNG")
    kept = keep_media(world.ledger, written.getvalue(), party=world.tea)
    small = look_at(world.ledger, kept.digest).thumbnail
    assert small is not None and 0 < len(small) <= BYTES_MAX


def test_transparency_and_sixteen_bits_are_made_small_too(world: World) -> None:
    for mode in ("RGBA", "I;16", "1", "P", "LA"):
        written = io.BytesIO()
        (drawn(90, 90).convert(mode) if mode != "I;16" else Image.new(mode, (90, 90), 9_000)).save(written, "PNG")
        kept = keep_media(world.ledger, written.getvalue(), party=world.tea)
        assert look_at(world.ledger, kept.digest).thumbnail


def test_keeping_again_changes_nothing(world: World) -> None:
    first = keep_media(world.ledger, picture("PNG"), party=world.tea)
    state = path_of(world, first).stat()
    world.clock.advance(1_000)
    assert keep_media(world.ledger, picture("PNG"), party=world.tea) == first
    again = path_of(world, first).stat()
    assert (again.st_ino, again.st_mtime_ns) == (state.st_ino, state.st_mtime_ns)
    limits = MediaLimits(bytes_max=first.size * 4, files_max=4)
    assert keep_media(world.ledger, picture("PNG"), party=world.tea, limits=limits) == first


def test_a_party_has_a_share_and_all_have_a_limit(world: World) -> None:
    files = [pdf(link=f"https://ledger.example/{number}") for number in range(5)]
    for number in range(2):
        keep_media(world.ledger, files[number], party=world.tea, limits=MediaLimits(files_max=8))
    with pytest.raises(MediaShareFull, match="2 files"):
        keep_media(world.ledger, files[2], party=world.tea, limits=MediaLimits(files_max=8))
    with pytest.raises(MediaShareFull):
        keep_media(world.ledger, files[2], party=world.tea, limits=MediaLimits(bytes_max=sum(map(len, files[:3])) * 4 - 1))
    # What another keeps already takes no room in all, but counts for whoever keeps it too.
    assert keep_media(world.ledger, files[0], party=world.lab, limits=MediaLimits(files_max=4)).size == len(files[0])
    with writing(world.ledger.engine) as connection:
        for number in range(6):
            note = MediaNote(bytes([number] * 32), "application/pdf", 1, world.clock.now, None)
            note_media(connection, note, party=f"other/party/{number}", thumbnail=None)
    with pytest.raises(MediaFull, match="8 files"):
        keep_media(world.ledger, files[3], party=world.lab, limits=MediaLimits(files_max=8))
    assert sorted(path.name for path in (world.ledger.data / "media").rglob("*") if path.is_file()) == sorted(
        hashlib.sha256(data).hexdigest() for data in files[:2]
    )


@pytest.mark.parametrize(
    ("data", "options", "refusal"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, MediaKindRefused),
        (b"<html>", {"claimed": "image/png"}, MediaKindRefused),
        (picture("PNG"), {"claimed": "image/jpeg"}, MediaTypeContradicted),
        (picture("PNG"), {"name": "x.html"}, MediaTypeContradicted),
        (pdf().replace(b"endobj", b"/OpenAction 1 0 R endobj", 1), {}, PdfActive),
        (UNDECODABLE, {}, PictureUndecodable),
    ],
    ids=["svg", "html as png", "png as jpeg", "png as html", "active pdf", "undecodable"],
)
def test_what_is_refused_leaves_nothing(world: World, data: bytes, options: dict[str, str], refusal: type[SuyuanError]) -> None:
    with pytest.raises(refusal):
        keep_media(world.ledger, data, party=world.tea, **options)
    assert not (world.ledger.data / "media").exists()
    assert check_media(world.ledger.data).files == 0


def test_a_suspended_party_keeps_nothing(world: World) -> None:
    suspend_party(world.ledger, world.tea, reason="own-request")
    with pytest.raises(SuyuanError, match="PartyNotActive"):
        keep_media(world.ledger, picture("PNG"), party=world.tea)


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def swap(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("deed", [spoil, swap])
def test_a_changed_file_is_never_shown(world: World, deed: Callable[[Path], None]) -> None:
    kept = keep_media(world.ledger, picture("JPEG"), party=world.tea)
    assert look_at(world.ledger, kept.digest).thumbnail
    deed(path_of(world, kept))
    with pytest.raises(MediaChanged):
        read_media(world.ledger, kept.digest)
    looked = look_at(world.ledger, kept.digest)
    assert (looked.intact, looked.thumbnail, looked.size) == (False, None, kept.size)
    (spoilt,) = check_media(world.ledger.data).spoilt
    assert (spoilt.note.digest, spoilt.gone) == (kept.digest, False)
    with pytest.raises(MediaChanged):
        keep_media(world.ledger, picture("JPEG"), party=world.tea)


def test_a_lost_file_is_said_to_be_lost_and_can_be_kept_again(world: World) -> None:
    kept = keep_media(world.ledger, picture("JPEG"), party=world.tea)
    path_of(world, kept).unlink()
    with pytest.raises(MediaLost):
        read_media(world.ledger, kept.digest)
    assert look_at(world.ledger, kept.digest).intact is None
    assert check_media(world.ledger.data).spoilt[0].gone
    keep_media(world.ledger, picture("JPEG"), party=world.tea)
    assert look_at(world.ledger, kept.digest).intact is True


def test_what_was_never_kept_is_absent(world: World) -> None:
    assert look_at(world.ledger, bytes(32)) == Look(None)
    with pytest.raises(MediaAbsent):
        read_media(world.ledger, bytes(32))


def test_a_changed_thumbnail_is_not_shown(world: World) -> None:
    kept = keep_media(world.ledger, picture("JPEG"), party=world.tea)
    with writing(world.ledger.engine) as connection:
        connection.exec_driver_sql("UPDATE media_thumbnails SET picture = x'00'")
    looked = look_at(world.ledger, kept.digest)
    assert (looked.intact, looked.thumbnail) == (True, None)


def erase(world: World, position: Position) -> None:
    officer = admit_party(world.ledger, Admission("officer", ["data-protection"], "CN")).party
    body = RecordErased(world.ledger.origin, *position, ground="person-request")
    record_governance(world.ledger, body, issuer=world.tea, signers=[officer])


def described(kept: KeptMedia, world: World) -> bytes:
    return MediaDescribed(kept.digest, kept.media_type, kept.size, world.tea, "captured").to_body()


def test_a_file_is_forgotten_once_no_record_names_it(world: World) -> None:
    kept = keep_media(world.ledger, picture("JPEG"), party=world.tea)
    submit_held(world.ledger, [described(kept, world)], issuer=world.tea, queue=OwnTurn(world.ledger))
    with pytest.raises(MediaNamed, match="record 3/0"):
        forget_media(world.ledger, kept.digest)
    assert look_at(world.ledger, kept.digest).intact
    erase(world, Position(3, 0))
    assert forget_media(world.ledger, kept.digest).size == kept.size
    assert not path_of(world, kept).exists()
    assert look_at(world.ledger, kept.digest) == Look(None)
    assert check_media(world.ledger.data).files == 0
    with pytest.raises(MediaAbsent):
        forget_media(world.ledger, kept.digest)


def test_stray_files_are_named_and_other_things_passed_over(world: World) -> None:
    kept = keep_media(world.ledger, picture("JPEG"), party=world.tea)
    stray = path_of(world, kept).with_name(kept.digest.hex()[:2] + "0" * 62)
    stray.write_bytes(b"left behind")
    stray.with_name("note.part").write_bytes(b"")
    found = check_media(world.ledger.data)
    assert (found.files, found.size, found.spoilt, found.stray) == (1, kept.size, (), (bytes.fromhex(stray.name),))
