"""An item's page rendered from facts made by hand, and what a parser finds in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.item_rendering import show_item_page
from api.pages.rendering import Pages
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.item_facts import ItemFacts

HOST: Final = "scan.example"
_STATE: Final = SimpleNamespace(pages=Pages(), service=SimpleNamespace(settings=SimpleNamespace(public_url=f"https://{HOST}")))
_VOID: Final = {"meta", "link", "img", "br", "input", "hr"}


def request_for(path: str, tag: str, **headers: str) -> Request:
    """What a browser asks that wants this language."""
    given = {"accept-language": tag, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "app": SimpleNamespace(state=_STATE),
        }
    )


def answer_of(facts: ItemFacts, tag: str = "en", trust: Trust = Trust.NONE, **headers: str) -> HTMLResponse:
    request = request_for(facts.link.uri(root=""), tag, **headers)
    return show_item_page(
        request, facts, origin="ledger.example/main", public_url=f"https://{HOST}", trust=trust, headers={"Vary": "Accept"}
    )


def page_of(facts: ItemFacts, tag: str = "en", trust: Trust = Trust.NONE) -> str:
    return bytes(answer_of(facts, tag, trust).body).decode()


@dataclass
class Element:
    """An element with its attributes and all text within."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass
class Parsed(HTMLParser):
    """The elements of a page in order."""

    page: str
    elements: list[Element] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.page)
        self.close()
        assert self._open == [], [element.name for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag, tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def of_class(self, name: str) -> list[Element]:
        return [element for element in self.elements if name in element.attributes.get("class", "").split()]

    def values(self, *names: str) -> list[str]:
        """Every value of attributes of these names."""
        return [value for element in self.elements for name, value in element.attributes.items() if name in names]
