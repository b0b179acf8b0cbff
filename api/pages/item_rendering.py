"""The page that a scan opens, and the one for a code that nothing is known of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.drawn_marks import DrawnMarks
from api.pages.item_evidence import Evidence
from api.pages.item_pictures import ItemPictures
from api.pages.item_view import ItemView
from api.pages.item_words import ItemWords
from api.pages.language import language_of, spelling_of
from api.pages.rendering import CLAIM_PATH, pages_of
from api.pages.words import words_of
from ledger.actions.escrow.money_in_trust import Trust
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.trade.identifiers import application_values

_ITEMS: Final = "/01/"


def show_item_page(
    request: Request, facts: ItemFacts, *, origin: str, public_url: str, trust: Trust, headers: Mapping[str, str]
) -> HTMLResponse:
    """The page of one item.

    Args:
        origin: name of this ledger.
        public_url: scheme and host by which its labels name this server, without a final slash.
        trust: whether a buyer's money for the item is with a bank.
    """
    language = language_of(request)
    words, claim = ItemWords(facts, language, spelling_of(request)), words_of("claim", language)
    evidence, proof_query = Evidence(words), urlencode({"item": facts.link.uri(with_attributes=False)})
    return pages_of(request).show(
        "item.html",
        request,
        headers=headers,
        facts=facts,
        w=words,
        item=ItemView(words, public_url),
        evidence=evidence,
        pictures=ItemPictures(words, len(facts.steps) + len(facts.findings) + evidence.rows),
        origin=origin,
        draw=DrawnMarks(words, proof_query),
        proof_query=proof_query,
        trust="" if trust is Trust.NONE else claim[f"trust.{trust.name.lower()}"],
        trust_link=claim["trust.link"],
        claim_path=CLAIM_PATH,
    )


def show_unknown_item(request: Request, error: ItemUnknown, *, status: int, headers: Mapping[str, str]) -> HTMLResponse:
    """What it may mean that nothing is known of a code, and what to do: no reason to cry fraud, and none to trust it."""
    path, words = request.url.path, words_of("item", language_of(request))
    values = application_values(error.seen or "") or ()
    return pages_of(request).show(
        "item_unknown.html",
        request,
        status=status,
        headers=headers,
        w=words,
        code=" · ".join(f"{words[f'key.{ai}']} {value}" if f"key.{ai}" in words else value for ai, value in values),
        report_path=f"/report{path}" if path.startswith(_ITEMS) else "",
        host=urlsplit(request.app.state.service.settings.public_url).netloc,
    )
