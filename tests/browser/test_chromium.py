"""The browser of the browser tests starts and renders."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_a_page_is_rendered(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<title>溯源</title><h1>tea</h1>")
    assert (page.title(), page.get_by_role("heading").inner_text()) == ("溯源", "tea")
    page.close()
