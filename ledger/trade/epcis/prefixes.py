"""Which prefixes an `@context` declares, and how a name or term stands to them.

Source: JSON-LD 1.1 sections 4.1 and 4.4; nothing is fetched, GS1's own terms come from the vocabulary tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from ledger.trade.epcis.vocabulary import CONTEXT_PREFIXES, PINNED_CONTEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

# Schemes of which `scheme:rest` is a URI, not a prefixed name (IANA, URI schemes, and what supply chains write).
_SCHEMES: Final = frozenset(
    (
        "suyuan",  # our own names, such as suyuan:_sd: nobody need declare them
        "http",
        "https",
        "ftp",
        "urn",
        "ni",
        "nih",
        "did",
        "tag",
        "mailto",
        "tel",
        "sip",
        "geo",
        "info",
        "data",
        "doi",
        "ark",
        "hdl",
        "oid",
    )
)
# Registered too (RFC 7595 section 8), but as the name of a member it is a prefix somebody forgot to declare.
_SCHEMES_OF_TERMS: Final = _SCHEMES | {"example"}
_BLANK_NODE: Final = "_"


class Standing(Enum):
    KNOWN = "known"
    UNEXPLAINED = "unexplained"
    UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What is declared at one place of a document.

    Args:
        declared: every prefix declared so far.
        complete: whether every context was read; behind an unread URL anything may be declared.
    """

    declared: frozenset[str]
    complete: bool

    def within(self, context: object) -> Prefixes:
        """What is declared inside an object with this `@context` value of any JSON kind."""
        urls, names = set(_urls(context)), set(_names(context))
        known = CONTEXT_PREFIXES if any(url in PINNED_CONTEXTS for url in urls) else frozenset[str]()
        unread = any(url not in PINNED_CONTEXTS for url in urls)
        return replace(self, declared=self.declared | known | names, complete=self.complete and not unread)

    def of_name(self, name: str) -> Standing:
        """How the name of a member stands; a name without a colon needs no prefix."""
        return self._of(name, _SCHEMES)

    def of_term(self, term: str) -> Standing:
        """How a vocabulary value stands."""
        return self._of(term, _SCHEMES_OF_TERMS)

    def _of(self, text: str, schemes: frozenset[str]) -> Standing:
        prefix, colon, rest = text.partition(":")
        if not colon or rest.startswith("//") or prefix in self.declared or prefix == _BLANK_NODE or prefix.lower() in schemes:
            return Standing.KNOWN
        return Standing.UNDECLARED if self.complete else Standing.UNEXPLAINED


NO_PREFIXES: Final = Prefixes(frozenset(), complete=True)
UNKNOWN_PREFIXES: Final = Prefixes(frozenset(), complete=False)


def context_urls(context: object) -> Iterator[tuple[str, str]]:
    """Every URL of a context value, with its pointer from that value."""
    if isinstance(context, str):
        yield "", context
    elif isinstance(context, list):
        for place, part in enumerate(context):
            if isinstance(part, (str, dict)):
                yield from ((f"/{place}{pointer}", url) for pointer, url in context_urls(part))
    elif isinstance(context, dict) and isinstance(imported := context.get("@import"), str):
        yield "/@import", imported


def _urls(context: object) -> Iterator[str]:
    return (url for _, url in context_urls(context))


def _names(context: object) -> Iterator[str]:
    # Contexts scoped to one term declare inside it only; taking them as declared everywhere refuses nothing rightful.
    if isinstance(context, list):
        for part in context:
            yield from _names(part)
    elif isinstance(context, dict):
        for name, meaning in context.items():
            if meaning is not None and not name.startswith("@"):
                yield name
            if isinstance(meaning, dict) and "@context" in meaning:
                yield from _names(meaning["@context"])
