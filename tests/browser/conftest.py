"""A real Chromium for the tests that need one; skipped where it is missing, unless SUYUAN_REQUIRE_BROWSER=1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from ledger.actions.demo_world.build import DemoWorld, build_demo_world
from tests.api.buying import Buying, buying_in, found_buying
from tests.api.conftest import founded, world
from tests.browser.axe import axe
from tests.browser.phone import serving_data

__all__ = ["axe", "founded", "world"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these a browser in a closed network spends its start on connections that nobody answers.
QUIET = (
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--disable-gpu",
    "--no-first-run",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium."""
    found = find_chromium()
    if found is None:
        reason = f"no browser found: none of {', '.join(NAMES)} is installed, and SUYUAN_CHROMIUM names none"
        if os.environ.get("SUYUAN_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A running headless Chromium; tests open contexts and pages of their own."""
    with sync_playwright() as playwright:
        running = launched(playwright, chromium)
        yield running
        running.close()


def find_chromium() -> str | None:
    """What SUYUAN_CHROMIUM names, else the first there is."""
    return os.environ.get("SUYUAN_CHROMIUM") or next((path for name in NAMES if (path := which(name))), None)


def launched(playwright: Playwright, chromium: str) -> Browser:
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    return playwright.chromium.launch(executable_path=chromium, headless=True, args=[*QUIET, *sandbox])


@pytest.fixture(scope="session")
def founded_market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return found_buying(tmp_path_factory.mktemp("market"))


@pytest.fixture
def buying(tmp_path: Path, founded_market: tuple[Path, dict[str, str]]) -> Iterator[Buying]:
    with buying_in(tmp_path / "market", founded_market) as opened:
        yield opened


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    """The demo world on disk, for tests that only look at it."""
    return build_demo_world(tmp_path_factory.mktemp("world") / "data")


@pytest.fixture(scope="session")
def url(built: DemoWorld) -> Iterator[str]:
    """A server over the demo world."""
    with serving_data(built.data) as address:
        yield address
