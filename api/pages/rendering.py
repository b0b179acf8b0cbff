"""Rendering the pages: every value escaped, one style sheet inside the page, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.claim_rendering import ClaimWords, Notice, say_money
from api.pages.claim_texts import CLAIM_TEXTS
from api.pages.foreign_text import shown
from api.pages.item_rendering import item_values
from api.pages.texts import LANGUAGES, TEXTS, language_of
from api.pages.trouble_texts import say_trouble
from ledger.actions.escrow.buyer_view import BuyerView
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.item_facts import ItemFacts
from ledger.errors import SuyuanError
from ledger.evidence.instant import Instant, format_instant

_HERE: Final = Path(__file__).parent
_GZIP_LEVEL: Final = 5

CLAIM_PATH: Final = "/escrow/claim"
NEVER_KEPT: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
"""A claim page may not lie in any cache: its address alone lets somebody act."""


class Pages:
    """The templates and the style sheet, read once; and the policy that lets a browser use that style and nothing else."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        style = _HERE.joinpath("style.css").read_text(encoding="utf-8").strip()
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
        self._policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        self.mark = _HERE.joinpath("mark.svg").read_bytes()
        self._environment.globals.update(style=Markup(style), languages=LANGUAGES)  # noqa: S704 - our own file, not input
        self._environment.filters.update(shown=shown, day=_day)
        # Jinja compiles a template where it is first used: nobody shall wait for that, nor two threads do it at once.
        self._templates = {name: self._environment.get_template(name) for name in self._environment.list_templates(["html"])}

    def item(self, request: Request, facts: ItemFacts, *, origin: str, trust: Trust, headers: Mapping[str, str]) -> HTMLResponse:
        """The page of one item; `trust` says whether a buyer's money for it is with a bank."""
        values = item_values(facts, language=language_of(request), origin=origin, trust=trust)
        return self._render("item.html", request, headers=headers, claim_path=CLAIM_PATH, **values)

    def claim(
        self, request: Request, view: BuyerView, *, origin: str, secret: str, notice: Notice | None = None, status: int = 200
    ) -> HTMLResponse:
        """The page of a buyer's claim link; `notice` says what became of what was pressed."""
        base = f"{CLAIM_PATH}/{secret}"
        words = ClaimWords(view, language_of(request))
        return self._render(
            "claim.html",
            request,
            status=status,
            headers=NEVER_KEPT,
            here=base,
            view=view,
            words=words,
            base=base,
            notice=notice,
            origin=origin,
            amount_of=say_money,
        )

    def claim_entry(self, request: Request) -> HTMLResponse:
        """A field for the link or code of a claim."""
        return self._render("claim_entry.html", request, headers=NEVER_KEPT, words=CLAIM_TEXTS[language_of(request)])

    def index(self, request: Request, *, origin: str, size: int) -> HTMLResponse:
        """The first page: a field for a code."""
        return self._render("index.html", request, origin=origin, size=size, headers={"Cache-Control": "no-cache"})

    def problem(self, request: Request, error: SuyuanError, *, status: int, headers: Mapping[str, str]) -> HTMLResponse:
        """A failure, as a page."""
        trouble = say_trouble(error, language_of(request))
        return self._render("problem.html", request, status=status, headers=headers, error=error, trouble=trouble, code=status)

    def _render(
        self,
        template: str,
        request: Request,
        *,
        headers: Mapping[str, str],
        status: int = 200,
        here: str | None = None,
        **values: object,
    ) -> HTMLResponse:
        language = language_of(request)
        here = quote(request.url.path) if here is None else here
        content = self._templates[template].render(
            text=TEXTS[language], language=language, here=here, canonical=request.url.path == "/", **values
        )
        headers = {**headers, "Content-Language": TEXTS[language]["html_lang"], "Vary": _vary(headers)}
        body: str | bytes = content
        if "gzip" in request.headers.get("accept-encoding", ""):
            # A page of many steps says much the same many times: on a slow line this is what makes it light.
            body, headers["Content-Encoding"] = gzip.compress(content.encode(), _GZIP_LEVEL, mtime=0), "gzip"
        response = HTMLResponse(body, status, headers=headers)
        response.headers["Content-Security-Policy"] = self._policy
        return response


def pages_of(request: Request) -> Pages:
    """The pages of the application that got this request."""
    pages = request.app.state.pages
    if not isinstance(pages, Pages):
        raise TypeError("the application has no pages")
    return pages


def _day(moment: Instant) -> str:
    """`2026-11-20 08:00 UTC`."""
    return format_instant(moment)[:16].replace("T", " ") + " UTC"


def _vary(headers: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
