"""What keeps people from a page, seen in the browser: text that is cut off or pushed out, focus that does not show."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

_OUT_OF_PLACE: Final = """() => {
    const width = document.documentElement.clientWidth
    const wide = document.documentElement.scrollWidth > width ? ["the page is wider than the screen"] : []
    const drawn = [...document.querySelectorAll("body *")].filter(e => !e.closest("svg") && e.getClientRects().length)
    const kept = e => { // what scrolls by itself keeps its inside within reach
        for (let up = e.parentElement; up; up = up.parentElement) {
            if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true
        }
        return false
    }
    const bad = drawn.filter(e => {
        const cut = e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX == "hidden" && e.clientWidth > 1
        return cut || (e.getBoundingClientRect().right > width + 1 && !kept(e))
    })
    return [...wide, ...bad.map(e => e.outerHTML.slice(0, 120))]
}"""


def out_of_place(page: Page) -> list[str]:
    """What runs over the edge of the page or cuts off its own text."""
    found: list[str] = page.evaluate(_OUT_OF_PLACE)
    return found


def focused(page: Page) -> str:
    return str(page.evaluate("(e => e.id || e.getAttribute('name') || e.textContent.trim())(document.activeElement)"))


def outlined(page: Page) -> bool:
    """Whether what has the focus shows it, and stands where it can be seen."""
    return bool(
        page.evaluate("""() => {
            const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect()
            const drawn = style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2
            return drawn && box.top >= -1 && box.bottom <= innerHeight + 1 // half pixels
        }""")
    )


def tabbed(page: Page, most: int = 60) -> list[str]:
    """What the tab key reaches, in order, until it has left the page; every stop of it is shown."""
    stops: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return stops
        assert outlined(page), focused(page)
        stops.append(focused(page))
    return stops
