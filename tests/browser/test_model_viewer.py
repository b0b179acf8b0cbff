"""The page of a 3D model in a real browser: the viewer of this server draws it, and nobody else is asked for anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages.media_rendering import SCRIPT
from tests.api.tea_world import GTIN, TeaWorld
from tests.browser.axe import Axe
from tests.browser.conftest import QUIET
from tests.trade.media.files import glb, gltf

pytestmark = pytest.mark.browser

PRODUCT = f"https://id.gs1.org/01/{GTIN}"
# Drawing by the processor, as no graphics card is there.
DRAWING = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
# A busy machine takes its time to draw by the processor.
_PATIENCE_MS = 180_000
_LOADED = "document.querySelector('model-viewer')?.loaded === true"
_SIDES = "(() => {const d = document.querySelector('model-viewer').getDimensions(); return [d.x, d.y, d.z]})()"


@pytest.fixture(scope="module")
def installed() -> None:
    if SCRIPT.is_file():
        return
    reason = "the viewer is not installed: run `make viewer`"
    if os.environ.get("SUYUAN_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def drawing(browser: Browser, chromium: str) -> Iterator[Browser]:
    """A browser that draws in three dimensions, without a graphics card."""
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    arguments = [*(one for one in QUIET if one != "--disable-gpu"), *DRAWING, *sandbox]
    running = browser.browser_type.launch(executable_path=chromium, headless=True, args=arguments)
    yield running
    running.close()


@dataclass
class Visit:
    """A page, what the browser had to complain of, and whom it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def visit(drawing: Browser) -> Iterator[Visit]:
    context = drawing.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    context.set_default_timeout(_PATIENCE_MS)
    visit = Visit(context.new_page())
    visit.page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda asked: visit.asked.append(asked.url))
    yield visit
    context.close()


def tin(width: float = 0.06, height: float = 0.08, depth: float = 0.05) -> bytes:
    """A box of twelve red triangles."""
    root, binary = gltf(scale=[width, height, depth])
    faces = (0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1, 2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3)
    primitive = {"attributes": {"POSITION": 0}, "indices": 1, "material": 0}
    root["meshes"] = [{"primitives": [primitive]}]
    root["materials"] = [{"doubleSided": True, "pbrMetallicRoughness": {"baseColorFactor": [0.8, 0.05, 0.05, 1]}}]
    root["accessors"].append({"bufferView": 1, "componentType": 5121, "count": len(faces), "type": "SCALAR"})
    root["bufferViews"].append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(faces)})
    root["buffers"][0]["byteLength"] += len(faces)
    return glb(root, binary + bytes(faces))


def shown(world: TeaWorld, data: bytes, dimensions: dict[str, int]) -> str:
    """The address of the page of a model that its maker described."""
    file = world.client.post("/media", content=data, headers=world.auth("factory")).json()
    media: dict[str, Any] = {"type": "MediaDescribed", "media": file["digest"], "mediaType": file["mediaType"]}
    media |= {"size": file["size"], "about": PRODUCT, "origin": "synthetic"}
    product = {"type": "ProductDescribed", "product": PRODUCT, "names": [{"language": "en", "text": "Tea"}]}
    product |= {"category": "farm-produce", "dimensions": dimensions, "model": file["digest"]}
    for record in (media, product):
        answer = world.post("/records?read=public", "factory", record)
        assert answer.status_code == 201, answer.text
    return f"{world.url}/media/{file['digest']}/view"


HONEST = {"width": 60, "height": 80, "depth": 50}


def test_the_model_is_drawn_by_this_server_alone(installed: None, world: TeaWorld, visit: Visit, axe: Axe) -> None:
    address = shown(world, tin(), HONEST)
    visit.page.goto(address)
    visit.page.wait_for_function(_LOADED, timeout=_PATIENCE_MS)
    assert [round(1_000 * side) for side in visit.page.evaluate(_SIDES)] == [60, 80, 50]
    expect(visit.page.get_by_text("not as large")).to_have_count(0)
    assert visit.complaints == []
    host = urlsplit(world.url).netloc
    assert {urlsplit(url).netloc for url in visit.asked if not url.startswith(("blob:", "data:"))} == {host}
    assert any("/viewer/model-viewer.min.js" in url for url in visit.asked)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    picture = visit.page.locator("model-viewer").evaluate("e => e.toDataURL('image/png').length")
    assert picture > 1_000
    assert axe(visit.page) == []


def test_a_model_of_another_size_is_marked(installed: None, world: TeaWorld, visit: Visit) -> None:
    visit.page.goto(shown(world, tin(height=0.12), HONEST))
    expect(visit.page.get_by_text("This model is not as large as the item is declared to be.")).to_be_in_viewport()
    expect(visit.page.get_by_role("row").filter(has_text="Height")).to_contain_text("differs")
    expect(visit.page.get_by_role("row").filter(has_text="Width")).not_to_contain_text("differs")


def test_a_changed_model_is_refused_not_drawn(installed: None, world: TeaWorld, visit: Visit) -> None:
    address = shown(world, tin(), HONEST)
    digest = address.split("/")[-2]
    (world.data / "media" / digest[:2] / digest).write_bytes(tin(height=0.2))
    answer = visit.page.goto(address)
    assert answer is not None and answer.status == 409
    expect(visit.page.locator("model-viewer")).to_have_count(0)
    expect(visit.page.get_by_text("MediaChanged")).to_be_visible()


def test_without_scripts_it_is_a_link_to_the_file(world: TeaWorld, browser: Browser) -> None:
    address = shown(world, tin(), HONEST)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the model").click()
    assert download.value.path().read_bytes() == tin()
    assert download.value.suggested_filename.endswith(".glb")
    context.close()
