"""Rendering the pages: every value escaped, one style sheet inside the page, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from jinja2.filters import do_urlencode
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.claim_rendering import ClaimWords, Notice, say_money
from api.pages.code_entry import Entry
from api.pages.foreign_text import shown
from api.pages.language import address_in, kept_language, language_of, spelling_of
from api.pages.templates import compiled, environment_of
from api.pages.trouble_words import say_page_title, say_trouble
from api.pages.words import LANGUAGES, say_number, words_of
from api.problems import status_of
from ledger.actions.escrow.buyer_view import BuyerView
from ledger.errors import SuyuanError

_HERE: Final = Path(__file__).parent
_GZIP_LEVEL: Final = 5
_STYLES: Final = {"style": "style.css", "entry_style": "entry.css", "item_style": "item.css", "card_style": "card.css"}
_ASKING: Final = ("GET", "HEAD")

CLAIM_PATH: Final = "/escrow/claim"
NEVER_KEPT: Final = {"Cache-Control": "no-store"}
"""A claim page may not lie in any cache: its address alone lets somebody act."""


class Pages:
    """The templates and the style sheets, read once; and the policy that lets a browser use these styles and nothing else."""

    def __init__(self) -> None:
        environment = environment_of(_HERE)
        styles = {name: _HERE.joinpath(file).read_text(encoding="utf-8").strip() for name, file in _STYLES.items()}
        self._policy = (
            f"default-src 'none'; style-src {' '.join(map(_digest, styles.values()))}; img-src 'self' data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        self.mark = _HERE.joinpath("mark.svg").read_bytes()
        environment.globals.update({name: Markup(style) for name, style in styles.items()})  # noqa: S704 - our own files, not input
        # Inside the page too: whoever opens one asks this server once.
        environment.globals["mark"] = do_urlencode(self.mark.decode())
        environment.filters.update(shown=shown)
        self._templates = compiled(environment)

    def claim(
        self, request: Request, view: BuyerView, *, origin: str, secret: str, notice: Notice | None = None, status: int = 200
    ) -> HTMLResponse:
        """The page of a buyer's claim link; `notice` says what became of what was pressed."""
        base = f"{CLAIM_PATH}/{secret}"
        words = ClaimWords(view, spelling_of(request))
        return self.show(
            "claim.html",
            request,
            status=status,
            headers=NEVER_KEPT,
            here=base,
            view=view,
            words=words,
            claim=words.text,
            base=base,
            notice=notice,
            origin=origin,
            amount_of=say_money,
        )

    def claim_entry(self, request: Request) -> HTMLResponse:
        """A field for the link or code of a claim."""
        return self.show("claim_entry.html", request, headers=NEVER_KEPT, claim=words_of("claim", language_of(request)))

    def index(self, request: Request, *, origin: str, size: int, entry: Entry | None = None) -> HTMLResponse:
        """The first page: a field for a code; after a code that led nowhere, `entry` says why."""
        return self.show(
            "index.html",
            request,
            status=200 if entry is None else status_of(type(entry.error)),
            headers={"Cache-Control": "no-cache" if entry is None else "no-store"},
            index=words_of("index", language_of(request)),
            origin=origin,
            size=size,
            number=say_number(size, spelling_of(request)),
            entry=entry,
            trouble=None if entry is None else say_trouble(entry.error, language_of(request)),
        )

    def problem(self, request: Request, error: SuyuanError, *, status: int, headers: Mapping[str, str]) -> HTMLResponse:
        """A failure, as a page."""
        language, of_claims = language_of(request), request.url.path.startswith(CLAIM_PATH)
        words = words_of("trouble", language)
        return self.show(
            "problem.html",
            request,
            status=status,
            headers=headers,
            # What was posted is not there to be asked for again.
            here=None if request.method in _ASKING else CLAIM_PATH if of_claims else "/",
            words=words,
            title=say_page_title(status, language),
            trouble=say_trouble(error, language),
            error=error,
            code=status,
            back=(CLAIM_PATH, words_of("claim", language)["entry"]) if of_claims else ("/", words["back"]),
        )

    def show(
        self,
        template: str,
        request: Request,
        *,
        headers: Mapping[str, str],
        status: int = 200,
        here: str | None = None,
        **values: object,
    ) -> HTMLResponse:
        """Any page. `here` is its address for the other languages where that of the request may not be handed on."""
        language = language_of(request)
        content = self._templates[template].render(
            layout=words_of("layout", language),
            language=language,
            languages=[(tag, own, address_in(request, tag, here)) for tag, own in LANGUAGES.items()],
            kept=kept_language(request),
            **values,
        )
        headers = {**headers, "Content-Language": language, "Vary": _vary(headers)}
        body: str | bytes = content
        if "gzip" in request.headers.get("accept-encoding", ""):
            # A page of many steps says much the same many times: on a slow line this is what makes it light.
            body, headers["Content-Encoding"] = gzip.compress(content.encode(), _GZIP_LEVEL, mtime=0), "gzip"
        response = HTMLResponse(body, status, headers=headers)
        response.headers["Content-Security-Policy"] = self._policy
        return response


@functools.cache
def pages() -> Pages:
    """The pages of this process: compiling the templates takes most of a second, and no application changes them."""
    return Pages()


def pages_of(request: Request) -> Pages:
    """The pages of the application that got this request."""
    pages = request.app.state.pages
    if not isinstance(pages, Pages):
        raise TypeError("the application has no pages")
    return pages


def _vary(headers: Mapping[str, str]) -> str:
    named = [name.strip() for name in headers.get("Vary", "").split(",") if name.strip()]
    return ", ".join(dict.fromkeys([*named, "Accept-Language", "Accept-Encoding"]))


def _digest(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode('ascii')}'"
