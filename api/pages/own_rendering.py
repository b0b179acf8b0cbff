"""The pages of an item's owner, and of whoever reports a label: three forms, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.language import kept_language, language_of
from api.pages.rendering import NEVER_KEPT, pages_of
from api.pages.words import words_of
from api.problems import status_of
from ledger.actions.scans.claim_item import Owned
from ledger.actions.scans.owner_secret import draw_once
from ledger.actions.scans.report_label import WORDS_CHARACTERS_MAX
from ledger.errors import SuyuanError
from ledger.storage.position import Position
from ledger.trade.digital_link import DigitalLink
from ledger.trade.dossier.bodies.coded import LABEL_FAULTS
from ledger.trade.reading import is_code

OWN_PATH, REPORT_PATH = "/own", "/report"
_NAMED: Final = ("01", "22", "10", "21")


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of what was pressed: a big sentence, a soft one, the style, and the code of a refusal."""

    big: str
    soft: str
    style: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the two files of a certificate lie."""

    receipt: str
    record: str


def show_own(
    request: Request, link: DigitalLink, *, owned: Owned | None = None, act: str = "", error: SuyuanError | None = None
) -> HTMLResponse:
    """The page on which an item is claimed and passed on. `owned`: what `act` brought about; `error`: why it did not."""
    words = words_of("own", language_of(request))
    path = link.uri(root="", with_attributes=False)
    return pages_of(request).show(
        "own.html",
        request,
        headers=NEVER_KEPT,
        status=200 if error is None else status_of(type(error)),
        here=f"{OWN_PATH}{path}",
        own=words,
        rows=_rows(request, link),
        item_path=path + kept_language(request),
        action=f"{OWN_PATH}{path}{kept_language(request)}",
        notice=_notice(request, act, error),
        owned=owned,
        files=None if owned is None else files_of(owned.position, link),
        once=draw_once(),
    )


def show_report(
    request: Request, link: DigitalLink, *, position: Position | None = None, words: str = "", error: SuyuanError | None = None
) -> HTMLResponse:
    """The page on which a label is reported. `words`: what was written before, so that nothing is typed twice."""
    texts = words_of("own", language_of(request))
    path = link.uri(root="", with_attributes=False)
    files = None if position is None or not is_code(link.identifier) else files_of(position, link)
    return pages_of(request).show(
        "report.html",
        request,
        headers=NEVER_KEPT,
        status=200 if error is None else status_of(type(error)),
        here=f"{REPORT_PATH}{path}",
        own=texts,
        rows=_rows(request, link),
        item_path=path + kept_language(request),
        action=f"{REPORT_PATH}{path}{kept_language(request)}",
        notice=_notice(request, "report" if position is not None else "", error),
        faults=[(fault, texts[f"fault.{fault}"]) for fault in sorted(LABEL_FAULTS, key="other".__eq__)],
        written=words,
        words_max=WORDS_CHARACTERS_MAX,
        done=position is not None,
        files=files,
    )


def files_of(position: Position, link: DigitalLink, *, root: str = "") -> Files:
    """The addresses of receipt and record, for whoever holds the code."""
    query = urlencode({"item": link.uri(with_attributes=False)})
    place = f"{position.entry}/{position.place}?{query}"
    return Files(f"{root}/receipts/{place}", f"{root}/records/{place}")


def _notice(request: Request, act: str, error: SuyuanError | None) -> Notice | None:
    words = words_of("own", language_of(request))
    if error is not None:
        known = f"error.{error.code}" if f"error.{error.code}" in words else "error.other"
        return Notice(words[known], words[f"{known}.soft"], "fails", error.code)
    if act:
        return Notice(words[f"done.{act}"], words[f"done.{act}.soft"], "holds")
    return None


def _rows(request: Request, link: DigitalLink) -> list[tuple[str, str]]:
    words = words_of("own", language_of(request))
    return [(words[f"key.{ai}"] if ai in _NAMED else f"({ai})", value) for ai, value in link.keys]
