"""axe-core in a page of the browser: what it finds wrong for people who cannot see, hear or point as others do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

Axe = Callable[[Page], list[str]]
"""A page that runs scripts, to one line per violation and element: rule, what it asks, where, why."""

_SCRIPT: Final = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
# WCAG 2.2 AA, and what axe's authors hold for good practice.
_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Look through a page; skipped where axe is not installed (`make axe`), unless SUYUAN_REQUIRE_BROWSER=1."""
    if not _SCRIPT.is_file():
        reason = "axe-core is not installed: run `make axe`"
        if os.environ.get("SUYUAN_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    source = _SCRIPT.read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(_TAGS))
        # A page on which no rule was passed was not looked through.
        assert found["passes"], page.url
        return [_line(violation, node) for violation in found["violations"] for node in violation["nodes"]]

    return violations


def _line(violation: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(str(node.get("failureSummary", "")).split())
    return f"{violation['id']}: {violation['help']}; {' '.join(map(str, node['target']))}; {why}"
