"""Rendering the pages: every value escaped, one style sheet inside the page, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.claim_rendering import ClaimWords, Notice, say_money
from api.pages.claim_texts import CLAIM_TEXTS
from api.pages.texts import LANGUAGES, TEXTS, language_of, say_place, say_roles, say_step
from api.pages.trouble_texts import say_trouble
from ledger.actions.escrow.buyer_view import BuyerView
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.describe_item import ItemFacts, Step
from ledger.errors import SuyuanError
from ledger.evidence.instant import Instant, format_instant
from ledger.trade.custody import Hands
from ledger.trade.digital_link import DigitalLink

_HERE: Final = Path(__file__).parent
_SHOWN_CHARACTERS_MAX: Final = 120
_GZIP_LEVEL: Final = 5
# Controls, and the marks that turn the direction of text or take no room: one name must not be dressed up as another.
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)

_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})", re.ASCII)


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
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        self.mark = _HERE.joinpath("mark.svg").read_bytes()
        self._environment.globals.update(style=Markup(style), languages=LANGUAGES)  # noqa: S704 - our own file, not input
        self._environment.filters.update(shown=shown, day=_day, clock=_clock)
        # Jinja compiles a template where it is first used: nobody shall wait for that, nor two threads do it at once.
        self._templates = {name: self._environment.get_template(name) for name in self._environment.list_templates(["html"])}

    def item(self, request: Request, facts: ItemFacts, *, origin: str, trust: Trust, headers: Mapping[str, str]) -> HTMLResponse:
        """The page of one item; `trust` says whether a buyer's money for it is with a bank."""
        language = language_of(request)
        path = facts.link.uri(root="", with_attributes=False)
        code = facts.link.uri(with_attributes=False)
        return self._render(
            "item.html",
            request,
            headers=headers,
            facts=facts,
            origin=origin,
            rows=_rows(facts.link, TEXTS[language]),
            answer=_answer(facts, TEXTS[language]),
            missing=_missing(facts, TEXTS[language]),
            qr=f"/codes{path}.svg",
            proof_query=urlencode({"item": code}),
            say=lambda step: say_step(step.step, step.type, language),
            say_place=lambda place: say_place(place, language),
            say_roles=lambda roles: say_roles(roles, language),
            since=_since(facts),
            trust="" if trust is Trust.NONE else CLAIM_TEXTS[language][f"trust_{trust.name.lower()}"],
            trust_link=CLAIM_TEXTS[language]["trust_link"],
            claim_path=CLAIM_PATH,
            unknown=Hands.UNKNOWN,
        )

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


def shown(value: object, limit: int = _SHOWN_CHARACTERS_MAX) -> str:
    """A value from outside, made fit to be shown; the template escapes it."""
    text = _UNSHOWABLE.sub("\ufffd", str(value))
    return text if len(text) <= limit else text[:limit] + "…"


def _day(moment: Instant) -> str:
    """`2026-11-20 08:00 UTC`."""
    return format_instant(moment)[:16].replace("T", " ") + " UTC"


def _vary(headers: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))


def _clock(step: Step) -> str:
    """When an event happened, on the clocks of where it happened: `2026-11-20 09:00 UTC+8`."""
    found = _OFFSET.fullmatch(step.offset)
    if found is None:
        return _day(step.time)
    minutes = int(found["hours"]) * 60 + int(found["minutes"])
    local = Instant(step.time + (-minutes if found["sign"] == "-" else minutes) * 60_000)
    rest = "" if found["minutes"] == "00" else f":{found['minutes']}"
    return _day(local) + (f"{found['sign']}{int(found['hours'])}{rest}" if minutes else "")


def _since(facts: ItemFacts) -> str:
    """Since when its last holder has it, on the clocks of there where the event of it is shown."""
    if facts.custody.since is None:
        return ""
    told = next((step for step in facts.steps if step.position == facts.custody.position), None)
    return _day(facts.custody.since) if told is None else _clock(told)


def _rows(link: DigitalLink, text: Mapping[str, str]) -> list[tuple[str, str]]:
    names = {"01": text["gtin"], "22": text["variant"], "10": text["lot"], "21": text["serial"]}
    return [(names.get(ai, f"({ai})"), value) for ai, value in link.keys]


def _answer(facts: ItemFacts, text: Mapping[str, str]) -> tuple[str, str]:
    """What came of the proofs, in a sentence, and its style."""
    count = len(facts.steps)
    failed, waiting = _count(facts.steps, Holds.NO), _count(facts.steps, Holds.NOT_YET)
    if facts.damaged:
        return text["some_damaged"].format(count=facts.damaged), "fails"
    if count == 0:
        return text["none_shown"], "waits"
    if failed:
        return text["some_fail"].format(failed=failed, count=count), "fails"
    if waiting:
        return text["some_wait"].format(waiting=waiting, count=count), "waits"
    return text["one_holds" if count == 1 else "all_hold"].format(count=count), "holds"


def _count(steps: tuple[Step, ...], holds: Holds) -> int:
    return sum(step.proof.holds is holds for step in steps)


def _missing(facts: ItemFacts, text: Mapping[str, str]) -> list[str]:
    withdrawn = sum(step.withdrawn for step in facts.steps)
    found = {
        "missing_public": len(facts.link.keys) == 1,
        "missing_withheld": facts.withheld > 0,
        "missing_beginning": not facts.begins,
        "missing_holder": facts.custody.hands is Hands.UNKNOWN,
        "missing_broken": facts.custody.broken,
        "missing_withdrawn": withdrawn > 0,
        "missing_more": facts.truncated,
    }
    counts = {"missing_withheld": facts.withheld, "missing_withdrawn": withdrawn}
    return [text[name].format(count=counts.get(name, 0)) for name, true in found.items() if true]
