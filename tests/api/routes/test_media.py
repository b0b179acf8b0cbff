"""`/media`: files in by API key, out by reading rights; nothing runs, nothing else is fetched, a changed file is not shown."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from api.app import create_app
from api.pages.media_rendering import Viewer
from api.settings import Settings
from ledger.trade.dossier.bodies.described import MEDIA_BYTES_MAX
from tests.api.conftest import Founded
from tests.api.serving import listening, serving
from tests.api.tea_world import GTIN, TIN, TeaWorld
from tests.trade.media.files import GPS, box_model, pdf, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PRODUCT = f"https://id.gs1.org/01/{GTIN}"


def sent(world: TeaWorld, data: bytes, *, query: str = "", **headers: str) -> httpx.Response:
    return world.client.post(f"/media{query}", content=data, headers={**world.auth("factory"), **headers})


def kept(world: TeaWorld, data: bytes) -> dict[str, Any]:
    answer = sent(world, data)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def described(world: TeaWorld, file: dict[str, Any], *, about: str = PRODUCT, read: str = "public") -> None:
    record = {
        "type": "MediaDescribed",
        "media": file["digest"],
        "mediaType": file["mediaType"],
        "size": file["size"],
        "about": about,
        "origin": "captured",
    }
    answer = world.post(f"/records?read={read}", "factory", record)
    assert answer.status_code == 201, answer.text


def test_a_file_goes_in_and_comes_out_as_it_is_kept(world: TeaWorld) -> None:
    answer = sent(world, picture("JPEG"), **{"Content-Type": "image/jpeg"})
    file = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, file["address"])
    assert (file["mediaType"], file["stripped"], file["box"]) == ("image/jpeg", True, None)
    assert file["address"] == f"{world.url}/media/{file['digest']}"
    described(world, file)
    shown = world.get(f"/media/{file['digest']}")
    assert hashlib.sha256(shown.content).hexdigest() == file["digest"]
    assert len(shown.content) == file["size"]
    assert not Image.open(io.BytesIO(shown.content)).getexif().get_ifd(GPS)


def test_location_is_kept_only_on_purpose(world: TeaWorld) -> None:
    on_purpose = sent(world, picture("JPEG"), query="?keep-location=yes").json()
    assert (on_purpose["stripped"], on_purpose["leftOut"]) == (False, [])
    assert on_purpose["digest"] == hashlib.sha256(picture("JPEG")).hexdigest()
    assert sent(world, picture("JPEG"), query="?keep-location=maybe").status_code == 400


def test_a_model_is_measured(world: TeaWorld) -> None:
    assert kept(world, box_model())["box"] == {"width": 60, "height": 80, "depth": 50}


@pytest.mark.parametrize(
    ("data", "said", "status", "code"),
    [
        (SVG, "image/svg+xml", 415, "MediaKindRefused"),
        (SVG, "image/png", 415, "MediaKindRefused"),
        (b"<!doctype html><script>alert(1)</script>", "text/html", 415, "MediaKindRefused"),
        (picture("PNG"), "image/svg+xml", 415, "MediaTypeContradicted"),
        (picture("PNG"), "image/jpeg; charset=binary", 415, "MediaTypeContradicted"),
        (b"", "image/png", 400, "MediaMalformed"),
        (picture("PNG")[:100], "image/png", 400, "MediaMalformed"),
        (pdf().replace(b"endobj", b"/S/JavaScript endobj", 1), "application/pdf", 422, "PdfActive"),
    ],
    ids=["svg", "svg as png", "html", "png as svg", "png as jpeg", "nothing", "cut off", "script in pdf"],
)
def test_what_is_not_kept_is_refused_by_name(world: TeaWorld, data: bytes, said: str, status: int, code: str) -> None:
    answer = sent(world, data, **{"Content-Type": said})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_a_party_sends_files_and_a_wrong_key_is_none(world: TeaWorld) -> None:
    assert world.client.post("/media", content=picture("PNG")).json()["code"] == "CallerUnknown"
    wrong = world.client.post("/media", content=picture("PNG"), headers={"Authorization": "Bearer suyuan_wrong"})
    assert wrong.status_code == 401


def test_too_much_is_refused_before_it_is_read(world: TeaWorld) -> None:
    def endless() -> Any:
        for _ in range(MEDIA_BYTES_MAX // (1 << 20) + 1):
            yield bytes(1 << 20)

    with closing(http.client.HTTPConnection(world.url.removeprefix("http://"), timeout=30)) as connection:
        headers = {**world.auth("factory"), "Content-Length": str(MEDIA_BYTES_MAX + 1)}
        connection.request("POST", "/media", headers=headers)
        announced = connection.getresponse()  # nothing of the body was sent, and it answers
        assert (announced.status, json.loads(announced.read())["code"]) == (413, "MediaTooLarge")
    streamed = world.client.post("/media", content=endless(), headers=world.auth("factory"))
    assert (streamed.status_code, streamed.json()["code"]) == (413, "MediaTooLarge")
    packed = sent(world, b"x", **{"Content-Encoding": "gzip"})
    assert (packed.status_code, packed.json()["pointer"]) == (415, "Content-Encoding")


@pytest.mark.parametrize(("data", "shown"), [(picture("WEBP"), "inline"), (pdf(), "attachment"), (box_model(), "attachment")])
def test_headers_let_nothing_run(world: TeaWorld, data: bytes, shown: str) -> None:
    file = kept(world, data)
    described(world, file)
    headers = world.get(f"/media/{file['digest']}").headers
    assert headers["content-type"] == file["mediaType"]
    assert headers["content-disposition"].partition(";")[0] == shown
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "public, max-age=3600, must-revalidate"
    again = world.get(f"/media/{file['digest']}", **{"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_undescribed_files_are_nobodys_but_their_senders(world: TeaWorld) -> None:
    file = kept(world, picture("PNG"))
    path = f"/media/{file['digest']}"
    assert world.get(path).json()["code"] == "MediaAbsent"
    assert world.get(path, "shop").status_code == 404
    assert world.get(path, "factory").headers["cache-control"].startswith("private")
    assert world.get("/media/" + "0" * 64).json()["code"] == "MediaAbsent"
    assert world.get("/media/" + "A" * 64).status_code == 400
    assert world.get("/media/../../etc/passwd").status_code == 404


def test_a_code_opens_what_is_read_with_it(world: TeaWorld) -> None:
    file = kept(world, picture("PNG"))
    described(world, file, about=TIN, read="code")
    path = f"/media/{file['digest']}"
    assert world.get(path).status_code == 404
    opened = world.get(f"{path}?item={TIN}")
    assert (opened.status_code, opened.headers["cache-control"].split(",")[0]) == (200, "private")
    assert world.get(f"{path}?item={TIN}9").status_code == 404
    assert world.get(f"{path}?item=%00").status_code == 404


def test_a_changed_file_is_a_conflict_and_is_not_shown(world: TeaWorld) -> None:
    file = kept(world, picture("PNG"))
    described(world, file)
    path = world.data / "media" / file["digest"][:2] / file["digest"]
    path.write_bytes(picture("PNG"))
    answer = world.get(f"/media/{file['digest']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "MediaChanged")
    page = world.get(f"/media/{file['digest']}", Accept="text/html")
    assert page.headers["content-type"].startswith("text/html") and page.status_code == 409
    path.unlink()
    assert world.get(f"/media/{file['digest']}").json()["code"] == "MediaLost"


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_page_of_a_model_says_how_large_it_is_and_how_large_it_should_be(world: TeaWorld, language: str) -> None:
    file = kept(world, box_model(0.06, 0.08, 0.05))
    described(world, file)
    size = {"width": 60, "height": 90, "depth": 50}
    product = {"type": "ProductDescribed", "product": PRODUCT, "names": [{"language": "en", "text": "Tea"}]}
    answer = world.post("/records?read=public", "factory", {**product, "category": "farm-produce", "dimensions": size})
    assert answer.status_code == 201, answer.text
    page = world.get(f"/media/{file['digest']}/view?lang={language}")
    assert page.status_code == 200
    assert page.headers["content-language"] == language
    assert f'href="/media/{file["digest"]}" download' in page.text
    differs = {"en": "differs", "zh-Hans": "不符", "zh-Hant": "不符"}[language]
    assert page.text.count(f'<strong class="not">{differs}</strong>') == 1
    assert "90" in page.text and "80" in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' blob:" in policy and "default-src 'none'" in policy and "unsafe-inline" not in policy
    assert "http" not in policy


def test_the_page_keeps_the_code_by_which_it_was_opened(world: TeaWorld) -> None:
    file = kept(world, box_model())
    described(world, file, about=TIN, read="code")
    assert world.get(f"/media/{file['digest']}/view").status_code == 404
    page = world.client.get(f"/media/{file['digest']}/view", params={"item": TIN})
    assert f'href="/media/{file["digest"]}?item=https%3A%2F%2Fid.gs1.org%2F' in page.text


def test_hostile_words_stay_words(world: TeaWorld) -> None:
    file = kept(world, box_model())
    record = {
        "type": "MediaDescribed",
        "media": file["digest"],
        "mediaType": file["mediaType"],
        "size": file["size"],
        "about": PRODUCT,
        "origin": "synthetic",
        "captions": [{"language": "en", "text": '<script>alert(1)</script>" onerror=alert(2)'}],
    }
    assert world.post("/records?read=public", "factory", record).status_code == 201
    page = world.get(f"/media/{file['digest']}/view")
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


def test_pictures_have_no_page_of_a_model(world: TeaWorld) -> None:
    file = kept(world, picture("PNG"))
    described(world, file)
    assert world.get(f"/media/{file['digest']}/view").json()["code"] == "NotAModel"


@pytest.mark.parametrize("installed", [True, False])
def test_the_viewer_is_served_by_its_hash_or_said_to_be_missing(tmp_path: Path, founded: Founded, installed: bool) -> None:
    script = tmp_path / "viewer.js"
    if installed:
        script.write_text("export {}")
    shutil.copytree(founded.data, tmp_path / "data")
    with listening() as (bound, url):
        app = create_app(Settings(data=tmp_path / "data", public_url=url))
        app.state.viewer = Viewer(script)
        with serving(app, bound), httpx.Client(base_url=url, headers={"X-Api-Key": founded.keys["factory"]}) as client:
            answer = client.get("/viewer/model-viewer.min.js")
            digest = client.post("/media", content=box_model()).json()["digest"]
            page = client.get(f"/media/{digest}/view").text
            assert f'href="/media/{digest}" download' in page
            if not installed:
                assert (answer.status_code, answer.json()["code"]) == (404, "ViewerAbsent")
                assert "<model-viewer" not in page and "no viewer installed" in page
                return
            v = hashlib.sha256(b"export {}").hexdigest()
            assert (answer.content, answer.headers["cache-control"]) == (b"export {}", "no-cache")
            assert f'src="/viewer/model-viewer.min.js?v={v}" integrity="sha256-' in page
            kept = client.get(f"/viewer/model-viewer.min.js?v={v}")
            assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert client.get("/viewer/model-viewer.min.js", headers={"If-None-Match": kept.headers["etag"]}).status_code == 304
