"""A phone that scans: a page at phone size, what the browser complained of and asked for, and pictures of what it showed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, Response

from api.app import create_app
from api.settings import Settings
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.trade.digital_link import parse_digital_link
from tests.api.serving import listening, serving
from tests.house.sources import CHECKOUT

WIDTH: Final = 360
HEIGHT: Final = 740
SCREENSHOTS_VARIABLE: Final = "SUYUAN_SCREENSHOTS"


@contextmanager
def serving_data(data: Path) -> Iterator[str]:
    """A server over a data directory; yields its address."""
    with listening() as (bound, url), serving(create_app(Settings(data=data, public_url=url, escrow_tick_s=0)), bound):
        yield url


def screenshots() -> Path:
    """The folder for pictures of this run: what `SUYUAN_SCREENSHOTS` names, else `build/screenshots`."""
    folder = Path(os.environ.get(SCREENSHOTS_VARIABLE) or CHECKOUT / "build" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Phone:
    """An open page, and what came of it. `url`: the server's address."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def scan(self, scene: str, query: str = "") -> Response:
        """Open the page of a scene, as its code would; returns the answer."""
        self.asked.clear()
        answer = self.page.goto(page_of(self.url, scene) + query)
        if answer is None:
            raise AssertionError("the browser was on this page already")
        self.page.wait_for_load_state("networkidle")
        return answer

    def first_screen(self) -> str:
        """The text of everything that can be seen, at least in part, without scrolling."""
        text: str = self.page.evaluate(_SEEN, HEIGHT)
        return text

    def keep(self, name: str) -> None:
        """Keep a picture of the first screen, and one of the whole page."""
        folder = screenshots()
        self.page.screenshot(path=folder / f"{name}.png")
        self.page.screenshot(path=folder / f"{name}-whole.png", full_page=True)


@contextmanager
def phone_at(browser: Browser, url: str, *, language: str = "en-SG", scripts: bool = True) -> Iterator[Phone]:
    """A fresh phone of somebody who reads `language`."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale=language,
        java_script_enabled=scripts,
        accept_downloads=True,
    )
    phone = Phone(context.new_page(), url)
    phone.page.on("console", lambda message: phone.complaints.append(message.text))
    phone.page.on("pageerror", lambda error: phone.complaints.append(str(error)))
    phone.page.on("dialog", lambda dialog: phone.complaints.append(dialog.message))
    phone.page.on("request", lambda request: phone.asked.append(request.url))
    yield phone
    context.close()


def page_of(url: str, scene: str) -> str:
    """The address of a scene's page on the server at `url`."""
    return parse_digital_link(SCENES[scene].item).uri(root=url)


_SEEN: Final = """height => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width > 1 && box.height > 1 && box.bottom > 0 && box.bottom <= height) seen.push(walker.currentNode.data);
  }
  return seen.join(" ").replace(/\\s+/g, " ");
}"""
