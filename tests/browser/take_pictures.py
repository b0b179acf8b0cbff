"""Take the two pictures of README.md: scan a tin, and one that was called back, and keep what a phone shows."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

from ledger.actions.demo_world.build import build_demo_world
from tests.browser.conftest import find_chromium, launched
from tests.browser.phone import phone_at, serving_data
from tests.house.sources import CHECKOUT

PICTURES: Final = {"clean": "docs/scan-verified.png", "recalled": "docs/scan-recalled.png"}
BYTES_MAX: Final = 150_000
_COLOURS: Final = 256


def main() -> None:
    """Found the demo world in a passing directory, scan, and write the pictures."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium here; SUYUAN_CHROMIUM may name one")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        world = build_demo_world(Path(folder) / "data")
        browser = launched(playwright, chromium)
        with serving_data(world.data) as url, phone_at(browser, url) as phone:
            for scene, path in PICTURES.items():
                phone.scan(scene)
                picture = light(phone.page.screenshot())
                if len(picture) >= BYTES_MAX:
                    sys.exit(f"{path} would have {len(picture)} bytes; wanted fewer than {BYTES_MAX}")
                (CHECKOUT / path).write_bytes(picture)
        browser.close()


def light(png: bytes) -> bytes:
    """The same picture in few colours: it is text on plain ground."""
    written = io.BytesIO()
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
